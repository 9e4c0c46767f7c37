# SPDX-License-Identifier: Apache-2.0
"""robind called as Ansible calls a module: one argument, a file of JSON with `_ansible_*` members.

What the real Ansible makes of it is tested in ansible/; here is what arrives, in every form in
which it does, and what goes back.
"""

import json
import subprocess
import time

import pytest

import answer
from answer import ROBIND
from host import DIR, bind

A, B, C = f"{DIR}/a", f"{DIR}/b", f"{DIR}/c"
# As ansible-core 2.14 sends it.
ANSIBLE = {
    "_ansible_check_mode": False, "_ansible_no_log": False, "_ansible_debug": False,
    "_ansible_diff": False, "_ansible_verbosity": 0, "_ansible_version": "2.14.18",
    "_ansible_module_name": "robind", "_ansible_syslog_facility": "LOG_USER",
    "_ansible_selinux_special_fs": ["fuse", "nfs", "vboxsf", "ramfs", "9p", "vfat"],
    "_ansible_string_conversion_action": "warn", "_ansible_socket": None,
    "_ansible_shell_executable": "/bin/sh", "_ansible_keep_remote_files": False,
    "_ansible_tmpdir": "/root/.ansible/tmp/ansible-tmp-1/",
    "_ansible_remote_tmp": "~/.ansible/tmp",
}
ONE = {"source": A, "target": B, "state": "ephemeral"}
PLACES = dict(namespace="here")


@pytest.fixture
def stage(host):
    host.dir("a", "file", "sub/file")
    return host


def call(host, text, *argv, **options):
    """The exit status and the whole of standard output of a call with this arguments file."""
    name = host.file("/run/args", text if isinstance(text, str) else json.dumps(text))
    done = host.raw(*(argv or [name]), **options)
    return done.returncode, answer.parse(done.stdout)


def module(host, *, check=False, show_diff=False, **args):
    """The result of a task, after what has to hold for every result."""
    sent = {**PLACES, **args, **ANSIBLE, "_ansible_check_mode": check, "_ansible_diff": show_diff}
    status, result = call(host, sent)
    assert status == 0, "Ansible was given a reply"
    assert not answer.NEVER_AT_TOP & result.keys(), result
    assert all(isinstance(text, str) for text in result["warnings"]), result
    assert ("diff" in result) <= show_diff, "a diff that nobody asked for"
    assert result["check_mode"] is check
    schema = {**answer.validator("reply").schema}
    schema["properties"] = {**schema["properties"], "warnings": {"type": "array"}}
    answer.VALIDATOR(schema).validate(result)
    return result


def judged(host, request):
    """What `check` says of a request, as Ansible shall see it: nothing of what is ok."""
    reply = json.loads(host.raw("check", "--json", json.dumps({**PLACES, **request})).stdout)
    return [bind for bind in reply["binds"] if bind["status"] != "ok"]


# Who calls

CALLS = {
    "no such member": json.dumps(ONE),
    "the name as a value": json.dumps({**ONE, "options": ["ansible_check_mode"]}),
    "empty": "",
}


@pytest.mark.parametrize("name", CALLS)
def test_other_files_are_no_call_of_ansible(stage, name):
    status, reply = call(stage, CALLS[name])
    assert (status, reply["error"]["code"]) == (1, "usage"), name


@pytest.mark.parametrize("argv", [[DIR], [f"{DIR}/none"], ["args"], ["apply", "/run/args"]])
def test_other_arguments_are_no_call_of_ansible(stage, argv):
    status, reply = call(stage, {**ONE, **ANSIBLE}, *argv)
    assert (status, reply["failed"]) == (1, True)
    assert not stage.stack(B)


def test_standard_input_is_not_read(stage):
    """Over ssh it is a terminal that never ends."""
    name = stage.file("/run/args", json.dumps({**ONE, **PLACES, **ANSIBLE}))
    endless = subprocess.Popen(["sleep", "600"], stdout=subprocess.PIPE)
    try:
        done = subprocess.run([*stage.enter, ROBIND, name], stdin=endless.stdout,
                              capture_output=True, timeout=60, check=False)
    finally:
        endless.kill()
        endless.wait()
        endless.stdout.close()
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["changed"]


