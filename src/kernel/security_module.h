/* SPDX-License-Identifier: Apache-2.0 */
/* The security module that may have denied a call: by what the kernel tells of them. */
#pragma once

enum security_module_kind {
	SECURITY_MODULE_NONE,     /* none that denies anything is known to be active */
	SECURITY_MODULE_APPARMOR, /* a profile is enforced on this process: its name */
	SECURITY_MODULE_SELINUX,  /* it is enforcing: the context of this process */
	SECURITY_MODULE_OTHER,    /* the names of those that are active and could */
};

struct security_module {
	enum security_module_kind kind;
	char name[256];
};

/*
 * Find it in proc/self/attr, sys/fs/selinux and sys/kernel/security below `root`, which is
 * "" on a machine. What cannot be read is not there.
 */
void sys_find_security_module(const char *root, struct security_module *ret);
