# SPDX-License-Identifier: Apache-2.0
"""Root directories of other releases of Debian, made once and kept in build/."""

import functools
import shutil
import subprocess

from answer import REPO

# Before and after the one that all else here runs on.
RELEASES = ("bullseye", "trixie")
ROOTS = REPO / "build/portable/roots"


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


def changed(release, name, script, *args):
    """That release with what a script does to a copy of it, where its packages can be had: the tree is `$0`."""
    tree = ROOTS / name
    if tree.exists():
        return tree
    base = finish_debian(release, start_debian(release))
    unfinished = ROOTS / f"{name}.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    subprocess.run(["cp", "-a", base, unfinished], check=True)
    # What apt is told here, it is told there too: a proxy, perhaps.
    shutil.copytree("/etc/apt/apt.conf.d", unfinished / "etc/apt/apt.conf.d", dirs_exist_ok=True)
    done = subprocess.run(
        ["unshare", "-m", "--propagation", "private", "sh", "-ec", """
            mount -t proc proc "$0/proc"; mount -t tmpfs tmpfs "$0/run"
            export DEBIAN_FRONTEND=noninteractive
            unset ROBIND_NO_INSTALL # that is for the machine
            chroot "$0" apt-get update -qq
            """ + script, unfinished, *args],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    assert done.returncode == 0, done.stdout
    unfinished.rename(tree)
    return tree


def with_packages(release, *packages):
    """That release with more in it."""
    return changed(release, "-".join((release, *packages)),
                   'exec chroot "$0" apt-get install -qq -y --no-install-recommends "$@"', *packages)


def with_needs_of(release, *groups):
    """That release with what tests/install-deps installs there for these groups."""
    return changed(release, "-for-".join((release, *groups)), """
        mkdir "$0/tree"
        mount --bind "$REPO" "$0/tree"
        chroot "$0" /tree/tests/install-deps "$@"
        umount "$0/tree"
        rmdir "$0/tree"
        """.replace("$REPO", str(REPO)), *groups)
