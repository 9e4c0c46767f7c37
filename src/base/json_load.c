/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_load.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"

/*
 * jansson gathers the characters of a token in one buffer, which grows and never shrinks, and it
 * is that growing whose failure it does not see. So it is given ["xxx...", TEXT] with as many x as
 * the longest token of the text has: if these come out whole, the buffer has room for all others.
 */
struct feed {
	const char *parts[5]; /* NULL: the padding */
	size_t sizes[5];
	size_t part;
	size_t at;
};

/* The byte after the string that opens at `p` (a quote); `end` when it is not closed. */
static const char *string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\' && p + 1 < end;
	return p < end ? p + 1 : end;
}

static const char *token_end(const char *p, const char *end)
{
	if (*p == '"')
		return string_end(p, end);
	for (p++; p < end && !strchr(" \t\r\n\",:[]{}", *p);) /* a NUL ends one, too */
		p++;
	return p;
}

static size_t longest_token(const char *text, const char *end)
{
	size_t longest = 0;

	for (const char *p = text, *after = NULL; p < end; p = after) {
		after = token_end(p, end);
		longest = (size_t)(after - p) > longest ? (size_t)(after - p) : longest;
	}
	return longest;
}

/* What jansson calls for more; 0: there is no more. */
static size_t feed_more(void *buf, size_t size, void *data)
{
	struct feed *feed = data;
	size_t n = 0;

	while (feed->part < ARRAY_LEN(feed->parts) && feed->at == feed->sizes[feed->part]) {
		feed->part++;
		feed->at = 0;
	}
	if (feed->part == ARRAY_LEN(feed->parts))
		return 0;
	n = feed->sizes[feed->part] - feed->at;
	n = n < size ? n : size;
	if (feed->parts[feed->part])
		memcpy(buf, feed->parts[feed->part] + feed->at, n);
	else
		memset(buf, 'x', n);
	feed->at += n;
	return n;
}

#define FLAGS (JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY)

json_t *json_load(const char *text, size_t size, json_error_t *e)
{
	size_t longest = longest_token(text, text + size);
	struct feed feed = {
		.parts = {"[\"", NULL, "\",", text, "]"},
		.sizes = {2, longest, 2, size, 1},
	};
	scoped_json json_t *padded = NULL;
	scoped_json json_t *alone = NULL;

	errno = 0;
	padded = json_load_callback(feed_more, &feed, FLAGS, e);
	if (padded && json_string_length(json_array_get(padded, 0)) != longest) {
		errno = ENOMEM;
		return NULL;
	}
	/* "1, 2" would make three. */
	if (padded && json_array_size(padded) == 2)
		return json_incref(json_array_get(padded, 1));
	/* What found no memory is for jansson now an invalid token, now an error without a
	 * word: malloc(3) tells. */
	if (!padded && errno == ENOMEM)
		return NULL;
	/* For the error as of this text alone; it cannot be read, unless some of it is lost. */
	errno = 0;
	alone = json_loadb(text, size, FLAGS, e);
	errno = alone || errno == ENOMEM || json_error_code(e) == json_error_out_of_memory
			? ENOMEM
			: 0;
	return NULL;
}