def test_lost_reply(stage):
    name = stage.file("/run/args", json.dumps({**ONE, **PLACES, **ANSIBLE}))
    assert stage.sh('"$1" "$2" >/dev/full', ROBIND, name, check=False).returncode == 1


# What a run says

def test_change_then_nothing(stage):
    first = module(stage, **ONE)
    assert (first["changed"], first["failed"]) == (True, False)
    stage.assert_read_only_view(A, B)
    again = module(stage, **ONE)
    assert (again["changed"], again["failed"], again["binds"]) == (False, False, [])


def test_check_mode(stage):
    with stage.unchanged():
        result = module(stage, check=True, show_diff=True, **ONE)
    assert (result["changed"], result["msg"]) == (True, "1 of 1 binds would change")
    (diff,) = result["diff"]
    assert (diff["before_header"], diff["before"]) == (f"{B} (live)", "not mounted\n")


def test_check_mode_on_a_fresh_host(stage):
    """An earlier task of the same play is going to make the source."""
    result = module(stage, check=True, source=f"{DIR}/later", target=B, state="ephemeral")
    assert (result["changed"], result["failed"]) == (True, False)
    result = module(stage, source=f"{DIR}/later", target=B, state="ephemeral")
    assert result["failed"]


def test_failed_binds_come_first_in_msg(stage):
    binds = [bind(A, f"{DIR}/t{n}") for n in range(3)]
    binds[1]["source"] = f"{DIR}/none"
    result = module(stage, binds=binds)
    assert result["failed"] and result["changed"]
    assert result["msg"].startswith(f"{DIR}/t1: "), result["msg"]
    assert "1 of 3 binds failed" in result["msg"]


def test_many_failed_binds_make_no_endless_msg(stage):
    """One line: place, fact and mend of the first, then the count; `binds` has them all."""
    binds = [bind(f"{DIR}/none{n}", f"{DIR}/t{n}") for n in range(100)]
    result = module(stage, binds=binds)
    first = result["binds"][0]["error"]["msg"]
    assert result["msg"] == (
        f"{DIR}/t0: {first}; and 99 more, see 'binds'; 100 of 100 binds failed, 0 of 100 "
        "binds changed")
    assert "\n" not in first and len(result["binds"]) == 100


def test_warning_that_names_no_target(stage):
    """A process 1 in another mount namespace, and a caller who did not say that this one is
    meant."""
    name = stage.file("/run/args", json.dumps({**ONE, **ANSIBLE}))
    beside_1 = ("unshare", "-pmf", "--mount-proc", "sh", "-c", 'unshare -m "$0" "$@"; exit $?')
    result = answer.parse(stage.raw(name, wrap=beside_1).stdout)
    (warning,) = result["warnings"]
    assert warning.startswith("[private_namespace] this mount namespace is not that of process 1")


def test_warning_names_its_target(stage):
    stage.dir("b")
    stage.run("mount", "-t", "tmpfs", "covered", B)
    result = module(stage, **ONE, replace=True)
    stage.run("mount", "--bind", A, B)
    assert not result["failed"]
    stage.run("mount", "-t", "tmpfs", "below", C := stage.dir("c"))
    stage.run("mount", "--bind", A, C)
    stage.run("mount", "-o", "remount,bind,ro", C)
    result = module(stage, source=A, target=C, state="ephemeral")
    assert any(text.startswith(f"[covered] {C}: ") for text in result["warnings"]), result


# The forms in which it arrives: each has to be understood as this request.

