/* SPDX-License-Identifier: Apache-2.0 */
/* What the fuzz targets share: taking an input apart, and saying what must hold of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

/* libFuzzer calls these two; the first only where a target has it. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is left of an input. Where there is nothing left, zeros and empty texts come. */
struct input {
	const uint8_t *at;
	size_t left;
};

/* A number below n, which is at least 1. */
size_t input_draw(struct input *in, size_t n);

bool input_bool(struct input *in);

/* The bytes up to the next NUL, allocated. */
char *input_text(struct input *in);

/* All that is left, allocated, and NUL-terminated beyond *ret_size. */
char *input_rest(struct input *in, size_t *ret_size);

/* A file with these bytes, always the same one, read from its start. */
int input_file(const void *bytes, size_t size);

/* What is written to stdout and stderr goes nowhere from here on; libFuzzer's is seen. */
void input_mute(void);

/* Say what is wrong and end the process, which keeps the input. */
PRINTF_LIKE(3, 4)
_Noreturn void input_fault(const char *file, int line, const char *fmt, ...);

#define MUST(condition)                                                                    \
	do {                                                                               \
		if (!(condition))                                                          \
			input_fault(__FILE__, __LINE__, "not so: %s", #condition);         \
	} while (0)

#define MUST_SAY(condition, ...)                                                           \
	do {                                                                               \
		if (!(condition))                                                          \
			input_fault(__FILE__, __LINE__, __VA_ARGS__);                      \
	} while (0)
