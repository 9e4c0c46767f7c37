/* SPDX-License-Identifier: Apache-2.0 */
/* The rule of one line: new ones, old ones judged and corrected, and what libmount says. */
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "fstab/edit.h"
#include "fstab/line.h"
#include "fstab/options.h"
#include "suite.h"

#define SUID                                                                               \
	(struct flag_change)                                                               \
	{                                                                                  \
		.clear = MOUNT_FLAG_NOSUID                                                 \
	}
#define ALL_SECURE (MOUNT_FLAG_NOSUID | MOUNT_FLAG_NODEV | MOUNT_FLAG_NOEXEC)
#define BEFORE     "x-systemd.before=robind-boot.service"
#define AFTER      "x-systemd.requires-mounts-for="
#define ON         "x-robind.source-mount"

#define NEED .source = "/a", .target = "/t"
#define MORE(...)                                                                          \
	.more = (const char *const[]){__VA_ARGS__},                                        \
	.n_more = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)

/* clang-format off */
static const struct { const char *want; struct line_spec need; } made[] = {
	{ "/a /t none bind,ro,private,x-robind 0 0",  { NEED } },
	{ "/a /t none rbind,ro,private,x-robind 0 0", { NEED, .recursive = true } },
	{ "/a /t none bind,ro,private,x-robind.set=mail 0 0", { NEED, .set = "mail" } },
	{ "/a /t none bind,ro,private,nosuid,noexec,noatime,x-robind 0 0",
	  { NEED, .options = { MOUNT_FLAG_NOSUID | MOUNT_FLAG_NOATIME, MOUNT_FLAG_ATIME_MASK & ~MOUNT_FLAG_NOATIME }, .inherited = MOUNT_FLAG_NOEXEC } },
	{ "/a /t none bind,ro,private,suid,nodev,relatime,x-robind 0 0",
	  { NEED, .options = { 0, MOUNT_FLAG_NOSUID | MOUNT_FLAG_ATIME_MASK }, .inherited = MOUNT_FLAG_NOSUID | MOUNT_FLAG_NODEV } },
	{ "/a /t none bind,ro,private,nofail," BEFORE ",_netdev,x-robind 0 0", { NEED, .nofail = true, MORE("_netdev") } },
	{ "/a /t none bind,ro,private,nofail," BEFORE ",x-robind 0 0", { NEED, MORE("nofail") } },
	{ "/a /t none bind,ro,private,nofail," BEFORE ",x-a,x-robind 0 0", { NEED, .nofail = true, MORE("x-a", "x-a", BEFORE) } },
	{ "/a /t none bind,ro,private,exec,noauto,nouser,x-robind 0 0",
	  { NEED, .options = { 0, MOUNT_FLAG_NOEXEC }, MORE("noauto", "nouser") } },
	{ "/a\\040b\\134 /t\\011\\012 none bind,ro,private,x-y=\\134z,x-robind 0 0", { .source = "/a b\\", .target = "/t\t\n", MORE("x-y=\\z") } },
	{ "/a /t robind ro," AFTER "/a,x-robind 0 0", { NEED, .type = FSTAB_TYPE_ROBIND, .inherited = MOUNT_FLAG_NOSUID } },
	{ "/a /t robind ro,recursive,nosuid,nofail," BEFORE "," AFTER "/a,x-robind.set=s 0 0",
	  { NEED, .type = FSTAB_TYPE_ROBIND, .recursive = true, .options = { MOUNT_FLAG_NOSUID, 0 }, .nofail = true, .set = "s" } },
	{ "/a/b,c/d /t robind ro," AFTER "/a,x-robind 0 0", { .source = "/a/b,c/d", .target = "/t", .type = FSTAB_TYPE_ROBIND } },
	{ "/b\\040c /t robind ro,x-robind 0 0", { .source = "/b c", .target = "/t", .type = FSTAB_TYPE_ROBIND } },
};
/* clang-format on */

