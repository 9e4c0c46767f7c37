/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON document as text and as a tree: both tell the same, whatever bytes there are. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/macro.h"
#include "suite.h"

static const struct {
	const char *name;
	const char *text;
	const char *json;
} texts[] = {
	{"empty", "", "\"\""},
	{"plain", "/srv/www", "\"/srv/www\""},
	{"quote and backslash", "a\"b\\c", "\"a\\\"b\\\\c\""},
	{"named controls", "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
	{"other controls", "\x01\x1f\x7f", "\"\\u0001\\u001F\x7f\""},
	{"two bytes", "\xc3\xa9", "\"\\u00E9\""},
	{"three bytes", "\xe2\x82\xac", "\"\\u20AC\""},
	{"four bytes", "\xf0\x9f\x93\x81", "\"\\uD83D\\uDCC1\""},
	{"last character", "\xf4\x8f\xbf\xbf", "\"\\uDBFF\\uDFFF\""},
	{"beyond the last", "\xf4\x90\x80\x80", "\"\\\\364\\\\220\\\\200\\\\200\""},
	{"half a pair", "\xed\xa0\x80", "\"\\\\355\\\\240\\\\200\""},
	{"longer than need be", "\xc0\xaf", "\"\\\\300\\\\257\""},
	{"longer, three", "\xe0\x9f\xbf", "\"\\\\340\\\\237\\\\277\""},
	{"longer, four", "\xf0\x8f\xbf\xbf", "\"\\\\360\\\\217\\\\277\\\\277\""},
	{"no first byte", "a\x80z", "\"a\\\\200z\""},
	{"no such first byte", "\xff", "\"\\\\377\""},
	{"cut", "a\xe2\x82", "\"a\\\\342\\\\202\""},
	{"cut by another", "\xe2\x82/", "\"\\\\342\\\\202/\""},
	{"foreign, with a backslash", "\\\xff\xc3\xa9", "\"\\\\134\\\\377\\u00E9\""},
};

/* The text of a document that `put` writes. */
static char *text_of(void (*put)(struct json_writer *w, size_t i), size_t i)
{
	char *text = NULL;
	size_t size = 0;
	struct json_writer w = {.out = open_memstream(&text, &size)};

	put(&w, i);
	ck_assert_int_eq(fclose(w.out), 0);
	return text;
}

static json_t *tree_of(void (*put)(struct json_writer *w, size_t i), size_t i)
{
	struct json_writer w = {0};

	put(&w, i);
	return json_writer_take(&w);
}

static void put_text(struct json_writer *w, size_t i)
{
	json_put_text(w, NULL, texts[i].text);
}

START_TEST(one_text)
{
	scoped_mem char *text = text_of(put_text, (size_t)_i);
	scoped_json json_t *tree = tree_of(put_text, (size_t)_i);
	scoped_json json_t *read = json_loads(text, JSON_DECODE_ANY, NULL);

	ck_assert_msg(strcmp(text, texts[_i].json) == 0, "%s: %s", texts[_i].name, text);
	ck_assert_msg(json_equal(tree, read), "%s: the tree is another", texts[_i].name);
}
END_TEST

static void put_document(struct json_writer *w, size_t i)
{
	(void)i;
	json_open_object(w, NULL);
	json_open_array(w, "none");
	json_close(w);
	json_open_array(w, "some");
	json_put_number(w, NULL, -1);
	json_open_object(w, NULL);
	json_close(w);
	json_put_null(w, NULL);
	json_open_array(w, NULL);
	json_put_bool(w, NULL, true);
	json_put_bool(w, NULL, false);
	json_close(w);
	json_close(w);
	json_put_text_or_null(w, "a \"key\"", NULL);
	json_put_text_or_null(w, "text", "t");
	json_put_bytes(w, "bytes", "a\0b", 3);
	json_close(w);
}

static const char document[] =
	"{\"none\":[],\"some\":[-1,{},null,[true,false]],\"a \\\"key\\\"\":null,"
	"\"text\":\"t\",\"bytes\":\"a\\u0000b\"}";

START_TEST(whole)
{
	scoped_mem char *text = text_of(put_document, 0);
	scoped_json json_t *tree = tree_of(put_document, 0);
	scoped_json json_t *read = json_loads(document, JSON_ALLOW_NUL, NULL);

	ck_assert_str_eq(text, document);
	ck_assert(read && json_equal(tree, read));
}
END_TEST

static void put_read(struct json_writer *w, size_t i)
{
	scoped_json json_t *read = json_loads(document, JSON_ALLOW_NUL, NULL);

	(void)i;
	json_put_tree(w, NULL, read);
}

START_TEST(tree_as_text)
{
	scoped_mem char *text = text_of(put_read, 0);

	ck_assert_str_eq(text, document);
}
END_TEST

/* An allocator that has so many left. */
static size_t n_left;

static void *scarce(size_t size)
{
	return n_left > 0 && n_left-- > 0 ? malloc(size) : NULL;
}

START_TEST(out_of_memory)
{
	size_t n = 0;
	scoped_json json_t *tree = NULL;

	for (; !tree; n++) {
		n_left = n;
		json_set_alloc_funcs(scarce, free);
		tree = tree_of(put_document, 0);
		json_set_alloc_funcs(malloc, free);
	}
	ck_assert_uint_gt(n, 20);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("json_writer");

	tcase_add_loop_test(tests, one_text, 0, ARRAY_LEN(texts));
	tcase_add_test(tests, whole);
	tcase_add_test(tests, tree_as_text);
	tcase_add_test(tests, out_of_memory);
	return suite_run("json_writer", tests);
}
