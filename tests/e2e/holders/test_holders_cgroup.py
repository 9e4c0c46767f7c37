# SPDX-License-Identifier: Apache-2.0
"""`holders`: which names of cgroups are believed. A user, or a service, to whom a subtree is
delegated can give his cgroups the name of anybody's container or unit."""

import pytest

from holding import ASKED, NOBODY, TARGET, beside, bind_as_people_do, held, stage  # noqa: F401
from host import DIR

ID, OTHER = "ab" * 32, "cd" * 32
USER = "0::/user.slice/user-1000.slice/user@1000.service"
SESSION = "0::/user.slice/user-1000.slice/session-3.scope"


WITHIN = 'mount --bind "$1" /proc/$$/cgroup && shift && exec "$@"'


def ask_as(stage, cgroup, wrap=()):
    """The holder of a writable copy, with this cgroup, and what to restart."""
    bind_as_people_do(stage)
    with beside(stage) as service:
        stage.run("mount", "--make-private", TARGET)
        stage.path(f"{DIR}/cgroup").write_text(f"{cgroup}\n")
        stage.run("mount", "--bind", f"{DIR}/cgroup", f"/proc/{service.number}/cgroup")
        said = stage.check(ASKED, holders=True, wrap=wrap)
        stage.run("umount", f"/proc/{service.number}/cgroup")
        assert held(said) == {(service.number, "writable"): TARGET}
        return service.number, said.bind["holders"][0], said.reply["needs_restart"]


@pytest.mark.parametrize("name", [
    f"docker-{ID}.scope", f"docker/{ID}", f"libpod-{ID}.scope/container", "lxc.payload.web",
    "machine-db.scope", "lxc.payload.\\x24\\x28reboot\\x29", "sshd.service", "app.slice/x.service"])
@pytest.mark.parametrize("tree", [USER, SESSION], ids=["user", "session"])
def test_a_user_names_nothing_of_the_host(stage, tree, name):
    pid, holder, restart = ask_as(stage, f"{tree}/{name}")
    assert restart == {**NOBODY, "processes": [pid]}
    assert holder["container"] is None
    assert holder["unit"] == tree.rpartition("/")[2]


@pytest.mark.parametrize("name", [f"docker-{ID}.scope", "lxc.payload.web", "sshd.service"])
def test_a_service_names_nothing_but_itself(stage, name):
    pid, holder, restart = ask_as(stage, f"0::/system.slice/ci.service/{name}")
    assert restart == {**NOBODY, "units": ["ci.service"]}
    assert holder["container"] is None and holder["unit"] == "ci.service"


@pytest.mark.parametrize("cgroup, container", [
    (f"0::/system.slice/docker-{ID}.scope", ID),
    (f"0::/docker/{ID}", ID),
    ("0::/machine.slice/machine-db.scope/payload/system.slice/a.service", "db"),
    ("0::/lxc.payload.web/user.slice/user-0.slice/session-1.scope", "web"),
])
def test_the_host_is_believed(stage, cgroup, container):
    pid, holder, restart = ask_as(stage, cgroup)
    assert restart == {**NOBODY, "containers": [container]}
    assert holder["container"] == container


@pytest.mark.needs_root
@pytest.mark.parametrize("within, container", [
    (ID, None), (f"{ID}/docker/{OTHER}", OTHER), (OTHER, OTHER)])
def test_from_within_a_container(stage, within, container):
    """What runs beside robind in a container is a process, for nobody in there can restart that."""
    ours = stage.file(f"{DIR}/ours", f"0::/docker/{ID}\n")
    pid, holder, restart = ask_as(stage, f"0::/docker/{within}", wrap=("sh", "-ec", WITHIN, "sh", ours))
    assert holder["container"] == container
    assert restart == {**NOBODY, **({"containers": [container]} if container else {"processes": [pid]})}
