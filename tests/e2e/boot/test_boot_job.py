# SPDX-License-Identifier: Apache-2.0
"""`robind boot`: the read-only binds that fstab lists are made true, and nothing else."""

import pytest

import answer
from fstab import FSTAB, LINE, OTHERS, SOURCE, TARGET, Table
from host import DIR, bind
from volumes import Ext4


@pytest.fixture
def table(host):
    table = Table(host)
    host.dir(TARGET)
    return table


def boot(table, *options):
    return table.host.robind("boot", "--fstab", FSTAB, *options)


def assert_nothing_to_do(table, *options):
    with table.host.unchanged():
        said = boot(table, *options)
    assert (said.status, said.reply["changed"]) == (0, False), said.reply


def test_ours_in_full(table):
    table.write(OTHERS + LINE.replace("private", "private,nosuid"))
    table.host.run("mount", "--bind", SOURCE, TARGET)
    said = boot(table)
    assert (said.status, said.bind["status"]) == (0, "changed"), said.reply
    assert {"writable", "options"} <= set(said.codes)
    table.host.assert_read_only_view(SOURCE, TARGET)
    assert "nosuid" in table.host.top(TARGET).options
    assert_nothing_to_do(table)


@pytest.mark.parametrize("propagation", ["shared", "private"])
def test_of_others_only_the_flag(table, propagation):
    """Whoever wrote the line may want it shared."""
    table.write(OTHERS + f"{SOURCE} {TARGET} none bind,ro\n")
    table.host.run("mount", "--bind", SOURCE, TARGET)
    table.host.run("mount", f"--make-{propagation}", TARGET)
    said = boot(table)
    assert (said.status, said.codes) == (0, ["writable"])
    top = table.host.top(TARGET)
    assert ("ro" in top.options, "shared" in top.propagation) == (True, propagation == "shared")
    assert_nothing_to_do(table)
    assert_nothing_to_do(table, "--ours")


PASSED_OVER = {
    f"LABEL=x {TARGET} none bind,ro": "its source must be an absolute path",
    f"relative {TARGET} none bind,ro,x-robind": "its source must be an absolute path",
    f"\ufeff{SOURCE} {TARGET} none bind,ro": "a byte order mark before it must go",
    f"{DIR}/./a {TARGET} none bind,ro": "its source must not hold '.' or '..'",
    f"{SOURCE} relative none bind,ro": "its target must be an absolute path",
    f"{SOURCE} / none bind,ro": "its target must not be the root directory",
    f"{SOURCE} {TARGET} none bind,ro=recursive": "'ro' with a value",
    f"{SOURCE} {TARGET} none rbind,ro=recursive,private 0 0": "'ro' with a value",
    f"LABEL=x {TARGET} robind ro": "its source must be an absolute path",
}
NOT_MEANT = [
    f"LABEL=x {TARGET} none bind", f"LABEL=x {TARGET} ext4 ro", f"LABEL=x {TARGET} none bind,ro,rw",
    f"LABEL=x {TARGET} none bind,ro,noauto", "LABEL=x none swap ro", "# LABEL=x /mnt none bind,ro",
    f"{SOURCE} {TARGET} none bind,ro=recursive,noauto",
]


def passed_over(said):
    return [(warning["target"], warning["msg"]) for warning in said.reply["warnings"]
            if warning["code"] == "fstab_passed_over"]


@pytest.mark.parametrize("line", PASSED_OVER)
def test_what_is_passed_over_is_told(table, line):
    table.write(OTHERS + line + "\n")
    with table.host.unchanged():
        said = boot(table)
    assert (said.status, said.reply["binds"]) == (0, []), said.reply
    ((target, msg),) = passed_over(said)
    assert target == line.split()[1]
    assert f"line {len(OTHERS.splitlines()) + 1} of '{FSTAB}'" in msg
    assert PASSED_OVER[line] in msg
    assert len(passed_over(boot(table, "--ours"))) == ("x-robind" in line)


@pytest.mark.parametrize("line", NOT_MEANT)
def test_what_is_not_meant_is_not_told(table, line):
    table.write(OTHERS + line + "\n")
    assert passed_over(boot(table)) == []


def test_many_that_are_passed_over(table):
    table.write("".join(f"LABEL=x {DIR}/{i} none bind,ro\n" for i in range(100)))
    told = passed_over(boot(table))
    assert len(told) == 21
    assert told[-1] == (None, f"and so are 80 more lines of '{FSTAB}'")


def test_what_is_left_alone(table):
    table.write(OTHERS + (
        f"{SOURCE} {TARGET} none bind,ro,noauto,x-robind 0 0\n"
        f"{SOURCE} {DIR}/ro/rw none bind 0 0\n"
        f"{SOURCE} {DIR}/ro/last none bind,ro,rw 0 0\n"))
    said = boot(table)
    assert (said.status, said.reply["binds"]) == (0, [])


def test_nothing_is_mounted_yet(table):
    table.write(OTHERS + LINE)
    said = boot(table)
    assert (said.status, said.bind["actions"]) == (0, ["attach"])
    assert table.read() == OTHERS + LINE
    assert_nothing_to_do(table)


def test_missing_source(table):
    missing = f"{DIR}/none {DIR}/ro/none none bind,ro,private,{{}}x-robind 0 0\n"
    table.write(OTHERS + missing.format("nofail,") + LINE)
    said = boot(table)
    assert (said.status, [done["status"] for done in said.reply["binds"]]) == (
        0, ["skipped", "changed"])
    table.write(OTHERS + missing.format(""))
    assert boot(table).error["code"] == "source_missing"


