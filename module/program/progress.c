/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include "screen.h"

#define QUIET_SECONDS 1.0
#define PAUSE_SECONDS 0.1

struct progress progress_begin(FILE *out, double now)
{
	return (struct progress){.out = out, .start = now};
}

/* Blanks up to the end of what stood there: a dumb terminal knows no other way. */
static void put(struct progress *progress, const char *text, size_t columns)
{
	int rest = progress->columns > columns ? (int)(progress->columns - columns) : 0;

	(void)fprintf(progress->out, "\r%s%*s", text, rest, "");
	(void)fflush(progress->out);
	progress->columns = columns;
}

void progress_tell(struct progress *progress, double now, size_t n_done, size_t n_all)
{
	char done[SCREEN_NUMBER_SIZE];
	char all[SCREEN_NUMBER_SIZE];
	char text[2 * SCREEN_NUMBER_SIZE + 32];
	int n = 0;

	if (now - progress->start < QUIET_SECONDS || now - progress->told < PAUSE_SECONDS)
		return;
	n = snprintf(text, sizeof(text), "robind: %s of %s binds",
		     screen_number(n_done, done), screen_number(n_all, all));
	put(progress, text, (size_t)n);
	progress->told = now;
}

void progress_end(struct progress *progress)
{
	if (progress->columns == 0)
		return;
	put(progress, "", 0);
	(void)fputs("\r", progress->out);
	(void)fflush(progress->out);
}
