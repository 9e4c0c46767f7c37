"""What `make portable` made, and root directories of other systems to run it in."""

import functools
import json
import os
import shutil
import subprocess

from answer import REPO

BUILT = REPO / "build/portable"
PROGRAMS = {arch: BUILT / arch / "robind" for arch in ("x86_64", "aarch64")}
NATIVE = PROGRAMS[os.uname().machine]
(FOREIGN,) = PROGRAMS.keys() - {os.uname().machine}

# Debian's releases: before and after the one that all else here runs on.
RELEASES = ("bullseye", "trixie")
ROOTS = BUILT / "roots"


def command(arch):
    """How to run that program on this machine."""
    emulator = () if arch == os.uname().machine else (f"qemu-{arch}-static",)
    return (*emulator, str(PROGRAMS[arch]))


def place_demo(host, folder, echo_socket):
    """All that the tour takes but the program, in a folder of the host."""
    host.dir(f"{folder}/tests/e2e")
    host.run("cp", echo_socket, f"{folder}/tests/e2e/echo_socket")
    host.run("cp", REPO / "tests/demo.sh", f"{folder}/demo.sh")


def take_tour(host, folder, *enter):
    """The demo, with what is there; `enter` goes where it is called that. Returns its words."""
    done = host.run(
        *enter, f"{folder}/demo.sh", f"{folder}/robind", check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    assert "All as expected" in said.splitlines()[-1], said
    return said


@functools.lru_cache(maxsize=None)
def mirror():
    """The one of Debian that apt uses here."""
    printed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)",
         "Created-By: Packages", "Origin: Debian", "Component: main"],
        capture_output=True, check=True, text=True,
    ).stdout
    return min(line.split() for line in printed.splitlines() if "-" not in line.split()[1])[0]


def start_debian(release):
    """Begin to make that release's root directory; None where it is there from before."""
    if (ROOTS / release).exists():
        return None
    unfinished = ROOTS / f"{release}.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    return subprocess.Popen(
        ["unshare", "-m", "debootstrap", "--variant=minbase", release, unfinished, mirror()],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )


def finish_debian(release, maker):
    if maker is not None:
        said, _ = maker.communicate()
        assert maker.returncode == 0, said
        (ROOTS / f"{release}.new").rename(ROOTS / release)
    return ROOTS / release


def reply_of(done):
    """What was said, without the ways that this kernel or its emulation has."""
    said = json.loads(done.stdout)
    for way in ("mount_api", "read_api"):
        del said["robind"][way]
    return done.returncode, said, done.stderr


def files_called(folder, *patterns):
    return [path for pattern in patterns for path in folder.rglob(pattern)]