START_TEST(a_new_line)
{
	char *line = line_make(&made[_i].need);
	struct fstab fstab = {0};
	struct line_check verdict = {0};

	ck_assert_str_eq(line, made[_i].want);
	ck_assert_int_eq(fstab_parse(line, strlen(line), &fstab), 0);
	ck_assert_int_eq(line_check_entry(&fstab, 0, &made[_i].need, &verdict), 0);
	ck_assert_msg(!verdict.line, "%s: judged as %s", line, verdict.line);
	ck_assert_ptr_null(line_unfit(&made[_i].need));
	fstab_done(&fstab);
	free(line);
}
END_TEST

/* A line, what is needed, the line corrected; NULL: it is right as it is. */
/* clang-format off */
static const struct {
	const char *line;
	const char *want;
	const char *missing;
	const char *found;
	struct line_spec need;
} judged[] = {
	{ "/a /t none bind,ro,private 0 0",             NULL, NULL, NULL, { NEED } },
	{ "/a/ //t none private,x-y,ro,bind",           NULL, NULL, NULL, { NEED } },
	{ "/a /t auto bind,ro,rprivate,defaults 1 2 z", NULL, NULL, NULL, { NEED } },
	{ "/a /t none bind,,ro,private, 0 0",           NULL, NULL, NULL, { NEED } },
	{ "/a /t none bind,ro,ro=recursive,private",    NULL, NULL, NULL, { NEED } },
	{ "/a /t none bind,ro,private,users",           NULL, NULL, NULL, { NEED, .inherited = ALL_SECURE } },
	{ "/a /t none bind,ro,private,noauto,nofail",   NULL, NULL, NULL, { NEED } },
	{ "/a /t none bind,ro,private,x-robind.set=o",  NULL, NULL, NULL, { NEED } },
	{ "/a /t none bind,rbind,ro,private",           NULL, NULL, NULL, { NEED, .recursive = true } },
	/* what mount(8) makes writable */
	{ "/a /t none bind 0 0",           "/a /t none bind,ro,private,x-robind 0 0", "ro, private", NULL, { NEED } },
	{ "/a\t/t  none bind,ro,rw 1 2 # z", "/a\t/t  none bind,ro,private,x-robind 1 2 # z", "ro, private", "rw", { NEED } },
	{ "/a /t none rw,bind,private,ro", "/a /t none bind,private,ro,x-robind", "ro", "rw", { NEED } },
	{ "/a /t none rw,rw,rw,bind,x,private,rw", "/a /t none bind,x,private,ro,x-robind", "ro", "rw, rw, rw, rw", { NEED } },
	{ "/a /t none bind,ro,rw=recursive,private", "/a /t none bind,ro,private,x-robind", "ro", "rw=recursive", { NEED } },
	{ "/a /t none bind,ro=recursive,private", "/a /t none bind,ro=recursive,private,ro,x-robind", "ro", NULL, { NEED } },
	{ "/a /t none bind,remount,ro,private", "/a /t none bind,ro,private,x-robind", NULL, "remount", { NEED } },
	/* the source */
	{ "/old /t none bind,ro,private 0 0", "/a /t none bind,ro,private,x-robind 0 0", "/a", "/old", { NEED } },
	{ "/ol\\040d /t none bind,ro,private,x-robind", "/a /t none bind,ro,private,x-robind", "/a", "/ol d", { NEED } },
	/* bind and rbind */
	{ "/a /t none x,bind,ro,private",  "/a /t none x,rbind,ro,private,x-robind", "rbind", "bind", { NEED, .recursive = true } },
	{ "/a /t none rbind,ro,private",   "/a /t none bind,ro,private,x-robind", "bind", "rbind", { NEED } },
	{ "/a /t none rbind,bind,ro,private,rbind", "/a /t none bind,ro,private,x-robind", NULL, "rbind, rbind", { NEED } },
	/* propagation */
	{ "/a /t none bind,ro,rslave,shared", "/a /t none bind,ro,private,x-robind", "private", "rslave, shared", { NEED } },
	{ "/a /t none bind,ro,private,slave", "/a /t none bind,ro,private,x-robind", "private", "slave", { NEED } },
	/* flags */
	{ "/a /t none bind,ro,private,suid,dev", "/a /t none bind,ro,private,nosuid,nodev,noexec,x-robind", "nosuid, nodev, noexec", "suid, dev", { NEED, .inherited = ALL_SECURE } },
	{ "/a /t none bind,ro,private,nosuid", "/a /t none bind,ro,private,suid,x-robind", "suid", "nosuid", { NEED, .options = SUID, .inherited = MOUNT_FLAG_NOSUID } },
	{ "/a /t none bind,ro,private,suid,users", "/a /t none bind,ro,private,suid,users,suid,x-robind", "suid", NULL, { NEED, .options = SUID } },
	{ "/a /t none bind,ro,private,exec,owner", "/a /t none bind,ro,private,owner,noexec,x-robind", "noexec", "exec", { NEED, .inherited = ALL_SECURE } },
	{ "/a /t none bind,ro,private,strictatime,atime", "/a /t none bind,ro,private,noatime,x-robind", "noatime", "strictatime, atime", { NEED, .options = { MOUNT_FLAG_NOATIME, 0x60 } } },
	{ "/a /t none bind,ro,private,nosuid=recursive", "/a /t none bind,ro,private,nosuid=recursive,nosuid,x-robind", "nosuid", NULL, { NEED, .inherited = MOUNT_FLAG_NOSUID } },
	/* boot */
	{ "/a /t none bind,ro,private,nofail", "/a /t none bind,ro,private,nofail," BEFORE ",x-robind", BEFORE, NULL, { NEED, .nofail = true } },
	{ "/a /t none bind,ro,private,auto", "/a /t none bind,ro,private,noauto,x-robind", "noauto", "auto", { NEED, MORE("noauto") } },
	{ "/a /t none bind,ro,private,x-b=1", "/a /t none bind,ro,private,x-b=1,x-a=1,x-robind", "x-a=1", NULL, { NEED, MORE("x-a=1", "x-b=1") } },
	{ "/a /t none bind,ro,private", "/a /t none bind,ro,private,z,x-robind", "z", NULL, { NEED, MORE("z") } },
	/* the mount that the source must lie on */
	{ "/a /t none bind,ro,private", "/a /t none bind,ro,private," ON "=/m,x-robind", ON "=/m", NULL, { NEED, .source_mount = ON "=/m" } },
	{ "/a /t none bind," ON "=/m,ro,private", NULL, NULL, NULL, { NEED, .source_mount = ON "=/m" } },
	{ "/a /t none bind," ON ",ro,private", "/a /t none bind,ro,private," ON "=/m,x-robind", ON "=/m", ON, { NEED, .source_mount = ON "=/m" } },
	{ "/a /t none bind," ON "=/m,ro,private," ON "=/m", "/a /t none bind," ON "=/m,ro,private,x-robind", NULL, ON "=/m", { NEED, .source_mount = ON "=/m" } },
	{ "/a /t none bind,ro,private," ON "=/m", NULL, NULL, NULL, { NEED } },
	{ "/o /t none bind,ro,private," ON "=/m", "/a /t none bind,ro,private,x-robind", "/a", "/o, " ON "=/m", { NEED } },
	/* sets */
	{ "/a /t none bind,ro,private", "/a /t none bind,ro,private,x-robind.set=s", "x-robind.set=s", NULL, { NEED, .set = "s" } },
	{ "/a /t none bind,ro,x-robind,private", "/a /t none bind,ro,x-robind.set=s,private", "x-robind.set=s", "x-robind", { NEED, .set = "s" } },
	{ "/a /t none bind,ro,x-robind.set=o,private", "/a /t none bind,ro,x-robind.set=s,private", "x-robind.set=s", "x-robind.set=o", { NEED, .set = "s" } },
	{ "/a /t none bind,ro,x-robind.set=s,private,x-robind.set=o", "/a /t none bind,ro,x-robind.set=s,private", NULL, "x-robind.set=o", { NEED, .set = "s" } },
	{ "/a /t none bind,x-robind.set=s", "/a /t none bind,x-robind.set=s,ro,private", "ro, private", NULL, { NEED, .set = "s" } },
	/* type */
	{ "/a /t none rbind,ro,private,x-robind", "/a /t robind ro,private,x-robind,recursive," AFTER "/a", "robind, recursive, " AFTER "/a", "none, rbind", { NEED, .type = FSTAB_TYPE_ROBIND, .recursive = true } },
	{ "/a /t robind", "/a /t robind ro," AFTER "/a,x-robind", "ro, " AFTER "/a", NULL, { NEED, .type = FSTAB_TYPE_ROBIND } },
	{ "/a /t robind  ", "/a /t robind  ro," AFTER "/a,x-robind", "ro, " AFTER "/a", NULL, { NEED, .type = FSTAB_TYPE_ROBIND } },
	{ "/o /t robind ro,x," AFTER "/o", "/a /t robind ro,x," AFTER "/a,x-robind", "/a, " AFTER "/a", "/o, " AFTER "/o", { NEED, .type = FSTAB_TYPE_ROBIND } },
	{ "/a /t robind ro,recursive,shared 0 0", "/a /t none ro,bind,private,x-robind 0 0", "none, bind, private", "robind, recursive, shared", { NEED } },
	{ "/a /t robind bind,ro," AFTER "/a", "/a /t robind ro," AFTER "/a,x-robind", NULL, "bind", { NEED, .type = FSTAB_TYPE_ROBIND } },
	/* odd texts */
	{ "/a /t none x,y,z", "/a /t none x,y,z,bind,ro,private,x-robind", "bind, ro, private", NULL, { NEED } },
	{ "/a /t none bind\\054rw,ro\\054private", "/a /t none bind\\054ro\\054private,x-robind", "ro", "rw", { NEED } },
	{ "/a /t none bind,c=\"rw,x\"", "/a /t none bind,c=\"rw,x\",ro,private,x-robind", "ro, private", NULL, { NEED } },
	{ "/a /t none bind,c=\"x,ro", "/a /t none bind,ro,private,x-robind,c=\"x,ro", "ro, private", NULL, { NEED } },
	{ "/a /t none bind,ro,", "/a /t none bind,ro,private,x-robind", "private", NULL, { NEED } },
	{ "/a /t none bind,ro,private,rw,", "/a /t none bind,ro,private,x-robind", "ro", "rw", { NEED } },
	/* where libmount from 2.39 on sees no comma */
	{ "/a /t none bind,private,x=\\134,ro,y", "/a /t none bind,private,x=\\134,ro,y,ro,x-robind", "ro", NULL, { NEED } },
	{ "/a /t none bind,ro,x=\\,private", "/a /t none bind,ro,x=\\,private,private,x-robind", "private", NULL, { NEED } },
	{ "/a /t none bind,private,x=\\,rw,ro", "/a /t none bind,private,x=\\,,ro,x-robind", "ro", "rw", { NEED } },
	{ "/a /t none bind,ro,private,x=\\,rw", "/a /t none bind,ro,private,x=\\,,x-robind", "ro", "rw", { NEED } },
	{ "/a /t none bind,private,x=\\", "/a /t none bind,private,x=\\,,ro,x-robind", "ro", NULL, { NEED } },
	{ "/a /t none bind,private,x=\\134,", "/a /t none bind,private,x=\\134,,ro,x-robind", "ro", NULL, { NEED } },
	{ "/a /t none x=\\,,bind,private,ro", NULL, NULL, NULL, { NEED } },
	{ "/a /t none bind,ro\\000,rw", "/a /t none bind,ro,private,x-robind,\\000,rw", "private", NULL, { NEED } },
};
/* clang-format on */

