/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/capabilities.h"

#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/macro.h"

/* Linux 5.9: what other processes have mapped is seen by that; until then by CAP_SYS_ADMIN. */
#ifndef CAP_CHECKPOINT_RESTORE
#define CAP_CHECKPOINT_RESTORE 40
#endif

#define BIT(capability) ((uint64_t)1 << (capability))

/* In two words, as the kernel takes them. */
struct sets {
	struct __user_cap_header_struct header;
	struct __user_cap_data_struct data[2];
};

static bool read_sets(struct sets *ret)
{
	*ret = (struct sets){.header.version = _LINUX_CAPABILITY_VERSION_3};
	return syscall(SYS_capget, &ret->header, ret->data) == 0;
}

static uint64_t effective(const struct sets *sets)
{
	return sets->data[0].effective | (uint64_t)sets->data[1].effective << 32;
}

static uint64_t given_up;

uint64_t sys_capabilities(void)
{
	struct sets sets;

	return read_sets(&sets) ? effective(&sets) | given_up : given_up;
}

uint64_t sys_capabilities_for(unsigned duties, uint64_t have)
{
	/* clang-format off */
	static const struct { unsigned duties; uint64_t need, or_else; } rows[] = {
		{ DUTY_MOUNT | DUTY_LOOK_OUT, BIT(CAP_SYS_ADMIN),          0 },
		{ DUTY_OWN,                   BIT(CAP_CHOWN),              0 },
		{ DUTY_OWN,                   BIT(CAP_FOWNER),             0 }, /* sticky folders, too */
		{ DUTY_OWN,                   BIT(CAP_FSETID),             0 },
		{ DUTY_CHANGE,                BIT(CAP_DAC_OVERRIDE),       BIT(CAP_DAC_READ_SEARCH) },
		{ DUTY_LOOK,                  BIT(CAP_DAC_READ_SEARCH),    BIT(CAP_DAC_OVERRIDE) },
		{ DUTY_CHANGE | DUTY_HOLDERS, BIT(CAP_SYS_PTRACE),         0 }, /* whose lock it is */
		{ DUTY_HOLDERS,               BIT(CAP_CHECKPOINT_RESTORE), BIT(CAP_SYS_ADMIN) },
	};
	/* clang-format on */
	uint64_t kept = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t need = rows[i].need;

		/* What is kept for something else will do. */
		if ((duties & rows[i].duties) && (kept & (need | rows[i].or_else)) == 0)
			kept |= have & need ? need : have & rows[i].or_else;
	}
	return kept;
}

void sys_keep_capabilities(unsigned duties)
{
	struct sets sets;
	uint64_t have = 0;
	uint64_t kept = 0;

	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!read_sets(&sets))
		return;
	have = effective(&sets);
	kept = sys_capabilities_for(duties, have);
	for (size_t i = 0; i < ARRAY_LEN(sets.data); i++) {
		uint32_t word = (uint32_t)(kept >> (32 * i));

		/* The inheritable ones stay for a user with ambient ones, and systemctl(1). */
		sets.data[i].effective &= word;
		sets.data[i].permitted &= word;
		sets.data[i].inheritable &= word;
	}
	if (syscall(SYS_capset, &sets.header, sets.data) == 0)
		given_up |= have & ~kept;
}

static bool is_ambient(unsigned capability)
{
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0) == 1;
}

/* Root of a user namespace is root here: its rights end with the namespace. */
static bool has_file_capabilities(void)
{
	uint64_t have = getuid() == 0 ? 0 : sys_capabilities();

	for (unsigned i = 0; i <= CAP_CHECKPOINT_RESTORE; i++) {
		if ((have & BIT(i)) && !is_ambient(i))
			return true;
	}
	return false;
}

bool sys_is_elevated(void)
{
	if (!getauxval(AT_SECURE))
		return false;
	return geteuid() != getuid() || getegid() != getgid() || has_file_capabilities();
}
