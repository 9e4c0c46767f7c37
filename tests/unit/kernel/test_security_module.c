/* SPDX-License-Identifier: Apache-2.0 */
/* Which security module may have denied something, by files as the kernel has them: not every
 * machine has each module. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/macro.h"
#include "kernel/security_module.h"
#include "suite.h"

#define PROFILE  "/proc/self/attr/apparmor/current"
#define CURRENT  "/proc/self/attr/current"
#define ENFORCE  "/sys/fs/selinux/enforce"
#define MODULES  "/sys/kernel/security/lsm"
#define DEBIAN   "lockdown,capability,landlock,yama,apparmor,tomoyo,bpf,ipe,ima,evm"
#define NOT_MANY "capability,yama,apparmor"

struct file {
	const char *path;
	const char *text;
};

/* clang-format off */
static const struct {
	struct file files[4];
	enum security_module_kind kind;
	const char *name;
} rows[] = {
	{ {{ NULL, NULL }}, SECURITY_MODULE_NONE, "" },
	{ {{ PROFILE, "docker-default (enforce)\n" }}, SECURITY_MODULE_APPARMOR, "docker-default" },
	{ {{ CURRENT, "docker-default (enforce)\n" }}, SECURITY_MODULE_APPARMOR, "docker-default" },
	{ {{ CURRENT, "/usr/sbin/robind (enforce)" }, { MODULES, DEBIAN }}, SECURITY_MODULE_APPARMOR, "/usr/sbin/robind" },
	{ {{ CURRENT, "unconfined\n" }, { MODULES, NOT_MANY }}, SECURITY_MODULE_NONE, "" },
	{ {{ CURRENT, "robind (complain)\n" }, { MODULES, NOT_MANY }}, SECURITY_MODULE_NONE, "" },
	{ {{ CURRENT, " (enforce)\n" }}, SECURITY_MODULE_NONE, "" },
	{ {{ CURRENT, "system_u:system_r:container_t:s0:c1,c2\n" }, { ENFORCE, "1" }},
	  SECURITY_MODULE_SELINUX, "system_u:system_r:container_t:s0:c1,c2" },
	{ {{ CURRENT, "system_u:system_r:container_t:s0\n" }, { ENFORCE, "0" }}, SECURITY_MODULE_NONE, "" },
	{ {{ MODULES, DEBIAN }}, SECURITY_MODULE_OTHER, "landlock, tomoyo, bpf" },
	{ {{ CURRENT, "_\n" }, { MODULES, "capability,smack\n" }}, SECURITY_MODULE_OTHER, "smack" },
	{ {{ MODULES, "" }}, SECURITY_MODULE_NONE, "" },
	{ {{ MODULES, "bpf,,capability," }}, SECURITY_MODULE_OTHER, "bpf" },
};
/* clang-format on */

/* With the directories above it. */
static void put(const char *root, const struct file *file)
{
	char path[512];
	FILE *out = NULL;

	(void)snprintf(path, sizeof(path), "%s%s", root, file->path);
	for (char *slash = strchr(path + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0755);
		*slash = '/';
	}
	out = fopen(path, "we");
	ck_assert_ptr_nonnull(out);
	ck_assert_int_ge(fputs(file->text, out), 0);
	ck_assert_int_eq(fclose(out), 0);
}

START_TEST(found)
{
	char root[] = "/tmp/test_security_module.XXXXXX";
	char command[64];
	struct security_module module = {0};

	ck_assert_ptr_nonnull(mkdtemp(root));
	for (size_t i = 0; i < ARRAY_LEN(rows[_i].files) && rows[_i].files[i].path; i++)
		put(root, &rows[_i].files[i]);
	sys_find_security_module(root, &module);
	(void)snprintf(command, sizeof(command), "rm -r %s", root);
	ck_assert_int_eq(system(command), 0);
	ck_assert_int_eq(module.kind, rows[_i].kind);
	ck_assert_str_eq(module.name, rows[_i].name);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("security_module");

	tcase_add_loop_test(tests, found, 0, ARRAY_LEN(rows));
	return suite_run("security_module", tests);
}
