/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/fstab_plan.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "fstab/line.h"

/* clang-format off */
const char *const line_action_names[LINE_ACTION_COUNT_] = {
	[LINE_ACTION_ADD]     = "add_to_fstab",
	[LINE_ACTION_CORRECT] = "correct_fstab",
	[LINE_ACTION_REMOVE]  = "remove_from_fstab",
};
/* clang-format on */

static void find_lines(const struct fstab *fstab, struct line_plan *plan)
{
	for (size_t i = fstab_find(fstab, plan->target); i != FSTAB_NONE;
	     i = fstab_next(fstab, i, plan->target)) {
		if (!line_look(&fstab->entries[i]).is_bind)
			plan->conflict = i;
		else if (plan->n_binds++ == 0)
			plan->first = i;
	}
}

/* `word` is what source_mount_word() made of the want. */
static struct line_spec spec_of(const struct want *want, uint32_t inherited,
				const char *word)
{
	return (struct line_spec){
		.source = want->source,
		.target = want->target,
		.recursive = want->recursive,
		.options = want->options,
		.inherited = inherited &
			     (MOUNT_FLAG_NOSUID | MOUNT_FLAG_NODEV | MOUNT_FLAG_NOEXEC),
		.set = want->set,
		.source_mount = word,
		.nofail = want->nofail,
		.more = (const char *const *)want->fstab_options.items,
		.n_more = want->fstab_options.count,
		.type = want->fstab_type,
	};
}

static int plan_lines(const struct want *want, uint32_t inherited,
		      const struct fstab *fstab, struct line_plan *plan)
{
	scoped_mem char *word = NULL;
	struct line_spec spec = {0};
	struct line_check check = {0};

	if (source_mount_word(&want->source_mount, &word) < 0)
		return -1;
	spec = spec_of(want, inherited, word);
	if (plan->n_binds == 0) {
		plan->action = LINE_ACTION_ADD;
		plan->line = line_make(&spec);
		return plan->line ? 0 : -1;
	}
	if (line_check_entry(fstab, plan->first, &spec, &check) < 0)
		return -1;
	plan->line = STEAL(check.line);
	plan->differs_want = STEAL(check.want);
	plan->differs_have = STEAL(check.have);
	line_check_done(&check);
	if (plan->line || plan->n_binds > 1)
		plan->action = LINE_ACTION_CORRECT;
	return 0;
}

int line_plan_make(const struct want *want, uint32_t inherited, const struct fstab *fstab,
		   struct line_plan *ret)
{
	struct line_plan plan = {.target = want->target,
				 .first = FSTAB_NONE,
				 .conflict = FSTAB_NONE};
	int r = 0;

	find_lines(fstab, &plan);
	if (want_of_fstab(want) == DECIDES_THERE)
		r = plan_lines(want, inherited, fstab, &plan);
	else if (want_of_fstab(want) == DECIDES_GONE && plan.n_binds > 0)
		plan.action = LINE_ACTION_REMOVE;
	if (r < 0) {
		line_plan_done(&plan);
		return -1;
	}
	*ret = plan;
	return 0;
}

void line_plan_done(struct line_plan *plan)
{
	free(plan->line);
	free(plan->differs_want);
	free(plan->differs_have);
	*plan = (struct line_plan){.first = FSTAB_NONE, .conflict = FSTAB_NONE};
}

int line_plan_note(const struct line_plan *plan, struct fstab_edits *edits)
{
	size_t i = plan->first;

	if (plan->action == LINE_ACTION_LEAVE)
		return 0;
	if (plan->action == LINE_ACTION_ADD)
		return fstab_append(edits, plan->line);
	if (plan->action == LINE_ACTION_CORRECT) {
		if (plan->line && fstab_replace(edits, i, plan->line) < 0)
			return -1;
		i = line_next_bind(edits->fstab, i, plan->target);
	}
	for (; i != FSTAB_NONE; i = line_next_bind(edits->fstab, i, plan->target)) {
		if (fstab_remove(edits, i) < 0)
			return -1;
	}
	return 0;
}

static void show_entry(const struct fstab *fstab, size_t entry, struct strbuf *out)
{
	const struct fstab_span *whole = &fstab->entries[entry].whole;

	strbuf_add_bytes(out, fstab->text + whole->at, whole->length);
	strbuf_add(out, "\n");
}

void line_plan_show_old(const struct line_plan *plan, const struct fstab *fstab,
			struct strbuf *out)
{
	for (size_t i = plan->first; i != FSTAB_NONE;
	     i = line_next_bind(fstab, i, plan->target))
		show_entry(fstab, i, out);
}

void line_plan_show_new(const struct line_plan *plan, const struct fstab *fstab,
			struct strbuf *out)
{
	if (plan->line)
		strbuf_addf(out, "%s\n", plan->line);
	else if (plan->action == LINE_ACTION_CORRECT)
		show_entry(fstab, plan->first, out);
}
