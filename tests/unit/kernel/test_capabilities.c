/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/capabilities.h"

#include <linux/capability.h>

#include "base/macro.h"
#include "suite.h"

#ifndef CAP_CHECKPOINT_RESTORE
#define CAP_CHECKPOINT_RESTORE 40
#endif

#define BIT(capability) ((uint64_t)1 << (capability))
#define ALL             (BIT(41) - 1)
#define OLD             (ALL & ~BIT(CAP_CHECKPOINT_RESTORE))
#define SEARCH          BIT(CAP_DAC_READ_SEARCH)
#define OVERRIDE        BIT(CAP_DAC_OVERRIDE)
#define PTRACE          BIT(CAP_SYS_PTRACE)
#define ADMIN           BIT(CAP_SYS_ADMIN)
#define OWN             (BIT(CAP_CHOWN) | BIT(CAP_FOWNER) | BIT(CAP_FSETID))
#define RESTORE         BIT(CAP_CHECKPOINT_RESTORE)

/* clang-format off */
static const struct { const char *name; unsigned duties; uint64_t have, kept; } rows[] = {
	{ "to look",              DUTY_LOOK,                 ALL,             SEARCH },
	{ "to look, no search",   DUTY_LOOK,                 ALL & ~SEARCH,   OVERRIDE },
	{ "to look, nothing",     DUTY_LOOK,                 0,               0 },
	{ "to look out",          DUTY_LOOK | DUTY_LOOK_OUT, ALL,             SEARCH | ADMIN },
	{ "holders",              DUTY_LOOK | DUTY_HOLDERS,  ALL,             SEARCH | PTRACE | RESTORE },
	{ "holders, before 5.9",  DUTY_LOOK | DUTY_HOLDERS,  OLD,             SEARCH | PTRACE | ADMIN },
	{ "holders, a container", DUTY_LOOK | DUTY_HOLDERS,  SEARCH | PTRACE, SEARCH | PTRACE },
	{ "to change",            DUTY_CHANGE,               ALL,             OVERRIDE | PTRACE },
	{ "to change, to look",   DUTY_CHANGE | DUTY_LOOK,   ALL,             OVERRIDE | PTRACE },
	{ "to change, no right",  DUTY_CHANGE,               ALL & ~OVERRIDE, SEARCH | PTRACE },
	{ "to mount",             DUTY_CHANGE | DUTY_MOUNT | DUTY_HOLDERS, ALL,
	                          OVERRIDE | PTRACE | ADMIN },
	{ "to mount, no admin",   DUTY_CHANGE | DUTY_MOUNT | DUTY_HOLDERS, ALL & ~ADMIN,
	                          OVERRIDE | PTRACE | RESTORE },
	{ "to own",               DUTY_CHANGE | DUTY_OWN,    ALL,             OVERRIDE | PTRACE | OWN },
	{ "nothing",              0,                         ALL,             0 },
};
/* clang-format on */

START_TEST(what_is_needed_is_kept)
{
	ck_assert_msg(sys_capabilities_for(rows[_i].duties, rows[_i].have) == rows[_i].kept,
		      "%s: %#llx", rows[_i].name,
		      (unsigned long long)sys_capabilities_for(rows[_i].duties,
							       rows[_i].have));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("capabilities");

	tcase_add_loop_test(tests, what_is_needed_is_kept, 0, ARRAY_LEN(rows));
	return suite_run("capabilities", tests);
}