static bool is_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

START_TEST(an_old_line)
{
	const char *line = judged[_i].line;
	struct fstab fstab = {0};
	struct line_check verdict = {0};

	ck_assert_int_eq(fstab_parse(line, strlen(line), &fstab), 0);
	ck_assert_uint_eq(fstab.n_entries, 1);
	ck_assert_int_eq(line_check_entry(&fstab, 0, &judged[_i].need, &verdict), 0);
	ck_assert_msg(is_equal(verdict.line, judged[_i].want), "%s\nbecame %s", line,
		      verdict.line);
	ck_assert_msg(is_equal(verdict.want, judged[_i].missing), "%s\nwant %s", line,
		      verdict.want);
	ck_assert_msg(is_equal(verdict.have, judged[_i].found), "%s\nhave %s", line,
		      verdict.have);
	line_check_done(&verdict);
	line_check_done(&verdict);
	fstab_done(&fstab);
}
END_TEST

/* mount(8)'s own view of the corrected line, by libmount's tables. */
START_TEST(libmount_makes_the_same_of_it)
{
	const char *line = judged[_i].want ? judged[_i].want : judged[_i].line;
	const struct line_spec *need = &judged[_i].need;
	struct fstab fstab = {0};
	struct line_check verdict = {0};
	struct line_info have;
	unsigned long flags = 0;

	ck_assert_int_eq(fstab_parse(line, strlen(line), &fstab), 0);
	ck_assert_int_eq(line_check_entry(&fstab, 0, need, &verdict), 0);
	ck_assert_msg(!verdict.line, "%s\nis corrected again: %s", line, verdict.line);
	ck_assert_int_eq(mnt_optstr_get_flags(fstab.entries[0].options, &flags,
					      mnt_get_builtin_optmap(MNT_LINUX_MAP)),
			 0);
	have = line_look(&fstab.entries[0]);
	ck_assert(have.is_bind && have.is_read_only && have.type == need->type);
	ck_assert(have.is_recursive == need->recursive);
	ck_assert_msg(flags & MS_RDONLY, "%s: writable", line);
	ck_assert_msg(!(flags & MS_BIND) == (need->type == FSTAB_TYPE_ROBIND), "%s: bind",
		      line);
	ck_assert_msg(!(flags & MS_REMOUNT), "%s: remount", line);
	ck_assert_msg(!(flags & (MS_SHARED | MS_SLAVE | MS_UNBINDABLE)), "%s: shared",
		      line);
	if (need->type == FSTAB_TYPE_NONE) {
		ck_assert_msg(flags & MS_PRIVATE, "%s: not private", line);
		ck_assert_msg(!(flags & MS_REC) == !need->recursive ||
				      strstr(line, "rprivate"),
			      "%s: recursive", line);
	}
	ck_assert_msg(!(flags & MS_NOSUID) || !(need->options.clear & MOUNT_FLAG_NOSUID),
		      "%s: nosuid", line);
	if (need->inherited & ~need->options.clear & MOUNT_FLAG_NOSUID)
		ck_assert_msg(flags & MS_NOSUID, "%s: suid", line);
	if (need->inherited & MOUNT_FLAG_NOEXEC)
		ck_assert_msg(flags & MS_NOEXEC, "%s: exec", line);
	if (need->options.set & MOUNT_FLAG_NOATIME)
		ck_assert_msg((flags & MS_NOATIME) && !(flags & MS_STRICTATIME), "%s",
			      line);
	fstab_done(&fstab);
}
END_TEST