REQUEST = {**ONE, "options": ["nosuid", "nodev"], "create": True}
AS_TEXT = json.dumps([REQUEST])
FORMS = {
    "types": REQUEST,
    "list in one text": {**REQUEST, "options": "nosuid,nodev"},
    "list in one text, blanks": {**REQUEST, "options": " nosuid , nodev,"},
    "list in JSON text": {**REQUEST, "options": '["nosuid", "nodev"]'},
    "empty and null elements": {**REQUEST, "options": ["nosuid", "", None, "nodev"]},
    "empty text is not given": {**REQUEST, "follow": "", "replace": "", "timeout": ""},
    "null is not given": {**REQUEST, "follow": None, "binds": None, "src": None},
    "integer in text": {**REQUEST, "timeout": "7"},
    "integer": {**REQUEST, "timeout": 7},
    "binds": {"binds": [REQUEST]},
    "one bind in binds": {"binds": REQUEST},
    "binds in JSON text": {"binds": AS_TEXT},
    "one bind in JSON text": {"binds": json.dumps(REQUEST)},
    "elements in JSON text": {"binds": [json.dumps(REQUEST)]},
    "names of ansible.posix.mount": {
        "path": B, "src": A, "fstype": "none", "opts": "bind,ro,nosuid,nodev", "dump": 0,
        "passno": "0", "boot": True, "opts_no_log": False, "state": "ephemeral"},
    "a target that is made": {**REQUEST, "create": None, "fstype": "auto", "opts": "X-mount.mkdir"},
    "other names": {"name": B, "device": A, "state": "ephemeral", "options": "nosuid,nodev"},
    "opts and options": {"dest": B, "src": A, "state": "ephemeral", "fstype": "bind",
                         "opts": ["defaults", "nosuid"], "options": "nodev", "dump": "00"},
    "options and opts": {"dest": B, "src": A, "state": "ephemeral",
                         "options": "nosuid", "opts": "private,nodev", "boot": "yes"},
}


@pytest.mark.parametrize("name", FORMS)
def test_form(stage, name):
    with stage.unchanged():
        result = module(stage, check=True, **FORMS[name])
    assert result["binds"] == judged(stage, REQUEST), f"{name}: {result['msg']}"


def test_opts_for_fstab(stage):
    """Each word goes where the request has it."""
    asked = {"source": A, "target": B, "fstab": f"{DIR}/fstab", "nofail": True,
             "fstab_options": ["_netdev", "x-systemd.requires=a.service"]}
    result = module(stage, check=True, show_diff=True, path=B, src=A, fstab=f"{DIR}/fstab",
                    opts="bind,ro,_netdev,nofail,x-systemd.requires=a.service", state="mounted")
    assert result["binds"] == judged(stage, asked), result["msg"]
    (line,) = [diff["after"] for diff in result["diff"] if diff["after_header"] == f"{DIR}/fstab"]
    assert all(word in line for word in ("_netdev", "nofail", "x-systemd.requires=a.service"))


@pytest.mark.parametrize("opts", [None, "bind,ro", ["bind", "ro"], "noauto"])
@pytest.mark.parametrize("in_list", [False, True])
def test_not_at_boot(stage, opts, in_list):
    """As ansible.posix.mount has it: noauto, whatever else stands there."""
    file = stage.file(f"{DIR}/fstab", "")
    args = {"boot": False, "path": B, "src": A, "opts": opts, "fstype": "None"}
    args = {"binds": [args]} if in_list else args
    result = module(stage, check=True, show_diff=True, fstab=file, **args)
    (line,) = [diff["after"] for diff in result["diff"] if diff["after_header"] == file]
    assert "noauto" in line, result


def test_opts_are_not_shown(stage):
    file = stage.file(f"{DIR}/fstab", "")
    bind = {"path": B, "src": A, "opts": "bind,x-secret=hush"}
    for args in (bind, {"binds": [{**bind, "opts_no_log": True}]}):
        result = module(stage, check=True, show_diff=True, fstab=file, **{
            "opts_no_log": True, **args} if "path" in args else args)
        assert not result["failed"] and "diff" not in result
        codes = [drift["code"] for bind in result["binds"] for drift in bind["drift"]]
        assert "fstab_missing" in codes and "x-secret" not in str(result)


@pytest.mark.parametrize("given, meant", [
    ("present", "fstab_present"), ("absent_from_fstab", "fstab_absent"), ("absent", "absent")])
def test_states_of_others(stage, given, meant):
    file = stage.file(f"{DIR}/fstab", f"{A} {B} none bind,ro 0 0\n")
    result = module(stage, check=True, path=B, src=A, state=given, fstab=file)
    asked = {"source": A, "target": B, "state": meant, "fstab": file}
    assert result["binds"] == judged(stage, asked)
    assert [bind["state"] for bind in result["binds"]] == [meant]


def test_rbind_is_recursive(stage):
    stage.run("mount", "-t", "tmpfs", "below", f"{A}/sub")
    module(stage, path=B, src=A, opts="rbind,ro", state="ephemeral")
    assert "ro" in stage.top(f"{B}/sub").options


