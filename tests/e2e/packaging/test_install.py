# SPDX-License-Identifier: Apache-2.0
"""`make install` into a folder that stands for a machine, and what is in the files."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

import answer
from answer import REPO, ROBIND

# What of systemd.exec(5) sets up a mount namespace, or may in some version.
NAMESPACES = re.compile(
    r"(Private|Protect|Root|Bind|Extension|TemporaryFileSystem|Mount|ProcSubset|DynamicUser)\w*|"
    r"(ReadWrite|ReadOnly|Inaccessible|Exec|NoExec)Paths|"
    r"(IPC|Network)NamespacePath|JoinsNamespaceOf|LogNamespace|(Load|Set|Import)Credential\w*|"
    r"(Runtime|State|Cache|Logs|Configuration)Directory\w*"
)
UPSTART = REPO / "manifests/upstart/remount-ro-bind-mounts.conf"


def make(goal, *variables, check=True):
    """With the program that is under test; it is not made anew."""
    out = os.path.relpath(pathlib.Path(ROBIND).parent, REPO)
    argv = ["make", "-C", str(REPO), "-o", "all", f"OUT={out}", goal, *variables]
    return subprocess.run(argv, capture_output=True, check=check, text=True)


def found(root):
    """The files and links below a folder, by their paths on the machine."""
    return {f"/{path.relative_to(root)}" for path in root.rglob("*")
            if path.is_symlink() or not path.is_dir()}


def rendered(tmp_path):
    """Without the manual page, which is made beside the program: another user's folder, maybe."""
    return f"SCDOC=no-such-scdoc-{tmp_path.name}"


def test_where_everything_goes(tmp_path):
    make("install", f"DESTDIR={tmp_path}", rendered(tmp_path))
    samples = (REPO / "manifests").rglob("*.*")
    assert {path for path in found(tmp_path) if "/man/" not in path} == {
        "/usr/local/sbin/robind", "/sbin/mount.robind",
        "/usr/local/lib/systemd/system/robind-boot.service",
        "/usr/local/share/bash-completion/completions/robind",
        "/usr/local/share/zsh/site-functions/_robind",
        "/usr/local/share/fish/vendor_completions.d/robind.fish",
        "/usr/local/lib/systemd/system/robind-watch.service",
        *(f"/usr/local/share/robind/{name}" for name in (
            "README.md", "request.schema.json", "reply.schema.json",
            *(f"samples/{path.relative_to(REPO / 'manifests')}" for path in samples
              if path.is_file())))}
    schema = json.loads((tmp_path / "usr/local/share/robind/request.schema.json").read_text())
    assert schema == answer.validator("request").schema
    assert os.readlink(tmp_path / "sbin/mount.robind") == "/usr/local/sbin/robind"
    assert (tmp_path / "usr/local/sbin/robind").stat().st_mode & 0o7777 == 0o755
    make("uninstall", f"DESTDIR={tmp_path}", rendered(tmp_path))
    assert found(tmp_path) == set()


def test_places_can_be_chosen(tmp_path):
    places = ("PREFIX=/opt/r", "sbindir=/opt/r/bin", "helperdir=/usr/sbin", "systemunitdir=/u")
    make("install", f"DESTDIR={tmp_path}", rendered(tmp_path), *places)
    assert {"/opt/r/bin/robind", "/usr/sbin/mount.robind", "/u/robind-boot.service"} <= found(
        tmp_path)
    unit = (tmp_path / "u/robind-boot.service").read_text()
    assert "ExecStart=/opt/r/bin/robind boot\n" in unit
    assert "/usr/local" not in unit
    make("uninstall", f"DESTDIR={tmp_path}", rendered(tmp_path), *places)
    assert found(tmp_path) == set()


@pytest.mark.parametrize("helperdir, sbindir, link", [
    ("/usr/sbin", "/usr/sbin", "robind"), ("/usr/sbin", "/usr/local/sbin", "../local/sbin/robind"),
    ("/usr/lib/helpers", "/usr/bin", "../../bin/robind"),
    ("/sbin", "/usr/sbin", "/usr/sbin/robind")])  # a link of /usr, maybe
def test_the_link_is_right_in_an_image(tmp_path, helperdir, sbindir, link):
    make("install", f"DESTDIR={tmp_path}", rendered(tmp_path), f"helperdir={helperdir}",
         f"sbindir={sbindir}")
    assert os.readlink(f"{tmp_path}{helperdir}/mount.robind") == link
    if not link.startswith("/"):
        assert os.path.samefile(f"{tmp_path}{helperdir}/mount.robind", f"{tmp_path}{sbindir}/robind")


