# SPDX-License-Identifier: Apache-2.0
"""mount(2) passes over a flag that the kernel does not know: before 5.10, nosymfollow."""

import shutil
import subprocess

import pytest

from answer import ROBIND, is_sanitized
from host import KERNEL, bind

# What such a kernel makes of the call: the bit has no effect.
MOUNT = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
int mount(const char *source, const char *target, const char *type, unsigned long flags,
	  const void *data)
{
	int (*real)(const char *, const char *, const char *, unsigned long, const void *) =
		(int (*)(const char *, const char *, const char *, unsigned long, const void *))
			dlsym(RTLD_NEXT, "mount");

	return real(source, target, type, flags & ~256ul, data);
}
"""


def is_dynamic():
    done = subprocess.run(["ldd", ROBIND], capture_output=True, check=False)
    return b"libc.so" in done.stdout


pytestmark = [
    pytest.mark.skipif(not shutil.which("cc"), reason="no cc"),
    pytest.mark.skipif(is_sanitized(), reason="a sanitizer has to be loaded first"),
    pytest.mark.skipif(not is_dynamic(), reason="nothing can be put before a static program"),
    pytest.mark.skipif(bool(KERNEL), reason="it is one already"),
]


@pytest.mark.parametrize("options", [["nosymfollow"], ["nosymfollow", "nosuid"]])
def test_a_flag_that_the_kernel_passes_over(hosts, tmp_path, options):
    host = hosts(kernel="linux-5.4")
    source, target = host.dir("volumes/db", "file"), host.dir("ro/db")
    (tmp_path / "mount.c").write_text(MOUNT)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", tmp_path / "mount.so", tmp_path / "mount.c",
                    "-ldl"], check=True)
    preload = host.file("mount.so")
    shutil.copy(tmp_path / "mount.so", host.path(preload))
    wrap = ("env", f"LD_PRELOAD={preload}")
    said = host.apply(bind(source, target, options=options), wrap=wrap)
    assert (said.status, said.error["code"], said.error["errno"]) == (1, "system", "EOPNOTSUPP")
    assert said.error["at"] == "/binds/0/options" and "5.10" in said.error["msg"]
    host.assert_read_only_view(source, target)
    assert host.apply(bind(source, target, options=["nosuid"]), wrap=wrap).status == 0