TRUE = [True, "true", "True", "yes", "on", "y", "t", "1", 1, 1.0]
FALSE = [False, "false", "No", "off", "n", "f", "0", 0]


def booleans():
    """The boolean members of a request, as the decoder itself tells; those that are Ansible's own
    are no arguments."""
    many, one = (form["properties"] for form in answer.validator("request").schema["oneOf"])
    return sorted(name for name, kind in {**many, **one}.items()
                  if kind.get("type") == ["boolean", "null"]
                  and name not in ("check_mode", "diff"))


def test_booleans_in_every_form(stage):
    """Each boolean that the decoder knows takes each form, and means what it says."""
    for name in booleans():
        for value in TRUE + FALSE:
            meant = judged(stage, {**ONE, name: value in TRUE})
            result = module(stage, check=True, **{**ONE, name: value})
            assert "error" not in result and result["binds"] == meant, f"{name}={value!r}"


@pytest.mark.parametrize("value", ["maybe", 2, "", []])
def test_no_boolean(stage, value):
    result = module(stage, **{**ONE, "recursive": value})
    assert result["failed"] == (value != ""), f"{value!r}: {result['msg']}"


@pytest.mark.parametrize("value, refused", [("yes", True), (A, True), ("no", False), (DIR, False)])
def test_source_mount_as_text(stage, value, refused):
    """A word or a path; the source is no mount point, but lies on one."""
    assert module(stage, **ONE, source_mount=value)["failed"] == refused


# What is refused: where, and before anything is changed.

