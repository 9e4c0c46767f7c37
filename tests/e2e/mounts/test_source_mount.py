# SPDX-License-Identifier: Apache-2.0
"""`source_mount`: the empty directory that an unmounted volume leaves is never shared as ok."""

import pytest

from host import DIR, bind
from in_turn import in_turn
from volumes import KINDS, VOLUME, Tmpfs

TARGET = f"{DIR}/ro/x"

# How a bind may ask for its volume: the source, and what is said of its mount.
WHOLE = (VOLUME, True)
WHOLE_BY_PATH = (VOLUME, VOLUME)
WITHIN = (f"{VOLUME}/db", VOLUME)
WITHIN_IN_OTHER_LETTERS = (f"{VOLUME}/db", f"/{VOLUME}//")
ASKED = [WHOLE, WHOLE_BY_PATH, WITHIN, WITHIN_IN_OTHER_LETTERS]


def ask(how, **members):
    return bind(how[0], TARGET, source_mount=how[1], **members)


WAYS = ["private", "shared"]


@pytest.fixture(params=WAYS)
def stage(hosts, request):
    """The mount point is there, with what an unmounted volume may hide in it."""
    host = hosts(shared=request.param == "shared")
    host.dir(f"{VOLUME}/db")
    return host


@pytest.fixture(params=KINDS)
def volume(stage, request):
    return request.param(stage)


def assert_refused(host, asked, *words, drift=("source_missing",)):
    """An error for apply, that touches nothing; something that may come for check."""
    with host.unchanged():
        said = host.apply(asked)
    assert (said.status, said.error["code"]) == (1, "source_missing"), said.reply
    assert said.error["at"] == "/binds/0/source_mount"
    for word in words:
        assert word in said.error["msg"]
    found = host.check(asked)
    assert (found.status, set(found.codes)) == (2, set(drift)), found.reply


@pytest.mark.parametrize("stage, volume, how, recursive", in_turn(
    WAYS, KINDS, ASKED, [False, True], every=2), indirect=["stage", "volume"])
def test_not_mounted_then_mounted(stage, volume, how, recursive):
    asked = ask(how, recursive=recursive)
    missing = ("source_missing", "not_mounted", "target_missing")
    assert_refused(stage, asked, f"'{VOLUME}' is not a mount point", drift=missing)

    volume.mount()
    assert stage.check(asked).codes == ["target_missing", "not_mounted"]
    assert stage.apply(asked).status == 0
    stage.assert_read_only_view(how[0], TARGET)
    stage.assert_settled(asked)


@pytest.mark.parametrize("stage, volume, how", in_turn(WAYS, KINDS, ASKED, every=2),
                         indirect=["stage", "volume"])
def test_share_of_the_bare_mount_point(stage, volume, how):
    """It was made when nobody asked, and it is a good bind of the wrong thing."""
    stage.make(bind(how[0], TARGET))
    assert stage.check(bind(how[0], TARGET)).status == 0
    assert_refused(stage, ask(how))
    assert_refused(stage, ask(how, replace=True))

    volume.mount()
    assert stage.check(ask(how)).codes == ["source_covered"]
    assert stage.apply(ask(how)).status == 0
    stage.assert_read_only_view(how[0], TARGET)
    stage.assert_settled(ask(how))


def test_below_a_writable_share_nothing_is_touched(stage):
    stage.dir(TARGET)
    stage.run("mount", "--bind", VOLUME, TARGET)
    with stage.unchanged():
        assert stage.apply(ask(WHOLE)).error["code"] == "source_missing"


@pytest.mark.parametrize("how", ASKED)
def test_directory_of_the_volume_is_missing(stage, how):
    """The volume is there: then it is the directory that is missing, and the error says so."""
    stage.run("mount", "-t", "tmpfs", "tmpfs", VOLUME)
    if how[0] == VOLUME:
        assert stage.apply(ask(how)).status == 0
        return
    said = stage.apply(ask(how))
    assert (said.error["code"], said.error["at"]) == ("source_missing", "/binds/0/source")
    assert how[0] in said.error["msg"]


def test_mount_point_is_missing_altogether(stage):
    asked = bind(f"{DIR}/none/x/db", TARGET, source_mount=f"{DIR}/none/x")
    assert_refused(stage, asked, f"'{DIR}/none/x' is not a mount point",
                   drift=("source_missing", "not_mounted", "target_missing"))


def test_mount_point_below_a_file(stage):
    stage.file("plain")
    asked = bind(f"{DIR}/plain/x/db", TARGET, source_mount=f"{DIR}/plain/x")
    assert stage.apply(asked).error["code"] == "source_missing"


