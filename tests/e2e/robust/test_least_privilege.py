# SPDX-License-Identifier: Apache-2.0
"""robind works with what robind(8) says that it needs, and has nothing else while it works."""

import contextlib
import json
import os
import pathlib
import platform
import re
import shutil
import struct
import subprocess
import time

import pytest

import answer
import manual
from answer import REPO, ROBIND, is_sanitized
from host import DIR, HELPERS, KERNEL, SECONDS, as_bytes, bind, here
from namespace import innermost

pytestmark = pytest.mark.needs_root

SOURCE, TARGET, FSTAB = f"{DIR}/volumes/db", f"{DIR}/ro/db", f"{DIR}/fstab"
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
LINE = f"{SOURCE} {TARGET} none bind,ro,private,nofail,x-robind 0 0\n"
ALL, CHANGE, IN_FSTAB, ENTER = manual.calls()
SHOWS, LOOKS, HOLDERS, GRAPHS, APPLIES, FSTAB_ALONE = manual.capabilities()
SYSTEMCTL = next((p for p in ("/usr/bin/systemctl", "/bin/systemctl") if os.path.exists(p)), None)
GLIBC = tuple(int(part) for part in platform.libc_ver()[1].split(".")[:2] if part)
no_filter = pytest.mark.skipif(
    is_sanitized() or bool(GLIBC) and GLIBC < (2, 33),
    reason="a sanitizer, or an older C library, makes calls of its own")
no_strace = pytest.mark.skipif(
    not shutil.which("strace") or is_sanitized() or bool(KERNEL), reason="calls cannot be traced")


@pytest.fixture
def stage(host):
    """What root reaches by its capabilities alone: directories of others, closed to all."""
    host.dir(SOURCE, "file")
    host.dir(f"{DIR}/ro")
    host.file(FSTAB)
    for name in (f"{DIR}/volumes", f"{DIR}/ro"):
        os.chown(host.path(name), 4711, 4711)
        host.path(name).chmod(0o700)
    os.chown(host.path(FSTAB), 4711, 4712)
    host.path(FSTAB).chmod(0o640)
    return host


def mended(host):
    """A writable bind, which somebody may hold."""
    host.run("mount", "--bind", SOURCE, host.dir(TARGET))


def made(host):
    host.make(bind(SOURCE, TARGET))


def nothing(host):
    """The target is to be made."""


def listed(host):
    host.path(FSTAB).write_text(LINE)


def listed_with_systemd(host):
    """What systemd is told with, which is started by robind."""
    host.run("mkdir", "-p", "/run/systemd/system")
    if SYSTEMCTL:
        host.run("mount", "--bind", "/bin/true", SYSTEMCTL)


MODE = {"mode": "2750", "owner": "4711", "group": "4712"}
FILE = bind(f"{SOURCE}/file", f"{DIR}/ro/file")
# What is there, what is called, of what in the page it has need, and how it ends.
RUNS = {
    "check": (mended, "check", [bind(SOURCE, TARGET)], {}, LOOKS, [ALL], 2),
    "check, nothing there": (nothing, "check", [bind(SOURCE, TARGET)], {}, LOOKS, [ALL], 2),
    "check, with a line": (nothing, "check", [bind(SOURCE, TARGET, "mounted")],
                           {"fstab": FSTAB}, LOOKS, [ALL], 2),
    "check of holders": (made, "check", [bind(SOURCE, TARGET)], {"holders": True},
                         HOLDERS, [ALL], 0),
    "made": (nothing, "apply", [bind(SOURCE, TARGET, **MODE), FILE], {},
             APPLIES, [ALL, CHANGE], 0),
    "mended": (mended, "apply", [bind(SOURCE, TARGET)], {"holders": True},
               APPLIES, [ALL, CHANGE], 0),
    "plain": (mended, "apply", [bind(SOURCE, TARGET, create=False)], {},
              APPLIES, [ALL, CHANGE], 0),
    "recursive": (nothing, "apply", [bind(SOURCE, TARGET, recursive=True)], {},
                  APPLIES, [ALL, CHANGE], 0),
    "removed": (made, "apply", [bind(SOURCE, TARGET, "absent", remove_target=True)],
                {"fstab": FSTAB}, APPLIES, [ALL, CHANGE, IN_FSTAB], 0),
    "with a line": (listed_with_systemd, "apply", [bind(SOURCE, TARGET, "mounted")],
                    {"fstab": FSTAB, "backup": True}, APPLIES, [ALL, CHANGE, IN_FSTAB], 0),
    "a line alone": (nothing, "apply", [bind(SOURCE, TARGET, "fstab_present")],
                     {"fstab": FSTAB}, FSTAB_ALONE, [ALL, CHANGE, IN_FSTAB], 0),
    "a line taken away": (listed, "apply", [bind(SOURCE, TARGET, "fstab_absent")],
                          {"fstab": FSTAB}, FSTAB_ALONE, [ALL, CHANGE, IN_FSTAB], 0),
    "boot": (listed, "boot", None, {}, APPLIES, [ALL, CHANGE], 0),
    "show": (made, "show", None, {}, SHOWS, [ALL], 0),
}


