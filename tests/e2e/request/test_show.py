# SPDX-License-Identifier: Apache-2.0
"""`robind show`: what is there now."""

import pytest

from answer import ROBIND
from fault import failing
from fstab import FSTAB, LINE, OTHERS, SOURCE, TARGET, Table
from host import DIR, bind


def live(host, target):
    said = host.robind("show", target)
    assert (said.status, said.reply["changed"]) == (0, False)
    return said.bind["live"]


def test_a_bind_of_ours(host):
    source = host.dir("a/deep")
    target = f"{DIR}/b"
    host.make(bind(source, target, options=["nosuid"]))
    seen = live(host, target)
    assert seen["mounted"] and seen["read_only"]
    assert (seen["propagation"], seen["stacked"], seen["fs_type"]) == ("private", 1, "tmpfs")
    assert (seen["root"], seen["device"]) == ("/a/deep", host.top(target).device)
    assert "nosuid" in seen["options"]


def test_no_mount(host):
    assert live(host, host.dir("a"))["mounted"] is False


@pytest.mark.parametrize("make, propagation", [
    ("--make-private", "private"), ("--make-shared", "shared"), ("--make-unbindable", "unbindable"),
])
def test_propagation(host, make, propagation):
    target = host.dir("b")
    host.run("mount", "--bind", host.dir("a"), target)
    host.run("mount", make, target)
    seen = live(host, target)
    assert (seen["propagation"], seen["read_only"]) == (propagation, False)


def test_slave_propagation(shared_host):
    target = shared_host.dir("b")
    shared_host.run("mount", "--bind", shared_host.dir("a"), target)
    shared_host.run("mount", "--make-slave", target)
    assert live(shared_host, target)["propagation"] == "slave"
    shared_host.run("mount", "--make-shared", target)
    assert live(shared_host, target)["propagation"] == "shared,slave"


def test_a_stack(host):
    target = host.dir("b")
    for _ in range(3):
        host.run("mount", "--bind", host.dir("a"), target)
    assert live(host, target)["stacked"] == 3


def test_several_and_one_that_cannot_be_shown(host):
    """One that fails does not keep the others from being shown."""
    a, b, link = host.dir("a"), host.dir("b"), f"{DIR}/link"
    host.path(link).symlink_to("link")
    said = host.robind("show", a, link, b)
    assert (said.status, [seen["target"] for seen in said.reply["binds"]]) == (1, [a, link, b])
    assert said.of(link)["error"]["code"] == "symlink"
    assert "live" in said.of(a) and "live" in said.of(b)


@pytest.fixture
def linked(host):
    """The folder of TARGET has another name."""
    table = Table(host)
    host.make(bind(SOURCE, TARGET))
    host.path(f"{DIR}/link").symlink_to("ro")
    return table


THROUGH = TARGET.replace(f"{DIR}/ro", f"{DIR}/link")


def test_through_a_symlink(linked):
    linked.write(OTHERS + LINE)
    said = linked.host.robind("show", "--fstab", FSTAB, THROUGH, f"{DIR}/link/none")
    assert said.status == 0
    seen = said.of(THROUGH)
    assert seen["resolved"] == {"target": TARGET}
    assert seen["live"]["read_only"] and seen["fstab"]["ours"]
    assert said.of(f"{DIR}/link/none")["resolved"] == {"target": f"{DIR}/ro/none"}
    assert not said.of(f"{DIR}/link/none")["live"]["mounted"]


@pytest.mark.parametrize("name", [TARGET, THROUGH])
def test_line_through_a_symlink(linked, name):
    """Listed by the real path, and found by each of the two."""
    linked.write(OTHERS + f"{SOURCE} {THROUGH} none bind,ro 0 0\n")
    listed = linked.host.robind("show", "--fstab", FSTAB)
    assert [seen["target"] for seen in listed.reply["binds"]] == [TARGET]
    said = linked.host.robind("show", "--fstab", FSTAB, name)
    for seen in listed.bind, said.bind:
        assert seen["live"]["read_only"] and seen["fstab"]["options"] == "bind,ro"


@pytest.mark.parametrize("kind, options, read_only, recursive", [
    ("none", "bind,ro", True, False), ("none", "rbind,ro", True, True),
    ("none", "bind", False, False), ("none", "rw,bind", False, False),
    ("none", "ro,bind,rw", False, False), ("none", "rw,bind,ro", True, False),
    ("robind", "rw,recursive", True, True), ("robind", "ro", True, False)])
def test_what_a_line_makes(host, kind, options, read_only, recursive):
    """The last word of ro and rw counts; of type robind nothing else is made."""
    Table(host).write(f"{SOURCE} {TARGET} {kind} {options} 0 0\n")
    line = host.robind("show", "--fstab", FSTAB, TARGET).bind["fstab"]
    assert (line["read_only"], line["recursive"]) == (read_only, recursive)


def test_two_lines_for_one_place(linked):
    linked.write(OTHERS + LINE + f"{SOURCE} {THROUGH} none bind,ro 0 0\n")
    said = linked.host.robind("show", "--fstab", FSTAB)
    assert [seen["fstab"]["ours"] for seen in said.reply["binds"]] == [True]


def test_text_of_a_symlink(linked):
    said = linked.host.raw("show", "--format", "text", THROUGH)
    _, first, second, _ = said.stdout.decode().splitlines()
    assert first.startswith(f"{THROUGH}  read-only ") and second == f"  -> {TARGET}"


@pytest.mark.new_kernel("statmount")
@pytest.mark.parametrize("named", [False, True], ids=["listed", "named"])
def test_the_table_is_read_once(host, named):
    """However many targets there are: what is below each of them is found in that."""
    binds = [bind(host.dir(f"volumes/{i}"), f"{DIR}/ro/{i}", "mounted") for i in range(100)]
    fstab, report = host.file("fstab"), host.file("report")
    assert host.apply(*binds, fstab=fstab).status == 0
    names = [asked["target"] for asked in binds] if named else []
    # None of them fails: it is how many there were that counts.
    done = host.run(*failing("listmount", "EIO", 10 ** 6, report), *host.kernel, ROBIND, "show",
                    "--fstab", fstab, *names)
    assert done.stdout.count(b'"live":{"mounted":true,"read_only":true') == len(binds)
    assert 0 < int(host.path(report).read_text()) <= 5
