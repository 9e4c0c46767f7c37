# SPDX-License-Identifier: Apache-2.0
"""An fstab of its own for each host: FSTAB, named in the requests of these tests."""

from host import DIR, bind

FSTAB = f"{DIR}/etc/fstab"
SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"
LINE = f"{SOURCE} {TARGET} none bind,ro,private,x-robind 0 0\n"

# What everybody else wrote: columns, comments, tabs, an empty line.
OTHERS = (
    "# /etc/fstab: static file system information.\n"
    "UUID=1b2c\t/               ext4    errors=remount-ro 0       1\n"
    "\n"
    "tmpfs  /tmp\ttmpfs\tdefaults,size=2g\t0 0   # not a comment\n"
)


def mounted(**members):
    return bind(SOURCE, TARGET, "mounted", **members)


class Table:
    """The file of one host."""

    def __init__(self, host):
        self.host = host
        host.dir(SOURCE, "file")
        host.dir(f"{DIR}/ro")
        self.write(OTHERS)

    def write(self, text):
        name = self.host.file(FSTAB, "")
        self.host.path(name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def read(self):
        return self.host.path(FSTAB).read_bytes().decode()

    def apply(self, *binds, options=(), **members):
        return self.host.apply(*binds, options=options, **{"fstab": FSTAB, **members})

    def check(self, *binds, options=(), **members):
        before = self.read()
        said = self.host.check(*binds, options=options, **{"fstab": FSTAB, **members})
        assert self.read() == before
        return said

    def settled(self, *binds, **members):
        """As asked: apply has nothing to do, check says so, and no file is left over."""
        before = self.read()
        again = self.apply(*binds, **members)
        assert (again.status, again.reply["changed"]) == (0, False), again.reply
        assert self.check(*binds, **members).status == 0
        assert self.read() == before
        self.assert_no_litter()

    def assert_no_litter(self, *others):
        here = self.host.path(f"{DIR}/etc")
        assert sorted(path.name for path in here.iterdir()) == sorted(["fstab", *others])