def words(command):
    return {"boot": ("boot", "--fstab", FSTAB), "show": ("show", TARGET)}.get(command, (command,))


def confined(capabilities, calls):
    """Under exactly these: a call that is not among them kills."""
    names = ",".join(("-all", *(f"+{name[4:].lower()}" for name in sorted(capabilities))))
    allowed = ",".join(name for kind in calls for name in manual.calls()[kind])
    return ("setpriv", f"--bounding-set={names}", "--inh-caps=-all",
            HELPERS / "allow_calls", allowed)


def run(host, name, wrap=()):
    prepare, command, binds, members, *_, status = RUNS[name]
    prepare(host)
    asked = here(*binds, **members) if binds else None
    said = host.robind(*words(command), request=asked and json.dumps(asked), wrap=wrap)
    assert said.status == status, f"{name}: {said.reply}"
    return said.reply


@no_filter
@pytest.mark.skipif(bool(KERNEL), reason="what makes a kernel old makes calls of its own")
@pytest.mark.parametrize("name", RUNS)
def test_with_what_it_needs(stage, name):
    """And all the same comes out as with every right."""
    *_, capabilities, calls, _ = RUNS[name]
    said = run(stage, name, wrap=confined(manual.capabilities()[capabilities], calls))
    assert not said["failed"] and not {w["code"] for w in said["warnings"]} - {
        "volatile_source"}, said
    if name == "made":
        place = stage.path(f"{DIR}/ro")
        stage.run("umount", TARGET)
        made_as = (place / "db").stat()
        assert (made_as.st_uid, made_as.st_gid, made_as.st_mode & 0o7777) == (4711, 4712, 0o2750)
    if FSTAB_ALONE == capabilities or name == "with a line":
        owner = stage.path(FSTAB).stat()
        assert (owner.st_uid, owner.st_gid, owner.st_mode & 0o7777) == (4711, 4712, 0o640)


@no_filter
@pytest.mark.skipif(bool(KERNEL), reason="what makes a kernel old makes calls of its own")
def test_graph_with_what_it_needs(stage):
    """The same is drawn as with every right, holders with what they have mapped."""
    mended(stage)
    words = ("graph", "--fstab", FSTAB, TARGET)
    inside = stage.beside()
    drawn = stage.raw(*words).stdout
    confined_ = confined(manual.capabilities()[GRAPHS], [ALL])
    assert b"writable at" in drawn and drawn == stage.raw(*words, wrap=confined_).stdout
    inside.end()


@no_filter
@pytest.mark.skipif(bool(KERNEL), reason="what makes a kernel old makes calls of its own")
def test_helper_enters_with_what_it_needs(stage):
    stage.path(stage.dir(f"{DIR}/bin")).joinpath("mount.robind").symlink_to(ROBIND)
    inside = stage.beside()
    wrap = confined(manual.capabilities()[APPLIES] | {"CAP_SYS_CHROOT"}, [ALL, CHANGE, ENTER])
    done = stage.run(*wrap, f"{DIR}/bin/mount.robind", SOURCE, TARGET, "-N", str(inside.number),
                     check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), done
    assert stage.top(TARGET) is None and "ro" in inside.top(TARGET).options
    inside.end()


