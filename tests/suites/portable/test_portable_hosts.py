"""The portable program on hosts that have little: the tour of `make demo` in the smallest
Debian of other releases, and where there is a busybox and nothing else.

Their root directories stay in build/; each test has one with a writable layer over it.
"""

import shutil

import pytest

from debians import RELEASES, finish_debian, start_debian
from host import DIR
from portables import NATIVE, REPO, files_called, place_demo, take_tour

pytestmark = pytest.mark.needs_root

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


def test_the_ordinary_program_would_not_do(host, echo_socket):
    """These places are as bare as they are meant to be."""
    busybox_alone(host)
    host.run("cp", REPO / "build/release/robind", f"{ROOT}/robind")
    with pytest.raises(AssertionError, match="No such file"):
        host.run("chroot", ROOT, "/robind", "--version")
