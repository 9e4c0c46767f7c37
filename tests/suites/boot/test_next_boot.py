# SPDX-License-Identifier: Apache-2.0
"""What `check --boot` foretells, and what is there after a boot by systemd and mount(8) alone.

All rows share one boot. Each has a source with a file `mark` in it that says where it is;
right is what shows that file at the target, and takes no writes. All lines are `nofail`, so that none stops the others.
"""

import json

import pytest

import guest
from guest import Guest, listed

pytestmark = guest.pytestmark

DISK, RO = "/srv/disk", "/srv/ro"
NAMES = [
    "plain", "with blank", " first", "a/b", "-dash", "--", "a-b", ".dot", "..two", "...",
    "x.mount", "%n", "%%", "$HOME", "${x}", "${x", "$", "$$", "a$$b", "$${x}", "~", "*", "?", "[a]", "{a,b}", "!", "&", ";", "|", "<>",
    "a\\b", "\\x20", "a\\040b", "it's", 'a "word"', '"quoted"', "#hash", "a#b", "a=b", "a,b", "a:b",
    "@", "ä", "日本", "\u00a0", "\x01", "\x7f", "tab\tin", "cr\rin", "y" * 100, "z" * 200,
    "end ", "end\t", "end\r", "end\\", "end\\\\", "two  ", "two\nlines", "\nfirst", "last\n",
    "dir /in", "dir\t/in", "dir\\/in",
]
WORDS = {
    # No automounts: a container has none.
    "noauto": ["noauto"], "auto": ["auto"], "netdev": ["_netdev"], "comment": ["comment=x"],
    "after": ["x-systemd.after=local-fs-pre.target"],
}
# Made before the boot: what is not on the disk is gone by then.
PREPARE = r"""
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/volatile
: >/run/volatile/mark
systemctl -q --root=/ disable robind-boot.service
systemctl -q --root=/ enable remote-fs.target
robind check --boot /request >/foretold || true
umount /proc /run
"""

SCENE = r"""
keep state systemctl is-system-running --wait
keep seen python3 - <<'EOF'
import json, os
told = json.load(open("/request"))["binds"]
seen = {}
for asked in told:
    at = asked["target"]
    mark = at if os.path.isfile(at) else at + "/mark"
    try:
        text = open(mark).read()
        try:
            os.utime(mark)
            seen[at] = "writable"
        except OSError as error:
            seen[at] = text if error.errno == 30 else str(error)
    except OSError:
        seen[at] = "nothing"
print(json.dumps(seen))
EOF
keep foretold cat /foretold
"""


def rows():
    """Name, and a bind."""
    for i, name in enumerate(NAMES):
        # Each in a folder of its own: one that is misread may lead to the folder.
        yield f"target {name!r}", listed(f"{DISK}/plain", f"{RO}/{i}/{name}", nofail=True)
        yield f"source {name!r}", listed(f"{DISK}/{name}", f"{RO}/of{i}", nofail=True)
    for name, words in WORDS.items():
        yield name, listed(f"{DISK}/plain", f"{RO}/{name}", nofail=True, fstab_options=words)
    yield "a file", listed(f"{DISK}/plain/mark", f"{RO}/file", nofail=True)
    yield "a tmpfs", listed("/run/volatile", f"{RO}/volatile", nofail=True)
    yield "another unit", listed(f"{DISK}/plain", f"{RO}/shadowed", nofail=True)


ROWS = dict(rows())
SHADOW = f"[Mount]\nWhat=/srv/other\nWhere={RO}/shadowed\nType=none\nOptions=bind,ro\n"


@pytest.fixture(scope="module", name="booted")
def _booted(tmp_path_factory):
    machine = Guest(tmp_path_factory.mktemp("guest"), SCENE, list(ROWS.values()),
                    units={"srv-ro-shadowed.mount": SHADOW}, after=PREPARE)
    for name in NAMES:
        machine.files[f"{DISK[1:]}/{name}/mark"] = f"{DISK}/{name}"
    machine.files["srv/other/other"] = ""
    seen = machine.boot()
    foretold = json.loads(seen.text("foretold"))
    told = {}
    for warning in foretold["warnings"]:
        told.setdefault(warning["target"], []).append(warning["code"])
    return json.loads(seen.text("seen")), told, foretold


def test_enough_is_tried():
    assert len(ROWS) >= 60


@pytest.mark.parametrize("name", ROWS)
def test_is_there_as_foretold(booted, name):
    seen, told, _ = booted
    target = ROWS[name]["target"]
    source = ROWS[name]["source"].removesuffix("/mark")
    assert (seen[target] == source) == (target not in told), (seen[target], told.get(target))


def test_all_that_is_wrong_is_one_answer(booted):
    _, told, foretold = booted
    codes = {code for codes in told.values() for code in codes}
    assert {"boot_refused", "boot_skipped", "fstab_shadowed"} <= codes
    assert not foretold["failed"]
