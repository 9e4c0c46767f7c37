/* SPDX-License-Identifier: Apache-2.0 */
#include "text_json.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "request/json_parse.h"
#include "request/request.h"

json_t *text_json(const char *text)
{
	scoped_mem char *quoted = strdup(text);
	struct error err = {0};
	json_t *doc = NULL;

	ck_assert_ptr_nonnull(quoted);
	for (char *c = quoted; (c = strchr(c, '\'')) != NULL;)
		*c = '"';
	ck_assert_msg(jsontext_parse(quoted, strlen(quoted), &doc, &err) == 0, "%s: %s",
		      quoted, err.text);
	return doc;
}

void text_check_refused(const char *text, const char *says)
{
	scoped_json json_t *doc = text_json(text);
	struct request req = {0};
	struct error err = {0};

	ck_assert_msg(request_decode(doc, false, &req, &err) == -1, "%s: taken", text);
	ck_assert_str_eq(err.text, says);
	ck_assert_msg(err.number == 0, "%s: no call has failed", text);
}
