/* SPDX-License-Identifier: Apache-2.0 */
/* /proc/PID/cgroup as systemd, container engines and kernels of all kinds write it. */
#include <stdlib.h>
#include <string.h>

#include "kernel/cgroup.h"
#include "suite.h"

#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define USER "0::/user.slice/user-1000.slice/user@1000.service"
#define ID2  "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

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
	/* what a user's own systemd runs, or what he named himself, is nothing of the host's */
	{ "of a user", USER "/app.slice/a.service\n", "user@1000.service", NULL, false },
	{ "manager of a user", USER "/init.scope\n", "user@1000.service", NULL, false },
	{ "user, version 1", "12:pids:/user.slice/user-1000.slice/user@1000.service\n"
	  "1:name=systemd:/user.slice/user-1000.slice/user@1000.service/a.service\n",
	  "user@1000.service", NULL, false },
	{ "user as docker", USER "/docker-" ID ".scope\n", "user@1000.service", NULL, false },
	{ "user as podman", USER "/user.slice/libpod-" ID ".scope/container\n", "user@1000.service",
	  NULL, false },
	{ "user as cgroupfs", USER "/docker/" ID "\n", "user@1000.service", NULL, false },
	{ "user as lxc", USER "/lxc.payload.web\n", "user@1000.service", NULL, false },
	{ "user as machine", USER "/machine-db.scope\n", "user@1000.service", NULL, false },
	{ "user as nspawn", USER "/systemd-nspawn@db.service/payload\n", "user@1000.service", NULL,
	  false },
	{ "user as a service", USER "/system.slice/sshd.service\n", "user@1000.service", NULL, false },
	{ "session of lxc", "0::/user.slice/user-1000.slice/session-3.scope/lxc.payload.web\n",
	  "session-3.scope", NULL, false },
	{ "session as a service", "0::/user.slice/user-1000.slice/session-3.scope/sshd.service\n",
	  "session-3.scope", NULL, false },
	{ "user's own tree", "3:memory:/user/ann/0/lxc.payload.web\n1:name=systemd:/user/ann/0\n",
	  NULL, NULL, false },
	{ "tree of one controller",
	  "3:cpu:/ann/docker/" ID "\n1:name=systemd:/user.slice/user-1000.slice/session-3.scope\n",
	  "session-3.scope", NULL, false },
	/* what a service names is its own, and the service is what the manager restarts */
	{ "delegated to a service", "0::/system.slice/ci.service/docker-" ID ".scope\n",
	  "ci.service", NULL, true },
	{ "in a service's service", "0::/system.slice/ci.service/sshd.service\n", "ci.service", NULL,
	  true },
	{ "in a run's scope", "0::/system.slice/run-r1.scope/lxc.payload.web\n", "run-r1.scope", NULL,
	  false },
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
	{ "nspawn, no payload", "0::/machine.slice/systemd-nspawn@mail.service\n",
	  "systemd-nspawn@mail.service", "mail", true },
	{ "user in a machine",
	  "0::/machine.slice/machine-mail.scope/payload/user.slice/user-0.slice/user@0.service/x.service\n",
	  "user@0.service", "mail", false },
	{ "docker in a machine", "0::/machine.slice/machine-mail.scope/payload/docker/" ID "\n",
	  "machine-mail.scope", "mail", false },
	{ "systemd in docker", "0::/system.slice/docker-" ID ".scope/system.slice/a.service\n",
	  "a.service", ID, true },
	{ "docker, version 1 with systemd",
	  "5:memory:/system.slice/docker-" ID ".scope\n1:name=systemd:/system.slice/docker-" ID ".scope\n",
	  "docker-" ID ".scope", ID, false },
	{ "docker, own slice", "0::/web.slice/docker-" ID ".scope\n", "docker-" ID ".scope", ID, false },
	{ "podman, pod", "0::/machine.slice/machine-libpod_pod_" ID2 ".slice/libpod-" ID ".scope\n",
	  "libpod-" ID ".scope", ID, false },
	{ "podman, its monitor", "0::/machine.slice/libpod-conmon-" ID ".scope\n",
	  "libpod-conmon-" ID ".scope", NULL, false },
	{ "podman, quadlet", "0::/system.slice/web.service/libpod-payload-" ID "\n", "web.service",
	  NULL, true },
	{ "kubernetes, systemd",
	  "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/cri-containerd-" ID
	  ".scope\n", "cri-containerd-" ID ".scope", ID, false },
	{ "kubernetes, guaranteed", "0::/kubepods/pod0-1/" ID "\n", NULL, ID, false },
	{ "kubernetes, version 1",
	  "11:memory:/kubepods/besteffort/pod0-1/" ID "\n1:name=systemd:/kubepods/besteffort/pod0-1/" ID "\n",
	  NULL, ID, false },
	{ "kubelet itself", "0::/system.slice/kubelet.service\n", "kubelet.service", NULL, true },
	{ "nerdctl", "0::/system.slice/nerdctl-" ID ".scope\n", "nerdctl-" ID ".scope", ID, false },
	{ "lxc, its monitor", "0::/lxc.monitor.mail\n", NULL, NULL, false },
	{ "lxc, old", "4:memory:/lxc/mail\n1:name=systemd:/lxc/mail\n", NULL, NULL, false },
	{ "lxc, version 1", "4:memory:/lxc.payload.mail\n1:name=systemd:/lxc.payload.mail/init.scope\n",
	  "init.scope", "mail", false },
	{ "lxd", "0::/lxc.payload.mail-1/system.slice/a.service\n", "a.service", "mail-1", true },
	{ "libvirt", "0::/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator\n",
	  "machine-qemu\\x2d1\\x2dvm.scope", "qemu-1-vm", false },
	{ "cgroup namespace", "0::/../../system.slice/a.service\n", "a.service", NULL, true },
	{ "gone from its cgroup", "0::/system.slice/a.service (deleted)\n", NULL, NULL, false },
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

	ck_assert_int_eq(cgroup_read(rows[_i].text, NULL, &cgroup), 0);
	expect(rows[_i].name, "unit", cgroup.unit, rows[_i].unit);
	expect(rows[_i].name, "container", cgroup.container, rows[_i].container);
	ck_assert_msg(cgroup.is_service == rows[_i].is_service, "%s: is_service",
		      rows[_i].name);
	cgroup_done(&cgroup);
	cgroup_done(&cgroup);
}
END_TEST

