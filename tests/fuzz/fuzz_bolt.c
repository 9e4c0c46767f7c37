/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of a task that Bolt writes to standard input. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"
#include "program/bolt.h"
#include "request_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bolt bolt = {0};
	struct error err = {0};
	struct request req = {0};
	const char *name = NULL;
	json_t *value = NULL;

	MUST(dup2(input_file(data, size), STDIN_FILENO) == STDIN_FILENO);
	if (bolt_read(&bolt, &err) < 0) {
		error_check(&err);
		MUST(!bolt.doc);
		return 0;
	}
	MUST(!bolt.doc || memmem(data, size, "_task", 5) || memmem(data, size, "\\u", 2));
	MUST(bolt.doc || !bolt.is_check);
	json_object_foreach(bolt.doc, name, value) MUST(name[0] != '_');
	if (bolt.doc && request_check(bolt.doc, false, &req))
		request_done(&req);
	json_decref(bolt.doc);
	return 0;
}