# What a run cannot do when one that the page lists is missing.
LACKS = {
    "check": ["CAP_DAC_READ_SEARCH"],
    "show": ["CAP_DAC_READ_SEARCH"],
    "made": ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_CHOWN", "CAP_FOWNER", "CAP_FSETID"],
    "a line alone": ["CAP_DAC_OVERRIDE", "CAP_CHOWN", "CAP_FOWNER"],
}


@no_filter
@pytest.mark.skipif(bool(KERNEL), reason="what makes a kernel old makes calls of its own")
@pytest.mark.parametrize("name, lacks", [(name, one) for name in LACKS for one in LACKS[name]])
def test_not_with_less(stage, name, lacks):
    prepare, command, binds, members, capabilities, calls, status = RUNS[name]
    prepare(stage)
    asked = here(*binds, **members) if binds else None
    wrap = confined(manual.capabilities()[capabilities] - {lacks}, calls)
    said = stage.robind(*words(command), request=asked and json.dumps(asked), wrap=wrap)
    assert said.status == 1, f"{name} needs no {lacks}: {said.reply}"


@no_strace
@pytest.mark.parametrize("name", RUNS)
def test_keeps_no_more(stage, name):
    """The page lists what is kept; and no program that is started gets it back."""
    log = stage.file(f"{DIR}/log", "")
    # A container may have given some that are inherited, which stay.
    run(stage, name, wrap=("setpriv", "--inh-caps=-all", "strace", "-qq", "-o", log, "-e", "trace=capset,prctl"))
    text = stage.path(log).read_text()
    assert "PR_SET_NO_NEW_PRIVS, 1" in text
    kept, permitted, inherited = re.search(
        r"capset\(.*effective=(.*), permitted=(.*), inheritable=(.*)\}\)", text).groups()
    assert kept == permitted and inherited == "0", text
    said = set(re.findall(r"1<<(CAP_\w+)", kept))
    told = manual.capabilities()[RUNS[name][4]]
    only_to_make = {"CAP_CHOWN", "CAP_FOWNER", "CAP_FSETID"} if name == "plain" else set()
    assert said == told - only_to_make, f"{name}: {kept}"


def test_unit_has_what_boot_needs():
    """The unit, and Puppet's copy of it."""
    for name in ("module/boot/robind-boot.service",
                 "module/puppet/robind/templates/robind-boot.service.epp"):
        text = (REPO / name).read_text(encoding="utf-8")
        bound = re.findall(r"^CapabilityBoundingSet=(.*)$", text, re.MULTILINE)
        assert set(" ".join(bound).split()) == manual.capabilities()[APPLIES], name
        assert "NoNewPrivileges=yes" in text, name


# ---- descriptors ----

