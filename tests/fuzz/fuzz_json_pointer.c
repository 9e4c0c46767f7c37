/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Pointers: rendered in any room, and those of places in a text. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_pointer.h"
#include "input.h"
#include "request/json_parse.h"

#define DEPTH_MAX 8

/* The whole pointer, made another way. */
static char *plain_pointer(const struct json_pointer *at)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const struct json_pointer *chain[DEPTH_MAX + 1];
	size_t n = 0;

	MUST(out);
	for (; at; at = at->up)
		chain[n++] = at;
	while (n-- > 0) {
		if (!chain[n]->key)
			(void)fprintf(out, "/%zu", chain[n]->index);
		else
			(void)fputc('/', out);
		for (const char *c = chain[n]->key; c && *c != '\0'; c++)
			(void)fputs(*c == '~'   ? "~0"
				    : *c == '/' ? "~1"
						: (const char[]){*c, '\0'},
				    out);
	}
	(void)fclose(out);
	return text;
}

static void check_rendered(const struct json_pointer *at, size_t room)
{
	char *plain = plain_pointer(at);
	char *buf = malloc(room + 1); /* exactly as large: what lies behind it is watched */

	MUST(buf);
	json_pointer_render(at, buf, room);
	if (room > 0)
		MUST(strlen(buf) == strnlen(plain, room - 1) &&
		     memcmp(buf, plain, strlen(buf)) == 0);
	free(buf);
	free(plain);
}

static void check_chain(struct input *in)
{
	struct json_pointer chain[DEPTH_MAX];
	char *keys[DEPTH_MAX] = {0};
	size_t room = input_draw(in, 64);
	size_t n = input_draw(in, DEPTH_MAX + 1);

	for (size_t i = 0; i < n; i++) {
		keys[i] = input_bool(in) ? input_text(in) : NULL;
		chain[i] = (struct json_pointer){.up = i > 0 ? &chain[i - 1] : NULL,
						 .key = keys[i],
						 .index = input_draw(in, 256)};
	}
	check_rendered(n > 0 ? &chain[n - 1] : PTR_ROOT, room);
	for (size_t i = 0; i < n; i++)
		free(keys[i]);
}

/* A pointer that is given for a place in a well-formed text leads to something there. */
static void check_located(struct input *in)
{
	size_t offset = input_draw(in, 256);
	size_t size = 0;
	char *text = input_rest(in, &size);
	json_t *doc =
		json_loadb(text, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
	char buf[64];

	if (doc && offset <= size) {
		jsontext_locate(text, offset, buf, sizeof(buf));
		MUST(buf[0] == '\0' || buf[0] == '/');
		MUST(strlen(buf) < sizeof(buf));
	}
	json_decref(doc);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};

	if (input_bool(&in))
		check_chain(&in);
	else
		check_located(&in);
	return 0;
}
