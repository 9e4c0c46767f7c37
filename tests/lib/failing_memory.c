/* SPDX-License-Identifier: Apache-2.0 */
#include "failing_memory.h"

#include <check.h>
#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static struct { bool is_on; bool from_then_on; bool has_failed; size_t left; } state;
/* clang-format on */

static bool fails(void)
{
	if (!state.is_on || (state.left > 0 && --state.left > 0))
		return false;
	if (state.has_failed && !state.from_then_on)
		return false;
	state.has_failed = true;
	errno = ENOMEM;
	return true;
}

/* The linker gives these for the calls of NAME, and NAME for those of __real_NAME. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
int __real_vasprintf(char **ret, const char *format, va_list args);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t n);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t n);
int __wrap_vasprintf(char **ret, const char *format, va_list args);
int __wrap_asprintf(char **ret, const char *format, ...);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	return fails() ? NULL : __real_reallocarray(p, n, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t n)
{
	return fails() ? NULL : __real_strndup(text, n);
}

int __wrap_vasprintf(char **ret, const char *format, va_list args)
{
	return fails() ? -1 : __real_vasprintf(ret, format, args);
}

int __wrap_asprintf(char **ret, const char *format, ...)
{
	va_list args;
	int r = -1;

	va_start(args, format);
	r = __wrap_vasprintf(ret, format, args);
	va_end(args);
	return r;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static void *jansson_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void failing_memory_begin(size_t nth, bool from_then_on)
{
	json_set_alloc_funcs(jansson_malloc, free);
	state.is_on = true;
	state.from_then_on = from_then_on;
	state.has_failed = false;
	state.left = nth;
}

bool failing_memory_end(void)
{
	state.is_on = false;
	return state.has_failed;
}

void failing_memory_sweep(failing_memory_job *job, const char *name, const void *row)
{
	char *whole = job(row);
	bool has_failed = true;

	ck_assert_msg(whole, "%s: there is memory", name);
	for (size_t nth = 1; has_failed; nth++) {
		for (int from_then_on = 0; from_then_on < 2; from_then_on++) {
			char *text = NULL;

			failing_memory_begin(nth, from_then_on);
			text = job(row);
			has_failed = failing_memory_end();
			ck_assert_msg(has_failed ? !text || strcmp(text, whole) == 0
						 : text && strcmp(text, whole) == 0,
				      "%s: allocation %zu fails: '%s', not '%s'", name, nth,
				      text, whole);
			free(text);
		}
		ck_assert_uint_lt(nth, 20000);
	}
	free(whole);
}
