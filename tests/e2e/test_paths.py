"""A path leads where it says: symlinks are refused by name, or resolved once when asked."""

import pytest

from host import DIR, bind

SOURCE, TARGET = f"{DIR}/real/db", f"{DIR}/ro"


@pytest.fixture
def stage(host):
    """One directory, and every kind of link to it or to its parent."""
    host.dir(SOURCE, "file")
    host.dir(f"{DIR}/there/target")
    for name, to in (("link", SOURCE), ("relative", "real/db"), ("parent", f"{DIR}/real"),
                     ("chain", "link"), ("dangling", "nowhere"), ("loop", "loop"),
                     ("tlink", f"{DIR}/there/target"), ("tparent", "there")):
        host.path(f"{DIR}/{name}").symlink_to(to)
    return host


# The path, the component that is a link, where it leads.
LINKS = {
    "last component": (f"{DIR}/link", f"{DIR}/link", SOURCE),
    "relative link": (f"{DIR}/relative", f"{DIR}/relative", SOURCE),
    "component above": (f"{DIR}/parent/db", f"{DIR}/parent", SOURCE),
    "link to a link": (f"{DIR}/chain", f"{DIR}/chain", SOURCE),
    "trailing slash": (f"{DIR}/link/", f"{DIR}/link", SOURCE),
}
TARGET_LINKS = {
    "last component": (f"{DIR}/tlink", f"{DIR}/tlink", f"{DIR}/there/target"),
    "component above": (f"{DIR}/tparent/target", f"{DIR}/tparent", f"{DIR}/there/target"),
    "above a missing target": (f"{DIR}/tparent/new/deep", f"{DIR}/tparent",
                               f"{DIR}/there/new/deep"),
}


def assert_refused(host, asked, link, real, name):
    for command in ("check", "apply"):
        with host.unchanged():
            said = host.robind(command, request=asked)
        assert (said.status, said.error["code"]) == (1, "symlink"), f"{name}: {said.reply}"
        assert link in said.error["msg"], f"{name}: does not name the link"
        assert real in said.error["msg"], f"{name}: does not name the real path"


@pytest.mark.parametrize("name", LINKS)
def test_source_refused(stage, name):
    path, link, real = LINKS[name]
    assert_refused(stage, bind(path, TARGET), link, real, name)


@pytest.mark.parametrize("name", TARGET_LINKS)
def test_target_refused(stage, name):
    path, link, real = TARGET_LINKS[name]
    assert_refused(stage, bind(SOURCE, path), link, f"{DIR}/there", name)


@pytest.mark.parametrize("name", LINKS)
def test_source_followed(stage, name):
    path, _, real = LINKS[name]
    asked = bind(path, TARGET, follow=True)
    said = stage.apply(asked)
    assert (said.status, said.bind["resolved"]["source"]) == (0, real), f"{name}: {said.reply}"
    stage.assert_read_only_view(real, TARGET)
    stage.assert_settled(asked)


@pytest.mark.parametrize("name", TARGET_LINKS)
def test_target_followed(stage, name):
    path, _, real = TARGET_LINKS[name]
    asked = bind(SOURCE, path, follow=True)
    said = stage.apply(asked)
    assert (said.status, said.bind["resolved"]["target"]) == (0, real), f"{name}: {said.reply}"
    stage.assert_read_only_view(SOURCE, real)
    stage.assert_settled(asked)
    assert stage.apply({**asked, "state": "unmounted"}).status == 0
    assert stage.top(real) is None


@pytest.mark.parametrize("name", ["dangling", "loop"])
@pytest.mark.parametrize("follow", [True, False])
def test_links_that_lead_nowhere(stage, name, follow):
    for asked in (bind(f"{DIR}/{name}", TARGET, follow=follow),
                  bind(SOURCE, f"{DIR}/{name}", follow=follow)):
        with stage.unchanged():
            assert stage.apply(asked).status == 1


def test_follow_without_links(stage):
    """Nothing to resolve: the same bind as without, and found as such."""
    stage.make(bind(SOURCE, TARGET))
    stage.assert_settled(bind(SOURCE, TARGET, follow=True))


def test_two_names_for_one_target(stage):
    """Only the machine knows that they are the same: the second is no reason to stack."""
    first, second = bind(SOURCE, f"{DIR}/there/target"), bind(SOURCE, f"{DIR}/tlink", follow=True)
    stage.apply(first, second)
    assert len(stage.stack(f"{DIR}/there/target")) <= 1
    stage.apply(first, second)
    assert len(stage.stack(f"{DIR}/there/target")) <= 1


def test_magic_links_are_links(stage):
    with stage.unchanged():
        said = stage.apply(bind(f"/proc/self/root{SOURCE}", TARGET))
    assert (said.status, said.error["code"]) == (1, "symlink")
