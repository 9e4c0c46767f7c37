/* SPDX-License-Identifier: Apache-2.0 */
/* What came of one bind in a pass: it is remembered, told, and the bind gets its next time. */
#pragma once

#include <stdbool.h>

#include "apply/outcome.h"
#include "watch/file.h"
#include "watch/pass.h"

/* One that is under way. */
struct passing {
	const struct pass *pass;
	struct watch_file *f;
	enum pass_kind kind;
	bool check_mode;          /* of the run */
	struct carriers carriers; /* as they were once it was over */
	double now;
};

/* Its turn is over. Looks at it once more, within the deadline of path_set_deadline(). */
void note_outcome(const struct passing *p, struct watched *b, const struct outcome *out);

/* It is not as asked, and this is why. */
void note_failed(const struct passing *p, struct watched *b, const struct outcome *out);

/* Whether something did not answer in time. */
bool note_is_timeout(const struct outcome *out);

/* It is tried again after a pause, which doubles from one second to sixty. */
void note_put_off(struct watched *b, double now);
