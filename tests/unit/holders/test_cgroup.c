/* /proc/PID/cgroup as systemd, container engines and kernels of all kinds write it. */
#include <stdlib.h>
#include <string.h>

#include "holders/cgroup.h"
#include "suite.h"

#define ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

/* clang-format off */
static const struct {
	const char *name;
	const char *text;
	const char *unit;
	const char *container;
	bool is_service;
} rows[] = {
	{ "empty", "", NULL, NULL, false },
	{ "no hierarchy", "0::/\n", NULL, NULL, false },
	{ "no line end", "0::/system.slice/a.service", "a.service", NULL, true },
	{ "no such line", "nonsense\n:\n::\n", NULL, NULL, false },
	{ "service", "0::/system.slice/dovecot.service\n", "dovecot.service", NULL, true },
	{ "below a service", "0::/system.slice/a.service/worker/1\n", "a.service", NULL, true },
	{ "template", "0::/system.slice/system-getty.slice/getty@tty1.service\n",
	  "getty@tty1.service", NULL, true },
	{ "socket", "0::/system.slice/a.socket\n", "a.socket", NULL, true },
	{ "slice alone", "0::/system.slice\n", NULL, NULL, false },
	{ "only a suffix", "0::/.service\n", NULL, NULL, false },
	{ "session", "0::/user.slice/user-1000.slice/session-3.scope\n", "session-3.scope", NULL,
	  false },
	{ "of a user", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/a.service\n",
	  "a.service", NULL, false },
	{ "manager of a user", "0::/user.slice/user-1000.slice/user@1000.service/init.scope\n",
	  "init.scope", NULL, false },
	{ "version 1", "12:pids:/system.slice/a.service\n1:name=systemd:/system.slice/a.service\n",
	  "a.service", NULL, true },
	{ "version 1, trees differ",
	  "3:cpu,cpuacct:/wrong.service\n1:name=systemd:/right.service\n2:pids:/wrong.service\n",
	  "right.service", NULL, true },
	{ "hybrid", "5:pids:/\n1:name=systemd:/system.slice/a.service\n0::/system.slice/b.service\n",
	  "a.service", NULL, true },
	{ "hybrid, named tree empty", "1:name=systemd:/\n0::/system.slice/b.service\n", "b.service",
	  NULL, true },
	{ "docker, systemd", "0::/system.slice/docker-" ID ".scope\n", "docker-" ID ".scope", ID,
	  false },
	{ "docker, cgroupfs", "12:pids:/docker/" ID "\n1:name=systemd:/docker/" ID "\n0::/\n", NULL,
	  ID, false },
	{ "docker in docker", "0::/docker/" ID "/docker/" ID2 "\n", NULL, ID, false },
	{ "podman", "0::/machine.slice/libpod-" ID ".scope/container\n", "libpod-" ID ".scope", ID,
	  false },
	{ "podman, cgroupfs", "0::/libpod_parent/libpod-" ID "\n", NULL, ID, false },
	{ "containerd", "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" ID ".scope\n",
	  "cri-containerd-" ID ".scope", ID, false },
	{ "crio", "0::/kubepods.slice/crio-" ID ".scope\n", "crio-" ID ".scope", ID, false },
	{ "crio, cgroupfs", "0::/kubepods/pod1/crio-" ID "\n", NULL, ID, false },
	{ "kubernetes, cgroupfs", "0::/kubepods/besteffort/pod0-1/" ID "\n", NULL, ID, false },
	{ "id too short", "0::/docker/0123456789abcdef\n", NULL, NULL, false },
	{ "id too long", "0::/docker/" ID "0\n", NULL, NULL, false },
	{ "no id", "0::/system.slice/docker-proxy.scope\n", "docker-proxy.scope", NULL, false },
	{ "docker itself", "0::/system.slice/docker.service\n", "docker.service", NULL, true },
	{ "machine", "0::/machine.slice/machine-mail.scope/payload\n", "machine-mail.scope", "mail",
	  false },
	{ "service in a machine",
	  "0::/machine.slice/machine-mail\\x2d1.scope/payload/system.slice/a.service\n",
	  "a.service", "mail-1", true },
	{ "nspawn", "0::/machine.slice/systemd-nspawn@mail.service/payload/init.scope\n",
	  "init.scope", "mail", false },
	{ "lxc", "0::/lxc.payload.mail/system.slice/a.service\n", "a.service", "mail", true },
	{ "lxc without a name", "0::/lxc.payload.\n", NULL, NULL, false },
	{ "broken escape", "0::/lxc.payload.a\\x2\n", NULL, "a\\x2", false },
	{ "colon in a name", "0::/system.slice/a:b.service\n", "a:b.service", NULL, true },
};
/* clang-format on */

static void expect(const char *row, const char *what, const char *found, const char *wanted)
{
	ck_assert_msg(found ? wanted && strcmp(found, wanted) == 0 : !wanted,
		      "%s: %s is '%s', not '%s'", row, what, found ? found : "(none)",
		      wanted ? wanted : "(none)");
}

START_TEST(reads)
{
	struct cgroup cgroup = {0};

	ck_assert_int_eq(cgroup_read(rows[_i].text, &cgroup), 0);
	expect(rows[_i].name, "unit", cgroup.unit, rows[_i].unit);
	expect(rows[_i].name, "container", cgroup.container, rows[_i].container);
	ck_assert_msg(cgroup.is_service == rows[_i].is_service, "%s: is_service",
		      rows[_i].name);
	cgroup_done(&cgroup);
	cgroup_done(&cgroup);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("cgroup");

	tcase_add_loop_test(tests, reads, 0, ARRAY_LEN(rows));
	return suite_run("cgroup", tests);
}