/* What a line is; as letters: bind recursive Read-only ours noauto nofail Helper. */
/* clang-format off */
static const struct { const char *line; const char *is; const char *set; } looks[] = {
	{ "/a /t none bind,ro",                   "bR",     "" },
	{ "/a /t none rbind,ro,x-robind",         "brRo",   "" },
	{ "/a /t none bind,ro,rw",                "b",      "" },
	{ "/a /t none bind,rw,ro",                "bR",     "" },
	{ "/a /t none bind,ro=recursive",         "b",      "" },
	{ "/a /t none bind,ro,ro=recursive",      "bR",     "" },
	{ "/a /t none bind,ro,rw=recursive",      "b",      "" },
	{ "/a /t bind ro",                        "R",      "" },
	{ "/a /t ext4 ro,bindx,x-bind",           "R",      "" },
	{ "/a /t robind ro,recursive",            "brRH",   "" },
	{ "/a /t robind",                         "bH",     "" },
	{ "/a /t robind bind,ro,recursive",       "bRH",    "" },
	{ "/a /t none bind,x-robind.set=m,noauto", "bon",   "m" },
	{ "/a /t none bind,x-robind.set=m\\040n,nofail,fail,nofail", "bof", "m n" },
	{ "/a /t none bind,noauto,auto,x-robind.set=", "bo", "" },
	{ "/a /t none c=\"bind,ro\"",             "",       "" },
	{ "/a /t none bind,c=\"ro,x",             "b",      "" },
	{ "/a /t none bind,x=\\,ro",              "b",      "" },
	{ "/a /t none bind,ro,x=\\,rw",           "b",      "" },
	{ "/a /t none x-robindy,bind",            "b",      "" },
	{ "LABEL=x / ext4 defaults",              "",       "" },
};
/* clang-format on */

