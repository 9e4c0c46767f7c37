/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_load.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/*
 * jansson gathers the characters of a token in one buffer, which grows and never shrinks, and it
 * does not see where there is no memory for that: a character is lost then, and behind a lost
 * quotation mark it reads and writes beyond the end. So the buffer is let grow while each byte is
 * given alone, with a spare block that stands in for the first memory that cannot be had; then the
 * text ends for jansson, and nothing of it is taken.
 *
 * That is so in the first token of ["xxx...", TEXT], which has as many x as the longest token of the
 * text: behind it the buffer has room for all others, and they are given as they come.
 */
struct feed {
	const char *parts[5]; /* NULL: the padding */
	size_t sizes[5];
	size_t n_grows; /* so many of the parts are given byte by byte */
	size_t part;
	size_t at;
};

/* What jansson's memory is taken from, while one text is read. */
static struct {
	json_malloc_t take;
	void *block;
	size_t size;
	bool has_failed;
} spare;

static void *take_or_spare(size_t size)
{
	void *p = spare.take(size);

	if (p)
		return p;
	spare.has_failed = true;
	return size <= spare.size ? STEAL(spare.block) : NULL;
}

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
	if (feed->part == ARRAY_LEN(feed->parts) || spare.has_failed)
		return 0;
	if (feed->part < feed->n_grows)
		size = 1;
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

/* NULL with errno ENOMEM or 0, as json_load(). */
static json_t *load(struct feed *feed, size_t longest, json_error_t *e)
{
	json_free_t give_back = NULL;
	json_t *v = NULL;

	/* The buffer doubles, beginning with 16 bytes. */
	spare.size = 2 * longest + 32;
	spare.block = malloc(spare.size);
	spare.has_failed = !spare.block;
	if (!spare.has_failed) {
		json_get_alloc_funcs(&spare.take, &give_back);
		json_set_alloc_funcs(take_or_spare, give_back);
		v = json_load_callback(feed_more, feed, FLAGS, e);
		json_set_alloc_funcs(spare.take, give_back);
		free(STEAL(spare.block));
	}
	errno = spare.has_failed ? ENOMEM : 0;
	if (spare.has_failed)
		json_decref(STEAL(v));
	return v;
}

json_t *json_load(const char *text, size_t size, json_error_t *e)
{
	size_t longest = longest_token(text, text + size);
	struct feed feed = {
		.parts = {"[\"", NULL, "\",", text, "]"},
		.sizes = {2, longest, 2, size, 1},
		.n_grows = 3,
	};
	struct feed alone = {.parts = {text}, .sizes = {size}, .n_grows = 1};
	scoped_json json_t *padded = load(&feed, longest, e);

	if (!padded && errno == ENOMEM)
		return NULL;
	/* "1, 2" would make three. */
	if (json_array_size(padded) == 2)
		return json_incref(json_array_get(padded, 1));
	/* For the error as that of this text alone; one that is as deep as may be is read so. */
	return load(&alone, longest, e);
}