/* From within ID: what it has, and no word of ID, or of what runs it. */
static const struct {
	const char *text;
	const char *unit;
	const char *container;
} rows_within[] = {
	{"0::/docker/" ID, NULL, NULL},
	{"0::/system.slice/docker-" ID ".scope", NULL, NULL},
	{"0::/system.slice/docker-" ID ".scope/system.slice/a.service", "a.service", NULL},
	{"1:name=systemd:/docker/" ID "/a.service\n0::/docker/" ID "\n", "a.service", NULL},
	{"0::/docker/" ID "/docker/" ID2, NULL, ID2},
	{"0::/docker/" ID "/user.slice/user-1.slice/user@1.service/docker/" ID2,
	 "user@1.service", NULL},
	{"0::/docker/" ID2, NULL, ID2},
	{"0::/system.slice/a.service", "a.service", NULL},
};

START_TEST(reads_within)
{
	struct cgroup cgroup = {0};

	ck_assert_int_eq(cgroup_read(rows_within[_i].text, ID, &cgroup), 0);
	expect(rows_within[_i].text, "unit", cgroup.unit, rows_within[_i].unit);
	expect(rows_within[_i].text, "container", cgroup.container,
	       rows_within[_i].container);
	cgroup_done(&cgroup);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("cgroup");

	tcase_add_loop_test(tests, reads, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, reads_within, 0, ARRAY_LEN(rows_within));
	return suite_run("cgroup", tests);
}
