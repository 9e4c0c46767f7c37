/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_pointer.h"

#include <stdio.h>

static void put(char *buf, size_t size, size_t *used, char c)
{
	if (*used + 1 >= size)
		return;
	buf[(*used)++] = c;
	buf[*used] = '\0';
}

static void put_key(char *buf, size_t size, size_t *used, const char *key)
{
	for (; *key != '\0'; key++) {
		if (*key == '~' || *key == '/') {
			put(buf, size, used, '~');
			put(buf, size, used, *key == '~' ? '0' : '1');
		} else {
			put(buf, size, used, *key);
		}
	}
}

static void render(const struct json_pointer *at, char *buf, size_t size, size_t *used)
{
	char digits[24];

	if (!at)
		return;
	render(at->up, buf, size, used);
	put(buf, size, used, '/');
	if (at->key) {
		put_key(buf, size, used, at->key);
		return;
	}
	(void)snprintf(digits, sizeof(digits), "%zu", at->index);
	put_key(buf, size, used, digits);
}

void json_pointer_render(const struct json_pointer *at, char *buf, size_t size)
{
	size_t used = 0;

	if (size == 0)
		return;
	buf[0] = '\0';
	render(at, buf, size, &used);
}