def test_symlinks_of_others_are_followed(table):
    table.host.sh('ln -s "$1" "$2"', SOURCE, f"{DIR}/link")
    table.write(OTHERS + f"{DIR}/link {TARGET} none bind,ro 0 0\n")
    assert boot(table).status == 0
    assert "ro" in table.host.top(TARGET).options
    assert_nothing_to_do(table)


def test_chained(table):
    """The source of one line lies in the target of another: nothing of ours, but legal."""
    table.host.dir(f"{SOURCE}/sub")
    table.write(OTHERS + LINE + f"{TARGET}/sub {DIR}/second none bind,ro 0 0\n")
    said = boot(table)
    assert said.status == 0, said.reply
    assert_nothing_to_do(table)


def test_check_mode(table):
    table.write(OTHERS + LINE)
    with table.host.unchanged():
        said = boot(table, "--check")
    assert (said.status, said.reply["changed"]) == (0, True)


def test_takes_no_request(table):
    assert table.host.robind("boot", "request.json").error["code"] == "usage"


# ---- the next boot ----


def codes(said):
    return {warning["code"] for warning in said.reply["warnings"]}


@pytest.fixture
def lasting(table):
    """A source that is there again after a boot."""
    Ext4(table.host).mount(f"{DIR}/lasting")
    return bind(f"{DIR}/lasting/db", TARGET, "mounted")


def test_volatile(table):
    asked = bind(SOURCE, TARGET, "mounted")
    assert "volatile_source" in codes(table.apply(asked))
    assert codes(table.apply(asked)) == set(), "told only of what changed"
    found = table.host.robind("check", request={"binds": [asked], "fstab": FSTAB,
                                                "namespace": "here"})
    assert (found.status, codes(found)) == (0, set())


@pytest.mark.needs_root
def test_lasting(table, lasting):
    assert codes(table.apply(lasting)) == set()


def check_boot(table, asked):
    done = table.host.raw("check", "--boot", request={
        "binds": [asked], "fstab": FSTAB, "namespace": "here"})
    reply = answer.parse(done.stdout)
    return done.returncode, {warning["code"] for warning in reply["warnings"]}


@pytest.mark.needs_root
def test_check_boot(table, lasting):
    table.apply(lasting)
    assert check_boot(table, lasting) == (0, set())
    unit = f"/etc/systemd/system{TARGET.replace('/', '-').replace('-', '/', 1)}.mount"
    table.host.dir("/etc/systemd/system")
    table.host.file(unit, "[Mount]\n")
    assert check_boot(table, lasting) == (2, {"fstab_shadowed"})


@pytest.mark.needs_root
def test_check_boot_recursive(table, lasting):
    table.host.sh('mkdir "$1/sub"; mount -t tmpfs tmpfs "$1/sub"', lasting["source"])
    asked = {**lasting, "recursive": True}
    assert "boot_writable" in codes(table.apply(asked))
    assert check_boot(table, asked) == (2, {"boot_writable"})


def test_check_boot_volatile(table):
    file = table.host.file(f"{DIR}/file")
    asked = bind(file, f"{DIR}/ro/file", "mounted")
    table.apply(asked)
    assert check_boot(table, asked) == (2, {"volatile_source"})


def test_what_fstab_lists_is_judged_for_the_next_boot(table):
    """Whoever wrote it; and in earnest nothing is said of it: the boot has come."""
    table.write(f"{SOURCE} {TARGET} none bind,ro 0 0\n{SOURCE} {TARGET}2 none ro,bind,noauto\n")
    with table.host.unchanged():
        said = boot(table, "--check", "--boot")
    assert (said.status, said.codes) == (0, ["not_mounted"])
    assert codes(said) == {"volatile_source"}
    assert codes(boot(table, "--check")) == codes(boot(table)) == set()


# ---- show ----


def test_show_all(table):
    table.apply(bind(SOURCE, TARGET, "mounted"), set="mail")
    table.write(table.read() + f"{SOURCE} {DIR}/ro/2 none bind 0 0\n")
    said = table.host.robind("show", "--fstab", FSTAB)
    first, second = said.reply["binds"]
    assert (first["target"], first["live"]["read_only"]) == (TARGET, True)
    assert (first["fstab"]["ours"], first["fstab"]["set"]) == (True, "mail")
    assert (second["live"]["mounted"], second["fstab"]["source"]) == (False, SOURCE)
    named = table.host.robind("show", "--fstab", FSTAB, SOURCE)
    assert named.reply["binds"][0]["fstab"] is None


def test_show_without_a_table(table):
    table.host.sh('rm "$1"; mkdir "$1"', FSTAB)
    assert table.host.robind("show", "--fstab", FSTAB).error["code"] == "fstab"


# ---- the host's own ----


def test_the_hosts_own_fstab(table):
    """It is not for the mounts of some other namespace."""
    hidden = ("unshare", "-pmf", "--mount-proc", "--propagation", "unchanged", "sh", "-c",
              'unshare -m "$0" "$@"; exit $?')
    asked = bind(SOURCE, TARGET, "mounted")
    with table.host.unchanged():
        said = table.host.robind("apply", request=asked, wrap=hidden)
    assert said.error["code"] == "private_namespace"
    assert "/etc/fstab" in said.error["msg"]
    ephemeral = {**asked, "state": "ephemeral"}
    assert table.host.robind("check", request=ephemeral, wrap=hidden).status == 2
