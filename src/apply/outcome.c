/* SPDX-License-Identifier: Apache-2.0 */
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

void outcome_fail(struct outcome *out, const struct error *err)
{
	out->status = STATUS_FAILED;
	if (!out->error)
		out->error = error_keep(err);
}

void outcome_done(struct outcome *out)
{
	drift_list_done(&out->drift);
	done_steps_done(&out->done);
	error_drop(out->error);
	free(out->covered);
	free(out->kept);
	free(out->hides);
	free(out->automount);
	free(out->left_unit);
	free(out->frozen_at);
	free(out->watched);
	*out = (struct outcome){0};
}