def test_over_one_that_runs(tmp_path):
    """It goes on with the old file, and nobody ever finds half of one."""
    make("install", f"DESTDIR={tmp_path}", rendered(tmp_path))
    program = tmp_path / "usr/local/sbin/robind"
    with subprocess.Popen([program, "apply"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as runs:
        before = program.stat().st_ino
        make("install", f"DESTDIR={tmp_path}", rendered(tmp_path))
        assert program.stat().st_ino != before
        assert "error" in answer.parse(runs.communicate(b"{")[0])
    assert [path.name for path in program.parent.iterdir()] == ["robind"]


def test_twice_and_beside_others(tmp_path):
    """Over what was there before; what others have there stays."""
    (tmp_path / "sbin").mkdir()
    (tmp_path / "sbin/mount.other").touch()
    for _ in range(2):
        make("install", f"DESTDIR={tmp_path}", rendered(tmp_path))
    make("uninstall", f"DESTDIR={tmp_path}", rendered(tmp_path))
    assert found(tmp_path) == {"/sbin/mount.other"}


@pytest.mark.parametrize("line, stays", [
    ("/a /b robind ro,x-robind 0 0", True), ("  /a\t/b\trobind\tro", True),
    ("#/a /b robind ro 0 0", False), ("/a /b none bind,ro,x-robind 0 0", False)])
def test_uninstall_leaves_what_fstab_needs(tmp_path, line, stays):
    """Without mount.robind the next boot would end at such a line."""
    make("install", f"DESTDIR={tmp_path}", rendered(tmp_path))
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/fstab").write_text(f"# a comment\n{line}\n")
    said = make("uninstall", f"DESTDIR={tmp_path}", rendered(tmp_path), check=False)
    assert (said.returncode != 0) == stays == (
        "fstab: /b has the type robind" in said.stderr and "robind migrate --to none" in said.stderr)
    assert ("/sbin/mount.robind" in found(tmp_path)) == stays


def test_one_call_makes_the_collection_of_portable_programs(tmp_path):
    """Also where none is there yet: in a folder with the Makefile alone."""
    shutil.copy(REPO / "Makefile", tmp_path)
    said = subprocess.run(["make", "-C", tmp_path, "-n", "portable", "ansible-collection"],
                          capture_output=True, check=True, text=True).stdout
    assert "for f in build/portable/x86_64/robind build/portable/aarch64/robind;" in said
    assert "for f in build/native" not in said


def test_what_is_installed_runs(tmp_path):
    make("install", f"PREFIX={tmp_path}/usr", f"helperdir={tmp_path}/sbin", rendered(tmp_path))
    said = subprocess.run([f"{tmp_path}/usr/sbin/robind", "--version"], capture_output=True,
                          check=True)
    assert "version" in answer.parse(said.stdout)["robind"]
    said = subprocess.run([f"{tmp_path}/sbin/mount.robind", "--help"], capture_output=True,
                          check=True)
    assert said.stdout.startswith(b"mount.robind SOURCE TARGET")


@pytest.mark.skipif(not shutil.which("scdoc"), reason="no scdoc")
def test_pages_are_installed_and_go(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "robind").symlink_to(ROBIND)
    where = (f"OUT={out}", f"DESTDIR={tmp_path / 'host'}", "datadir=/share")
    make("install", *where)
    installed = {path for path in found(tmp_path / "host") if path.startswith("/share/man/")}
    sources = sorted((REPO / "module/man").glob("*.scd"))
    assert installed == {f"/share/man/man{path.stem[-1]}/{path.stem}" for path in sources}
    make("uninstall", *where)
    assert found(tmp_path / "host") == set()


def test_no_scdoc_is_no_failure(tmp_path):
    said = make("man", f"OUT={tmp_path}", rendered(tmp_path))
    assert "no manual page robind.8" in said.stdout
    assert found(tmp_path) == set()


def settings(unit):
    """(section, name, value) of every line of the unit."""
    section = None
    for line in (REPO / f"module/boot/{unit}.service").read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, value = line.split("=", 1)
            yield section, name, value


@pytest.mark.parametrize("unit", ["robind-boot", "robind-watch"])
def test_unit_makes_no_mount_namespace(unit):
    """Or the host would see nothing of what robind mounts; test_boot looks at a real one."""
    assert [name for _, name, _ in settings(unit) if NAMESPACES.fullmatch(name)] == []


def test_unit_order():
    unit = [(name, word) for section, name, value in settings("robind-boot") for word in value.split()
            if section == "Unit"]
    for before in ("local-fs.target", "remote-fs.target", "systemd-tmpfiles-setup.service"):
        assert ("After", before) in unit
    for engine in ("docker.service", "podman.service", "containerd.service"):
        assert ("Before", engine) in unit


def test_one_version():
    """The Makefile has it, and whoever packs robind says the same."""
    (version,) = re.findall(r"^VERSION +:= (.*)$", (REPO / "Makefile").read_text(), re.M)
    package = REPO / "module/package"
    for name, pattern in (("CHANGELOG.md", r"^## (.*)$"), ("debian/changelog", r"^robind \((.*)-\d"),
                          ("robind.spec", r"^Version: +(.*)$"), ("APKBUILD", r"^pkgver=(.*)$"),
                          ("default.nix", r'^  version = "(.*)";$')):
        assert re.findall(pattern, (package / name).read_text(), re.M)[0] == version, name
    for file in ("module/ansible/galaxy.yml", "module/puppet/robind/metadata.json"):
        assert re.search(r'version"?: "?([0-9.]+)', (REPO / file).read_text()).group(1) == version
    said = subprocess.run([ROBIND, "--version"], capture_output=True, check=True)
    assert answer.parse(said.stdout)["robind"]["version"] == version


def test_upstart_job():
    job = UPSTART.read_text()
    for line in ("start on local-filesystems", "task", "exec /usr/local/sbin/robind boot"):
        assert line in job.splitlines()