REFUSED = {
    "rw": ({"opts": "bind,rw"}, "/opts"),
    "the second option of a list": ({"opts": ["ro", "remount"]}, "/opts/1"),
    "an option of the file system": ({"opts": "bind,errors=remount-ro"}, "/opts"),
    "propagation": ({"opts": "bind,ro,rshared"}, "/opts"),
    "read-only by a newer name": ({"opts": "rbind,ro=recursive"}, "/opts"),
    "rbind against recursive": ({"opts": "rbind", "recursive": False}, "/recursive"),
    "recursive against rbind": ({"recursive": "no", "opts": "rbind"}, "/opts"),
    "opts that are no list": ({"opts": 7}, "/opts"),
    "a type": ({"fstype": "ext4"}, "/fstype"),
    "dump": ({"dump": 1}, "/dump"),
    "passno": ({"passno": "2"}, "/passno"),
    "boot": ({"boot": "maybe"}, "/boot"),
    "no_log of opts": ({"opts_no_log": "maybe"}, "/opts_no_log"),
    "made against create": ({"opts": "X-mount.mkdir", "create": False}, "/create"),
    "made with a mode": ({"opts": "X-mount.mkdir=0700"}, "/opts"),
    "of users": ({"opts": "bind,ro,users"}, "/opts"),
    "remounted": ({"state": "remounted"}, "/state"),
    "absent_mount": ({"state": "absent_mount"}, "/state"),
    "a state": ({"state": "tidy"}, "/state"),
    "two names": ({"path": B}, "/path"),
    "check mode as an argument": ({"check_mode": True}, "/check_mode"),
    "diff as an argument": ({"diff": True}, "/diff"),
    "what the collection has": ({"install": "push"}, "/install"),
    "an unknown member": ({"colour": "red"}, "/colour"),
    "an unknown option": ({"options": "nosuid,shiny"}, "/options/1"),
    "a relative path": ({"source": "a"}, "/source"),
    "a number as path": ({"source": 7}, "/source"),
    "a timeout in words": ({"timeout": "soon"}, "/timeout"),
    "a huge timeout": ({"timeout": "9" * 30}, "/timeout"),
    "binds beside a bind": ({"binds": [ONE]}, "/target"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_refused(stage, name, check):
    args, at = REFUSED[name]
    with stage.unchanged():
        result = module(stage, check=check, **{**ONE, **args})
    assert result["failed"] and not result["changed"], name
    assert result["error"]["at"] == at, f"{name}: {result['msg']}"
    assert result["msg"].startswith(f"{at}: "), name


REFUSED_BINDS = {
    "text": ("nonsense", "/binds"),
    "a list of Python": (str([ONE]), "/binds"),
    "a number": (7, "/binds"),
    "a number in it": ([ONE, 7], "/binds/1"),
    "null in it": ([None], "/binds/0"),
    "text in it": ([ONE, "nonsense"], "/binds/1"),
    "a word in opts": ([{**ONE, "target": C}, {**ONE, "opts": "rw"}], "/binds/1/opts"),
    "a duplicate in JSON text": ('[{"source": "/a", "source": "/b"}]', "/binds"),
    "the same target": ([ONE, {"src": A, "path": B, "state": "ephemeral"}], "/binds/1/target"),
}


@pytest.mark.parametrize("name", REFUSED_BINDS)
def test_refused_binds(stage, name):
    binds, at = REFUSED_BINDS[name]
    with stage.unchanged():
        result = module(stage, binds=binds)
    assert result["failed"] and result["error"]["at"] == at, f"{name}: {result['msg']}"


def test_file_name_that_is_no_utf8(stage):
    """Ansible hands over a byte 0xff of a file name as half a surrogate pair."""
    text = json.dumps({**ONE, **PLACES, **ANSIBLE}).replace(f'"{A}"', rf'"{A}\udcff"')
    with stage.unchanged():
        status, result = call(stage, text)
    assert (status, result["failed"], result["error"]["at"]) == (0, True, "/source")
    assert "UTF-8" in result["msg"] and "DCFF" in result["msg"]


@pytest.mark.parametrize("text", ['{"_ansible_diff": tru', '{"a": 1, "a": 2, "_ansible_diff": 1}',
                                  '["_ansible_diff"]'])
def test_broken_arguments(stage, text):
    status, result = call(stage, text)
    assert (status, result["failed"], result["error"]["code"]) == (0, True, "request")


# Looking

TARGETS = {"a list": [B, A], "one": B, "joined by commas": f"{B}, {A}",
           "JSON text": json.dumps([B])}


@pytest.mark.parametrize("name", TARGETS)
def test_show(stage, name):
    module(stage, **ONE)
    _, result = call(stage, {"targets": TARGETS[name], **ANSIBLE})
    assert (result["changed"], result["failed"]) == (False, False)
    seen = json.loads(stage.raw("show", *[bind["target"] for bind in result["binds"]]).stdout)
    assert result["binds"] == seen["binds"], name
    assert result["binds"][0]["live"]["read_only"]


def test_show_takes_a_comma_in_a_list_as_it_is(stage):
    _, result = call(stage, {"targets": [stage.dir("a,b")], **ANSIBLE})
    assert [bind["target"] for bind in result["binds"]] == [f"{DIR}/a,b"]


@pytest.mark.parametrize("args, at", [
    ({"targets": 7}, "/targets"), ({"targets": [B, 7]}, "/targets/1"),
    ({"targets": [B], **ONE}, "/source"),
])
def test_show_refused(stage, args, at):
    with stage.unchanged():
        status, result = call(stage, {**args, **ANSIBLE})
    assert (status, result["failed"], result["error"]["at"]) == (0, True, at)


# Size

def test_ten_thousand_binds(stage):
    binds = [bind(A, f"{DIR}/t/{n}") for n in range(10_000)]
    began = time.monotonic()
    result = module(stage, check=True, binds=binds)
    assert result["msg"] == "10000 of 10000 binds would change"
    assert time.monotonic() - began < 60, "it takes less than one second on an idle machine"


def test_what_is_ok_is_not_told(stage):
    binds = [bind(A, f"{DIR}/t/{n}") for n in range(200)]
    module(stage, binds=binds)
    stage.run("mount", "-o", "remount,bind,rw", f"{DIR}/t/7")
    result = module(stage, check=True, binds=binds)
    assert [bind["target"] for bind in result["binds"]] == [f"{DIR}/t/7"]
    assert result["summary"] == {"ok": 199, "changed": 1, "failed": 0, "skipped": 0}


def test_holders_of_what_is_ok_are_told(stage):
    """Somebody keeps the source as it was before it was deleted and made anew."""
    module(stage, **ONE)
    other = stage.beside()
    try:
        stage.sh(f"rm -r {A}; mkdir {A}")
        assert module(stage, **ONE)["changed"]
        result = module(stage, **ONE, holders=True)
    finally:
        other.end()
    assert not result["changed"]
    assert [holder["pid"] for bind in result["binds"] for holder in bind["holders"]] == [other.number]
    assert result["needs_restart"]["processes"] == [other.number]
