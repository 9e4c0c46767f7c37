# SPDX-License-Identifier: Apache-2.0
"""Lines with `x-systemd.automount`: the automount that systemd has at the target is no foreign
mount. It goes with the bind, by systemd's own hand; a state that wants the bind gone is not true
for as long as the next look at the target brings it back."""

import os

import pytest

import guest
from guest import Guest, listed

AUTOFS = "/dev/autofs"
pytestmark = [
    *guest.pytestmark,
    pytest.mark.skipif(not os.path.exists(AUTOFS), reason=f"no {AUTOFS}"),
]

SOURCE, OTHER, RO = "/srv/disk", "/srv/other", "/srv/ro"
AUTO = {"fstab_options": ["x-systemd.automount"]}

# Each has a target of its own, that name below RO. What is asked for, whether somebody stepped on
# the automount before, and what is done.
GONE = {
    "absent": ("absent", True, ["detach", "stop_automount", "remove_from_fstab"]),
    "absent-waiting": ("absent", False, ["stop_automount", "remove_from_fstab"]),
    "unmounted": ("unmounted", True, ["detach", "stop_automount"]),
    "unmounted-waiting": ("unmounted", False, ["stop_automount"]),
    "fstab-only": ("fstab_only", True, ["detach", "stop_automount"]),
    "removed": ("absent", True, ["detach", "stop_automount", "remove_target", "remove_from_fstab"]),
    "odd name-%": ("absent", True, ["detach", "stop_automount", "remove_from_fstab"]),
}
KEPT = ["kept", "replaced", "private", "purged"]

SCENE = r"""
keep state systemctl is-system-running --wait
keep boot journalctl -b --no-pager -o cat -t robind
SHARE='source=/srv/disk namespace=here'
units() {
	systemctl list-units --all --no-legend --plain --type=automount 'srv-*' | awk '{ print $1, $3 }'
}
ask() { # WHAT WORD... : what check says, what apply does, and what there is to do then
	what=$1
	shift
	say "$what-check" check "$@"
	say "$what-apply" apply "$@"
	say "$what-again" apply "$@"
	say "$what-settled" check "$@"
	keep "$what-mountinfo" cat /proc/self/mountinfo
}
gone() { # WHAT STATE STEP WORD...
	what=$1 state=$2 step=$3
	shift 3
	if [ "$step" = yes ]; then ls "/srv/ro/$what"; else umount "/srv/ro/$what"; fi
	ask "$what" "target=/srv/ro/$what" "state=$state" $SHARE "$@"
}
"""


def scene():
    text = SCENE
    for name, (state, steps_on, _) in GONE.items():
        more = "remove_target=true" if name == "removed" else ""
        text += f'gone "{name}" {state} {"yes" if steps_on else "no"} {more}\n'
    return text + r"""
keep units units

# It is there again, without the automount, and with it at the next boot.
ask back target=/srv/ro/unmounted $SHARE

# The line keeps what the request no longer says, or says anew.
ls /srv/ro/kept
ask kept target=/srv/ro/kept $SHARE
ask gained target=/srv/ro/gained $SHARE fstab_options=x-systemd.automount
keep fstab cat /etc/fstab

ls /srv/ro/replaced
ask replaced target=/srv/ro/replaced source=/srv/other replace=true namespace=here
ask replaced-gone target=/srv/ro/replaced source=/srv/other state=absent namespace=here

# The automount of somebody else's line.
ask foreign target=/srv/tmp state=absent namespace=here
ls /srv/tmp
ask foreign-mounted target=/srv/tmp state=absent namespace=here

# Of another mount namespace, and of its copy of what is there, systemd knows nothing.
ls /srv/ro/private
keep private-apply unshare -m --propagation private robind apply target=/srv/ro/private \
	state=unmounted $SHARE

ls /srv/ro/purged
ask purged --json '{"binds": [], "set": "old", "purge": "all", "namespace": "here"}'
keep units-left units
keep failed systemctl --failed --no-legend --plain
"""


