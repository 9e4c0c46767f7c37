/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of one line of an fstab, one after the other, as libmount finds them. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the text. */
struct fstab_span {
	size_t at;
	size_t length;
};

/* A line while it is taken apart. */
struct field_reader {
	const char *text;
	size_t at;
	size_t end;
};

/* Go to what is neither a blank nor a tab. */
void field_skip_blanks(struct field_reader *reader);

/* The field that begins here, and go to the next one; where there is none, length 0. */
struct fstab_span field_read(struct field_reader *reader);

/*
 * The same for a number, which may be missing, and before which libmount lets any white space
 * stand. False: what stands there is none.
 */
bool field_read_number(struct field_reader *reader, struct fstab_span *ret);
