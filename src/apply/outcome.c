#include "apply/outcome.h"

#include <stdlib.h>

/* clang-format off */
const char *const status_names[STATUS_COUNT_] = {
	[STATUS_OK]      = "ok",
	[STATUS_CHANGED] = "changed",
	[STATUS_FAILED]  = "failed",
	[STATUS_SKIPPED] = "skipped",
};
/* clang-format on */

void outcome_done(struct outcome *out)
{
	plan_done(&out->plan);
	done_steps_done(&out->done);
	free(out->covered);
	out->covered = NULL;
	free(out->frozen_at);
	out->frozen_at = NULL;
}