@pytest.fixture(scope="module", name="booted")
def _booted(tmp_path_factory):
    names = [*GONE, *KEPT]
    binds = [listed(SOURCE, f"{RO}/{name}", **AUTO) for name in names if name != "purged"]
    fstab = (f"tmpfs /srv/tmp tmpfs noauto,x-systemd.automount 0 0\n"
             f"{SOURCE} {RO}/purged none bind,ro,private,x-robind.set=old,x-systemd.automount 0 0\n"
             f"{SOURCE} {RO}/gained none bind,ro,private 0 0\n")
    machine = Guest(tmp_path_factory.mktemp("guest"), scene(), binds, fstab, device=AUTOFS)
    machine.files["srv/disk/mark"] = machine.files["srv/other/mark"] = ""
    return machine.boot()


def codes(said):
    return [warning["code"] for warning in said.reply["warnings"]]


def mounted(seen, name, at=RO):
    found = seen.text(f"{name}-mountinfo").splitlines()
    return [line for line in found if f" {at}/{name.split('-again')[0]} " in line]


def unit(name):
    escaped = name.replace("-", r"\x2d").replace(" ", r"\x20").replace("%", r"\x25")
    return f"srv-ro-{escaped}.automount"


def assert_answered(seen, name, actions, changes=True):
    checked, said = seen.answer(f"{name}-check", "check"), seen.answer(f"{name}-apply")
    assert (checked.status, said.status) == (2 if changes else 0, 0), said.reply
    for answer in (checked, said):
        (done,) = answer.reply["binds"]
        assert done.get("actions", []) == actions, answer.reply
    assert codes(checked) == codes(said)
    again, settled = seen.answer(f"{name}-again"), seen.answer(f"{name}-settled", "check")
    assert not again.reply["changed"] and settled.status == 0, settled.reply
    return said


def test_boot(booted):
    """All lines are as asked at once, and the automounts are no mount that lies hidden."""
    assert booted.text("state") == "running\n"
    assert '"failed":0' in booted.text("boot") and '"covered"' not in booted.text("boot")
    assert booted.text("failed") == ""


@pytest.mark.parametrize("name", GONE)
def test_goes_with_its_automount(booted, name):
    said = assert_answered(booted, name, GONE[name][2])
    assert codes(said) == []
    assert f" {RO}/{name} " not in booted.text(f"{name}-mountinfo").replace(r"\040", " ")
    assert f"{unit(name)} inactive" in booted.text("units") or unit(name) not in booted.text("units")


def test_comes_back_without_it(booted):
    assert_answered(booted, "back", ["attach"])
    assert f"{unit('unmounted')} inactive" in booted.text("units")


def test_words_of_the_line(booted):
    assert_answered(booted, "kept", [], changes=False)
    assert_answered(booted, "gained", ["correct_fstab"])
    lines = {line.split()[1]: line for line in booted.text("fstab").splitlines()}
    assert "x-systemd.automount" in lines[f"{RO}/kept"]
    assert "x-systemd.automount" in lines[f"{RO}/gained"]


def test_replaced_and_taken_away(booted):
    said = assert_answered(booted, "replaced", ["replace", "correct_fstab"])
    assert codes(said) == []
    assert_answered(booted, "replaced-gone", ["detach", "stop_automount", "remove_from_fstab"])


def test_of_another_line_stays(booted):
    assert_answered(booted, "foreign", [], changes=False)
    assert "autofs" in booted.text("foreign-mountinfo")
    assert "srv-tmp.automount active" in booted.text("units-left")
    for name in ("check", "apply", "again"):
        said = booted.answer(f"foreign-mounted-{name}", "check" if name == "check" else "apply")
        assert said.error["code"] == "unexpected_mount"


def test_from_another_namespace(booted):
    said = booted.answer("private-apply")
    (warning,) = said.reply["warnings"]
    assert warning["code"] == "automount_left" and unit("private") in warning["msg"]
    assert said.bind["actions"] == ["detach"]
    assert f"{unit('private')} active" in booted.text("units-left")


def test_purged(booted):
    assert_answered(booted, "purged", ["detach", "stop_automount", "remove_from_fstab"])
    assert unit("purged") + " active" not in booted.text("units-left")
