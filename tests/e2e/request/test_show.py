"""`robind show`: what is there now."""

import pytest

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
    host.path(link).symlink_to("a")
    said = host.robind("show", a, link, b)
    assert (said.status, [seen["target"] for seen in said.reply["binds"]]) == (1, [a, link, b])
    assert said.of(link)["error"]["code"] == "symlink"
    assert "live" in said.of(a) and "live" in said.of(b)
