/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

#include <stdio.h>

#include "base/json_writer.h"

void output_reserve(void)
{
	static char buffer[1 << 16];

	(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

int output_json(const json_t *tree)
{
	struct json_writer w = {.out = stdout};

	json_put_tree(&w, NULL, tree);
	return output_text("\n");
}

int output_text(const char *text)
{
	if (fputs(text, stdout) == EOF)
		return -1;
	return fflush(stdout) == EOF || ferror(stdout) ? -1 : 0;
}
