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

/* Whether it is a number that a long has room for. */
static bool is_number(const char *text, size_t length)
{
	char number[24] = "";
	size_t sign = length > 0 && (*text == '-' || *text == '+');
	size_t zeros = sign;

	while (zeros + 1 < length && text[zeros] == '0')
		zeros++;
	if (zeros == length || sign + length - zeros >= sizeof(number))
		return false;
	for (size_t i = zeros; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	memcpy(number, text, sign);
	memcpy(number + sign, text + zeros, length - zeros);
	errno = 0;
	(void)strtol(number, NULL, 10);
	return errno == 0;
}

bool field_read_number(struct field_reader *reader, struct fstab_span *ret)
{
	size_t from = reader->at;

	while (reader->at < reader->end && isspace((unsigned char)reader->text[reader->at]))
		reader->at++;
	*ret = field_read(reader);
	if (ret->length == 0)
		return reader->at == from;
	return is_number(reader->text + ret->at, ret->length);
}
