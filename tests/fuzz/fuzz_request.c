/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a request: bounded, parsed, decoded, validated and ordered. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "request/json_parse.h"
#include "request_check.h"

/* What jansson alone takes of it. */
static bool is_for_jansson(const char *text, size_t size)
{
	json_t *doc =
		json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	bool is_taken = doc != NULL;

	json_decref(doc);
	return is_taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct request req = {0};
	struct error err = {0};
	json_t *doc = NULL;
	bool accept_text = input_bool(&in);
	size_t length = 0;
	char *text = input_rest(&in, &length);

	if (jsontext_parse(text, length, &doc, &err) == 0)
		MUST(doc);
	else
		error_check(&err);
	/* It is never more than jansson takes, and less only where a limit is. */
	MUST(!doc || is_for_jansson(text, length) || memchr(text, '\0', length) ||
	     strstr(text, "\\u0000"));
	if (doc && request_check(doc, accept_text, &req))
		request_done(&req);
	json_decref(doc);
	free(text);
	return 0;
}