def test_mount_point_that_is_a_file(stage):
    """A volume may be a single file as well."""
    source = stage.file("real", "key")
    place = stage.file("place")
    asked = bind(place, TARGET, source_mount=True)
    assert_refused(stage, asked, drift=("source_missing", "not_mounted", "target_missing"))
    stage.run("mount", "--bind", source, place)
    assert stage.apply(asked).status == 0
    assert stage.path(TARGET).read_text() == "key"
    stage.assert_settled(asked)


def test_another_mount_between(stage):
    """The source has to lie on that very mount, not on one that is mounted in it."""
    Tmpfs(stage).mount()
    Tmpfs(stage).mount(f"{VOLUME}/db")
    assert_refused(stage, ask(WITHIN), f"'{VOLUME}'", f"'{VOLUME}/db'",
                   drift=("source_missing", "not_mounted", "target_missing"))
    assert stage.apply(bind(f"{VOLUME}/db", TARGET, source_mount=True)).status == 0


def test_mount_above_is_not_the_mount_at_the_path(stage):
    """The root of everything is a mount point; that the volume is one, it does not say."""
    assert_refused(stage, bind(VOLUME, TARGET, source_mount="/"), "'/'",
                   drift=("source_missing", "not_mounted", "target_missing"))
    assert stage.apply(bind(VOLUME, TARGET, source_mount=DIR)).status == 0


def test_same_file_system_at_another_mount_point(stage):
    """Names and devices are equal; it is the mount that counts."""
    Tmpfs(stage).mount()
    twin = stage.dir("twin")
    stage.run("mount", "--bind", VOLUME, twin)
    asked = bind(f"{VOLUME}/db", TARGET, source_mount=twin)
    assert_refused(stage, asked, drift=("source_missing", "not_mounted", "target_missing"))
    assert stage.apply({**asked, "source": f"{twin}/db"}).status == 0


def test_several_volumes_one_upon_the_other(stage, volume):
    Tmpfs(stage).mount()
    volume.mount()
    assert stage.apply(ask(WITHIN)).status == 0
    stage.assert_settled(ask(WITHIN))


def test_symlinks(stage):
    Tmpfs(stage).mount()
    link = f"{DIR}/link"
    stage.path(link).symlink_to(VOLUME)
    asked = bind(f"{VOLUME}/db", TARGET, source_mount=link)
    with stage.unchanged():
        said = stage.apply(asked)
    assert (said.error["code"], said.error["at"]) == ("symlink", "/binds/0/source_mount")
    assert f"'{link}'" in said.error["msg"] and f"'{VOLUME}'" in said.error["msg"]
    for source in (f"{VOLUME}/db", f"{link}/db"):
        asked = bind(source, TARGET, source_mount=link, follow=True)
        assert stage.apply(asked).status == 0
        stage.assert_settled(asked)
    stage.make(bind(VOLUME, TARGET, "unmounted", replace=True))
    stage.run("umount", VOLUME)
    assert_refused(stage, bind(VOLUME, TARGET, source_mount=link, follow=True),
                   f"'{VOLUME}' is not a mount point", drift=("source_missing", "not_mounted"))


def test_false_asks_for_nothing(stage):
    assert stage.apply(bind(VOLUME, TARGET, source_mount=False)).status == 0


@pytest.mark.parametrize("value", [True, VOLUME, f"{DIR}/link", f"{DIR}/none"])
def test_removal_takes_no_notice(stage, value):
    stage.path(f"{DIR}/link").symlink_to("volumes")
    stage.make(bind(VOLUME, TARGET))
    asked = bind(VOLUME, TARGET, "unmounted", source_mount=value)
    assert stage.check(asked).codes == ["unexpected_mount"]
    assert stage.apply(asked).status == 0
    assert stage.stack(TARGET) == []
    stage.assert_settled(asked)


@pytest.mark.parametrize("word, status", [
    ("true", 1), ("yes", 1), ("1", 1), (VOLUME, 1), ("false", 0), ("no", 0), (DIR, 0),
])
def test_words(stage, word, status):
    said = stage.robind("apply", f"source={VOLUME}", f"target={TARGET}", "state=ephemeral",
                        f"source_mount={word}")
    assert said.status == status, said.reply
    if status:
        assert (said.error["code"], said.error["at"]) == ("source_missing", "/source_mount")


def test_word_that_is_neither(stage):
    said = stage.robind("apply", f"source={VOLUME}", f"target={TARGET}", "state=ephemeral",
                        "source_mount=maybe")
    assert (said.error["code"], said.error["at"]) == ("request", "/source_mount")
