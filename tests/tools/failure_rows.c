/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what is told of failed calls, for the test that wants to see each row happen:
 * a line "ERROR<tab>FACT<tab>MEND" for each, with {words}; ERROR is "any" for all others.
 */
#include <stdio.h>

#include "base/errno_name.h"
#include "base/failure.h"

int main(void)
{
	const struct failure_row *row = NULL;

	for (size_t i = 0; (row = failure_row_at(i)); i++)
		(void)printf("%s\t%s\t%s\n", row->number ? errno_name(row->number) : "any",
			     row->fact ? row->fact : "", row->mend);
	return 0;
}