START_TEST(what_a_line_is)
{
	struct fstab fstab = {0};
	struct line_info have;
	const struct fstab_entry *entry = NULL;
	char is[16] = "";

	ck_assert_int_eq(fstab_parse(looks[_i].line, strlen(looks[_i].line), &fstab), 0);
	entry = &fstab.entries[0];
	have = line_look(entry);
	(void)snprintf(is, sizeof(is), "%s%s%s%s%s%s%s", have.is_bind ? "b" : "",
		       have.is_recursive ? "r" : "", have.is_read_only ? "R" : "",
		       have.is_ours ? "o" : "", have.is_noauto ? "n" : "",
		       have.is_nofail ? "f" : "",
		       have.type == FSTAB_TYPE_ROBIND ? "H" : "");
	ck_assert_msg(strcmp(is, looks[_i].is) == 0, "%s: %s", looks[_i].line, is);
	ck_assert_msg(have.set.length == strlen(looks[_i].set) &&
			      memcmp(entry->options + have.set.at, looks[_i].set,
				     have.set.length) == 0,
		      "%s: set", looks[_i].line);
	ck_assert(line_is_in_set(entry, looks[_i].set) == (looks[_i].set[0] != '\0'));
	ck_assert(!line_is_in_set(entry, "other"));
	fstab_done(&fstab);
}
END_TEST

