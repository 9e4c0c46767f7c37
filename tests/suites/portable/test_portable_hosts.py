# SPDX-License-Identifier: Apache-2.0
"""The portable program on hosts that have little: the tour of `make demo` in the smallest
Debian of other releases, and where there is a busybox and nothing else.

Their root directories stay in build/; each test has one with a writable layer over it.
"""

import shutil

import pytest

import debians
from debians import finish_debian, start_debian
from host import DIR, LONG
from portables import NATIVE, REPO, files_called, place_demo, take_tour

pytestmark = pytest.mark.needs_root

# The newest alone is made where there is little time: other suites begin with it.
RELEASES = debians.RELEASES if LONG else debians.RELEASES[-1:]

ROOT = f"{DIR}/root"


@pytest.fixture(scope="module")
def debians():
    """All at once, for one takes a while."""
    if not shutil.which("debootstrap"):
        pytest.skip("no debootstrap")
    makers = {release: start_debian(release) for release in RELEASES}
    return {release: finish_debian(release, maker) for release, maker in makers.items()}


def busybox_alone(host):
    """A root directory with one program under many names; a mount, as a root has to be."""
    host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", host.dir(ROOT))
    for folder in ("bin", "dev", "mnt", "proc", "run", "tmp"):
        host.dir(f"{ROOT}/{folder}")
    host.run("cp", "-a", "/dev/null", f"{ROOT}/dev/null")
    host.run("cp", shutil.which("busybox"), f"{ROOT}/bin/busybox")
    host.run("chroot", ROOT, "/bin/busybox", "--install", "-s", "/bin")


def debian(host, tree):
    host.dir("layer/upper")
    host.dir("layer/work")
    host.dir(ROOT)
    host.sh(
        'mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$3"',
        tree, f"{DIR}/layer", ROOT,
    )


def take_tour_there(host, echo_socket):
    place_demo(host, f"{ROOT}/robind", echo_socket)
    host.run("cp", NATIVE, f"{ROOT}/robind/robind")
    host.run("mount", "-t", "proc", "proc", f"{ROOT}/proc")
    take_tour(host, "/robind", "chroot", ROOT)


@pytest.mark.parametrize("release", RELEASES)
def test_smallest_debian(host, debians, echo_socket, release):
    debian(host, debians[release])
    assert not files_called(host.path(f"{ROOT}/usr"), "python3*", "libjansson*")
    take_tour_there(host, echo_socket)


def test_busybox_alone(host, echo_socket):
    busybox_alone(host)
    assert not files_called(host.path(ROOT), "*.so*", "python*")
    take_tour_there(host, echo_socket)


def test_owners_are_those_of_that_host(host):
    """Without NSS, and not those of whoever looks in from outside."""
    busybox_alone(host)
    host.run("mount", "-t", "proc", "proc", f"{ROOT}/proc")
    host.file(f"{ROOT}/etc/passwd", "root:x:0:0:::\nonly-here:x:2702:7:::\n")
    host.dir(f"{ROOT}/mnt/source")
    host.run("cp", NATIVE, f"{ROOT}/robind")

    def apply(owner):
        return host.run("chroot", ROOT, "/robind", "apply", "source=/mnt/source", "target=/mnt/new",
                        "state=ephemeral", "namespace=here", f"owner={owner}", "mode=4750",
                        check=False)

    known, unknown = apply("only-here"), apply("nobody")
    assert (known.returncode, unknown.returncode) == (0, 1), known.stdout
    assert b'"owner_missing"' in unknown.stdout
    host.run("umount", f"{ROOT}/mnt/new")
    found = host.path(f"{ROOT}/mnt/new").stat()
    assert (found.st_uid, oct(found.st_mode)) == (2702, "0o44750")


def test_the_ordinary_program_would_not_do(host, echo_socket):
    """These places are as bare as they are meant to be."""
    busybox_alone(host)
    host.run("cp", REPO / "build/release/robind", f"{ROOT}/robind")
    with pytest.raises(AssertionError, match="No such file"):
        host.run("chroot", ROOT, "/robind", "--version")
