/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/field_reader.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

void field_skip_blanks(struct field_reader *reader)
{
	while (reader->at < reader->end && is_blank(reader->text[reader->at]))
		reader->at++;
}

struct fstab_span field_read(struct field_reader *reader)
{
	struct fstab_span field = {.at = reader->at};

	while (reader->at < reader->end && !is_blank(reader->text[reader->at]))
		reader->at++;
	field.length = reader->at - field.at;
	field_skip_blanks(reader);
	return field;
}

/* A number's digits, behind one sign at most. */
static struct fstab_span digits_of(const char *text, struct fstab_span number)
{
	size_t sign = text[number.at] == '-' || text[number.at] == '+';

	return (struct fstab_span){number.at + sign, number.length - sign};
}

static bool are_digits(const char *text, struct fstab_span digits)
{
	for (size_t i = 0; i < digits.length; i++) {
		if (text[digits.at + i] < '0' || text[digits.at + i] > '9')
			return false;
	}
	return digits.length > 0;
}

/* Whether a long has room for it. */
static bool is_in_range(const char *text, struct fstab_span number,
			struct fstab_span digits)
{
	char copy[24] = "";
	size_t sign = digits.at - number.at;

	for (; digits.length > 1 && text[digits.at] == '0'; digits.length--)
		digits.at++;
	if (sign + digits.length >= sizeof(copy))
		return false;
	memcpy(copy, text + number.at, sign);
	memcpy(copy + sign, text + digits.at, digits.length);
	errno = 0;
	(void)strtol(copy, NULL, 10);
	return errno == 0;
}

bool field_read_number(struct field_reader *reader, struct fstab_span *ret)
{
	size_t from = reader->at;
	struct fstab_span digits = {0};

	while (reader->at < reader->end && isspace((unsigned char)reader->text[reader->at]))
		reader->at++;
	*ret = field_read(reader);
	if (ret->length == 0)
		return reader->at == from;
	digits = digits_of(reader->text, *ret);
	/* What is out of range libmount refuses only where something follows, be it a blank. */
	return are_digits(reader->text, digits) &&
	       (ret->at + ret->length == reader->end ||
		is_in_range(reader->text, *ret, digits));
}