def descriptors(number):
    """What a process has open. It goes on meanwhile."""
    found = []
    for fd in pathlib.Path(f"/proc/{number}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(os.readlink(fd))
    return found


@pytest.mark.parametrize("kernel", ["", "no-close-range"])
def test_inherited_descriptors_are_closed(hosts, kernel):
    """Seen while it waits for the lock."""
    if kernel and KERNEL:
        pytest.skip("an old kernel is one already")
    host = hosts(kernel=kernel or KERNEL)
    host.dir(SOURCE)
    request = host.file(f"{DIR}/request.json", as_bytes(here(bind(SOURCE, TARGET))).decode())
    lock = host.start("flock", "/run/robind.lock", "sh", "-c", "echo taken; exec cat",
                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert lock.stdout.readline() == b"taken\n"
    script = 'exec 3</dev/zero 7<"$0" 9<"$0"; exec "$@" apply /dev/fd/7'
    waits = host.start("sh", "-c", script, request, *host.kernel, ROBIND,
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    for _ in range(200):
        number = innermost(waits.entered())
        held = descriptors(number)
        if any(path.endswith("/robind.lock") for path in held):
            break
        time.sleep(0.01)
    else:
        pytest.fail(f"it never came to the lock: {held}")
    assert not [path for path in held if "zero" in path or "request" in path], held
    lock.communicate()
    answered = waits.communicate(timeout=SECONDS)[0]
    assert answer.parse(answered)["changed"], answered


# ---- rights that the file gives ----

def capability(host, path):
    """CAP_SYS_ADMIN for whoever runs it, as setcap(8) gives it."""
    rights = struct.pack("<5I", 0x02000001, 1 << 21, 0, 0, 0)
    os.setxattr(host.path(path), "security.capability", rights)


GIVEN = {
    "set-user-ID": lambda host, path: host.path(path).chmod(0o4755),
    "set-group-ID": lambda host, path: host.path(path).chmod(0o2755),
    "file capabilities": capability,
}
CALLS = {
    "apply": ("robind", ["apply", f"source={SOURCE}", f"target={TARGET}", "state=ephemeral"]),
    "a file that root reads": ("robind", ["apply", f"{DIR}/secret"]),
    "as Ansible calls": ("robind", [f"{DIR}/secret"]),
    "show": ("robind", ["show"]),
}


@pytest.fixture
def given(host):
    """A copy of the program that everybody may run, to be given rights."""
    host.dir(SOURCE, "file")
    shutil.copy(ROBIND, host.path(host.dir(f"{DIR}/bin")) / "robind")
    host.path(f"{DIR}/bin/robind").chmod(0o755)
    host.file(f"{DIR}/secret", "the secret")
    host.path(f"{DIR}/secret").chmod(0o600)
    return host


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("way", [
    pytest.param(way, marks=pytest.mark.skipif(
        way == "set-group-ID" and is_sanitized(), reason="LeakSanitizer may not look at it"))
    for way in GIVEN])
def test_refuses_rights_of_its_file(given, way, call):
    name, args = CALLS[call]
    GIVEN[way](given, f"{DIR}/bin/robind")
    with given.unchanged():
        done = given.run(*NOBODY, f"{DIR}/bin/{name}", *args, check=False)
    reply = answer.parse(done.stdout)
    assert (done.returncode, done.stderr) == (1, b""), done
    assert (reply["error"]["code"], reply["error"]["errno"]) == ("permission", "EPERM"), reply
    assert "set-user-ID" in reply["error"]["msg"] and not reply["changed"], reply
    assert "secret" not in done.stdout.decode()


def test_helper_refuses_rights_of_its_file(given):
    GIVEN["set-user-ID"](given, f"{DIR}/bin/robind")
    given.path(f"{DIR}/bin/mount.robind").symlink_to("robind")
    with given.unchanged():
        done = given.run(*NOBODY, f"{DIR}/bin/mount.robind", SOURCE, TARGET, check=False)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (1, b"", 1), done
    assert b"set-user-ID" in done.stderr


def test_root_runs_it_whatever_its_mode(given):
    """It gives root nothing that root has not."""
    GIVEN["set-user-ID"](given, f"{DIR}/bin/robind")
    done = given.run(f"{DIR}/bin/robind", *CALLS["apply"][1], "namespace=here", check=False)
    assert done.returncode == 0, done
    given.assert_read_only_view(SOURCE, TARGET)


@pytest.mark.parametrize("command", ["check", "show"])
def test_ordinary_user_looks(given, command):
    """What he sees is what root sees, where all may look."""
    given.make(bind(SOURCE, TARGET))
    args = {"check": ("check", f"source={SOURCE}", f"target={TARGET}", "state=ephemeral",
                      "namespace=here"), "show": ("show", TARGET)}[command]
    by_root = given.robind(*args)
    by_user = given.robind(*args, wrap=NOBODY)
    assert (by_user.status, by_user.reply) == (by_root.status, by_root.reply)
