/* SPDX-License-Identifier: Apache-2.0 */
/* Texts put together piece by piece. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "suite.h"

START_TEST(puts_pieces_together)
{
	struct strbuf buf = {0};
	char *text = NULL;

	strbuf_add(&buf, "one");
	strbuf_add(&buf, "");
	strbuf_addf(&buf, ", %s and %d", "two", 3);
	strbuf_add_bytes(&buf, "45", 1);
	strbuf_add_bytes(&buf, NULL, 0);
	ck_assert_str_eq(strbuf_text(&buf), "one, two and 34");
	ck_assert_uint_eq(buf.size, strlen("one, two and 34"));
	text = strbuf_steal(&buf);
	ck_assert_str_eq(text, "one, two and 34");
	ck_assert_str_eq(strbuf_text(&buf), "");
	strbuf_done(&buf);
	strbuf_done(&buf);
	free(text);
}
END_TEST

/* Every size on the way is one at which the text may have to move. */
START_TEST(grows)
{
	struct strbuf buf = {0};

	for (size_t n = 0; n < 300; n++) {
		ck_assert_uint_eq(strlen(strbuf_text(&buf)), n);
		if (n % 2 == 0)
			strbuf_add_bytes(&buf, "x", 1);
		else
			strbuf_addf(&buf, "%c", 'x');
	}
	ck_assert_uint_eq(strspn(strbuf_text(&buf), "x"), 300);
	strbuf_done(&buf);
}
END_TEST

START_TEST(nothing_is_a_text)
{
	struct strbuf buf = {0};
	char *text = NULL;

	ck_assert_str_eq(strbuf_text(&buf), "");
	text = strbuf_steal(&buf);
	ck_assert_str_eq(text, "");
	free(text);
}
END_TEST

START_TEST(holds_any_bytes)
{
	struct strbuf buf = {0};

	strbuf_add_bytes(&buf, "a\0b", 3);
	strbuf_add(&buf, "c");
	ck_assert_uint_eq(buf.size, 4);
	ck_assert_int_eq(memcmp(buf.bytes, "a\0bc", 5), 0);
	strbuf_done(&buf);
}
END_TEST

/* A piece that is missing is not forgotten over the next one, which would find room. */
START_TEST(remembers_a_missing_piece)
{
	struct strbuf buf = {0};

	strbuf_add(&buf, "one");
	strbuf_add_bytes(&buf, "", SIZE_MAX - 10);
	ck_assert(buf.failed);
	strbuf_add(&buf, "two");
	strbuf_addf(&buf, "%d", 3);
	ck_assert_ptr_null(strbuf_text(&buf));
	ck_assert_ptr_null(strbuf_steal(&buf));
	/* it can be used again */
	strbuf_add(&buf, "three");
	ck_assert_str_eq(strbuf_text(&buf), "three");
	strbuf_done(&buf);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("strbuf");

	tcase_add_test(tests, puts_pieces_together);
	tcase_add_test(tests, grows);
	tcase_add_test(tests, nothing_is_a_text);
	tcase_add_test(tests, holds_any_bytes);
	tcase_add_test(tests, remembers_a_missing_piece);
	return suite_run("strbuf", tests);
}