/* clang-format off */
static const struct { const char *unfit; struct line_spec need; } fits[] = {
	{ NULL,         { NEED, MORE("_netdev", "x-a=b", "noauto", "nouser", "nofail", "c=\"a,b\"") } },
	{ "ro",         { NEED, MORE("ro") } },
	{ "rw",         { NEED, MORE("x-a", "rw") } },
	{ "rw=recursive", { NEED, MORE("rw=recursive") } },
	{ "bind",       { NEED, MORE("bind") } },
	{ "rbind",      { NEED, MORE("rbind") } },
	{ "recursive",  { NEED, MORE("recursive") } },
	{ "nosuid",     { NEED, MORE("nosuid") } },
	{ "shared",     { NEED, MORE("shared") } },
	{ "remount",    { NEED, MORE("remount") } },
	{ "user",       { NEED, MORE("noauto", "user") } },
	{ "users",      { NEED, MORE("users") } },
	{ "owner",      { NEED, MORE("owner") } },
	{ "group",      { NEED, MORE("group") } },
	{ "user=joe",   { NEED, MORE("user=joe") } },
	{ "loop",       { NEED, MORE("loop") } },
	{ "X-mount.subdir=x", { NEED, MORE("X-mount.subdir=x") } },
	{ "x-robind.set=a", { NEED, MORE("x-robind.set=a") } },
	{ "a,b",        { NEED, MORE("a,b") } },
	{ "a,",         { NEED, MORE("a,") } },
	{ ",a",         { NEED, MORE(",a") } },
	{ "",           { NEED, MORE("") } },
	{ "a\\",        { NEED, MORE("a\\") } },
	{ "a=\"b",      { NEED, MORE("a=\"b") } },
	{ "auto",       { NEED, MORE("noauto", "auto") } },
	{ "fail",       { NEED, .nofail = true, MORE("fail") } },
};
/* clang-format on */

START_TEST(what_cannot_stand_in_a_line)
{
	const char *unfit = line_unfit(&fits[_i].need);

	ck_assert_msg(is_equal(unfit, fits[_i].unfit), "%s: %s", fits[_i].unfit, unfit);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("fstab_line");

	tcase_add_loop_test(tests, a_new_line, 0, ARRAY_LEN(made));
	tcase_add_loop_test(tests, an_old_line, 0, ARRAY_LEN(judged));
	tcase_add_loop_test(tests, libmount_makes_the_same_of_it, 0, ARRAY_LEN(judged));
	tcase_add_loop_test(tests, what_a_line_is, 0, ARRAY_LEN(looks));
	tcase_add_loop_test(tests, what_cannot_stand_in_a_line, 0, ARRAY_LEN(fits));
	return suite_run("fstab_line", tests);
}
