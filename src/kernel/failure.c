/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/failure.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/macro.h"
#include "kernel/failure_place.h"
#include "kernel/privilege.h"
#include "kernel/security_module.h"

#define OF_MODULES (FACT_APPARMOR | FACT_SELINUX | FACT_OTHER_LSM)
#define OF_PROCESS                                                                         \
	(FACT_NOT_ROOT | FACT_NO_ADMIN | FACT_NO_OVERRIDE | FACT_NO_OWN | FACT_CONFINED |  \
	 FACT_FILTERED)
#define OF_PLACE                                                                           \
	(FACT_FUSE_CLOSED | FACT_REMOTE | FACT_IMMUTABLE | FACT_APPEND_ONLY |              \
	 FACT_FIXED_NAMES | FACT_NO_INODES | FACT_IS_DEAD | FACT_IS_NAMED)

/* All that was found out. */
struct findings {
	unsigned facts;
	struct failed_place place;
	struct security_module module;
	char holder[24];
};

static unsigned look_at_process(void)
{
	unsigned facts = geteuid() == 0 ? 0 : FACT_NOT_ROOT;

	if (!sys_has_capability(CAP_SYS_ADMIN))
		facts |= FACT_NO_ADMIN;
	if (!sys_has_capability(CAP_DAC_OVERRIDE))
		facts |= FACT_NO_OVERRIDE;
	if (!sys_has_capability(CAP_CHOWN) || !sys_has_capability(CAP_FOWNER) ||
	    !sys_has_capability(CAP_FSETID))
		facts |= FACT_NO_OWN;
	if (sys_is_in_user_namespace())
		facts |= FACT_CONFINED;
	return sys_is_filtered() ? facts | FACT_FILTERED : facts;
}

static unsigned fact_of_module(enum security_module_kind kind)
{
	static const unsigned facts[] = {
		[SECURITY_MODULE_NONE] = 0,
		[SECURITY_MODULE_APPARMOR] = FACT_APPARMOR,
		[SECURITY_MODULE_SELINUX] = FACT_SELINUX,
		[SECURITY_MODULE_OTHER] = FACT_OTHER_LSM,
	};

	return facts[kind];
}

/* Only what decides between sentences, or stands in one, is looked for. */
static void find_out(const struct failure *f, struct findings *ret)
{
	unsigned wanted = failure_facts_that_matter(f->call, f->number);

	*ret = (struct findings){.facts = f->known};
	if (wanted & OF_PROCESS)
		ret->facts |= look_at_process();
	if (wanted & OF_MODULES) {
		sys_find_security_module("", &ret->module);
		ret->facts |= fact_of_module(ret->module.kind);
	}
	if (wanted & OF_PLACE) {
		failed_place_look(f->path, f->number, &ret->place);
		ret->facts |= ret->place.facts;
	}
	if (f->known & FACT_HOLDER)
		(void)snprintf(ret->holder, sizeof(ret->holder), "%ld", (long)f->holder);
}

static struct failure_words words_of(const struct failure *f, const struct findings *found)
{
	const struct mount *m = &found->place.mount;

	return (struct failure_words){
		.place = f->path,
		.folder = found->place.folder,
		.mount = m->point,
		.fs = m->fs_type ? m->fs_type : "of a kind that is not known",
		.lsm = found->module.name[0] != '\0' ? found->module.name : "robind",
		.obstacle = f->obstacle,
		.holder = found->holder,
	};
}

int failure_set(struct error *err, const struct failure *failure)
{
	struct findings found;
	struct failure_words words;
	const struct failure_row *row = NULL;

	find_out(failure, &found);
	words = words_of(failure, &found);
	row = failure_row_find(failure->call, failure->number, found.facts);
	(void)error_set(err, failure_kind_of(failure->call, row), failure->number,
			failure->at, "%s", "");
	failure_tell(failure->call, failure->number, row, &words, err->text,
		     sizeof(err->text));
	failed_place_done(&found.place);
	return -1;
}

void failure_put_fact(const struct failure *failure, char *text, size_t size)
{
	struct findings found;
	struct failure_words words;

	find_out(failure, &found);
	words = words_of(failure, &found);
	failure_tell_fact(failure->number,
			  failure_row_find(failure->call, failure->number, found.facts),
			  &words, text, size);
	failed_place_done(&found.place);
}
