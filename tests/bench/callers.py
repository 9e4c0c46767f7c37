# SPDX-License-Identifier: Apache-2.0
"""What it takes with the callers, by their own ways and by robind: 100 binds on a machine of its
own, live and in fstab. Where a caller is not there, it is named as missing.

Ansible, Puppet and Salt are the real ones, each started once for each run, as on a managed host.
"""

import json
import pathlib
import resource
import shutil
import sys
import tempfile
import time

from answer import REPO, ROBIND
from cost import Run
from host import DIR
from place import TOOLS, Place

SUITES = REPO / "tests/suites"
sys.path += [str(SUITES / "ansible"), str(SUITES / "salt")]

import machine as machines  # noqa: E402
import minion as minions  # noqa: E402
import playbook  # noqa: E402

COUNT = 100
PATIENCE = 1800  # seconds; theirs take that long on a slow machine
PROGRAM = "/usr/local/sbin/robind"
ENVIRONMENT = ("PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8")
NUMBERS = range(1, COUNT + 1)
BINDS = [{"source": f"{DIR}/s/{i}", "target": f"{DIR}/d/{i}"} for i in NUMBERS]
REMOUNT = f"mount -o remount,bind,ro {DIR}/d/%s"
IS_DONE = f"mount -l | grep -q ' on {DIR}/d/%s type .*(ro'"


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1e6


def managed():
    """A machine with the directories, and robind."""
    host = machines.Machine()
    host.run("mkdir", "-p", f"{DIR}/s", f"{DIR}/d")
    host.run(str(TOOLS / "loops"), "places", DIR, "1", str(COUNT))
    host.run("mkdir", "-p", "/usr/local/sbin")
    shutil.copy(ROBIND, host.path(PROGRAM))
    return host


def compare(book, contestants):
    """`contestants`: who -> what prepares a run on a machine; that returns what it has said."""
    for who, prepare in contestants.items():
        with tempfile.TemporaryDirectory() as work:
            host = managed()
            call = prepare(host, pathlib.Path(work))
            used, start = children(), time.monotonic()
            said = call()
            run = Run((time.monotonic() - start) * 1e6, children() - used, 0, 0)
            made = len([mount for mount in host.mounts() if "ro" in mount.options
                        and mount.target.startswith(f"{DIR}/d/")])
            host.end()
            assert made == (0 if "nothing" in who else COUNT), f"{who}: {made} are there\n{said}"
            book.result("callers", who, COUNT).runs.append(run)


# ---- Ansible ----

def play(collections, task):
    def prepare(host, work):
        ansible = playbook.Ansible(host, collections, work)
        file = ansible.write([{"name": "all", **task}])
        return lambda: ansible.text(file)
    return prepare


def ansible(book):
    theirs = {"path": f"{DIR}/d/{{{{ item }}}}", "src": f"{DIR}/s/{{{{ item }}}}",
              "fstype": "none", "opts": "bind,ro", "state": "mounted"}
    with tempfile.TemporaryDirectory() as folder:
        collections = playbook.install_collection(pathlib.Path(folder))
        compare(book, {
            "ansible.posix.mount": play(
                collections, {"ansible.posix.mount": theirs, "loop": list(NUMBERS)}),
            "robind.mount": play(collections, {"robind.mount.robind": {"binds": BINDS}}),
            "Ansible, nothing": play(collections, {"debug": {"msg": ""}}),
        })


# ---- Salt ----

def states(sls):
    def prepare(host, work):
        minion = minions.Minion(host, work)
        minion.run("saltutil.sync_all")
        name = minion.write("all", sls)
        return lambda: minion.call("state.apply", name).stdout
    return prepare


def salt_mounts():
    words = [{"fstype": "none"}, {"opts": "bind,ro"}, {"persist": True}]
    sls = {}
    for i in NUMBERS:
        sls[f"{DIR}/d/{i}"] = {"mount.mounted": [{"device": f"{DIR}/s/{i}"}, *words]}
        sls[f"remount {i}"] = {"cmd.run": [{"name": REMOUNT % i}, {"unless": IS_DONE % i}]}
    return sls


def salt(book):
    each = {bind["target"]: {"robind.mounted": [{"device": bind["source"]}]} for bind in BINDS}
    together = {"all": {"cmd.run": [{"name": f"{PROGRAM} apply --format salt"},
                                    {"stdin": json.dumps({"binds": BINDS})}]}}
    compare(book, {"Salt mount.mounted": states(salt_mounts()),
                   "Salt robind.mounted": states(each), "Salt robind": states(together),
                   "Salt, nothing": states({"all": {"test.nop": []}})})


# ---- Puppet ----

def apply(manifest):
    def prepare(host, work):
        (work / "all.pp").write_text(manifest)
        words = ["puppet", "apply", "--color=false",
                 f"--modulepath={REPO}/module/puppet:/usr/share/puppet/modules",
                 *(f"--{name}dir={work}/{name}" for name in ("conf", "var", "code", "log", "run"))]
        return lambda: playbook.run(*host.enter, "env", *ENVIRONMENT, *words, str(work / "all.pp"))
    return prepare


def puppet_mounts():
    return "\n".join(
        f"mount {{ '{DIR}/d/{i}': ensure => mounted, device => '{DIR}/s/{i}', fstype => 'none',"
        f" options => 'bind,ro' }} -> exec {{ 'remount {i}': command => '{REMOUNT % i}',"
        f' unless => "{IS_DONE % i}", path => "/usr/bin:/bin", provider => shell }}'
        for i in NUMBERS)


def puppet(book):
    each = "\n".join(f"robind_bind {{ '{bind['target']}': source => '{bind['source']}' }}"
                     for bind in BINDS)
    together = (f"exec {{ 'all': command => ['{PROGRAM}', 'apply', '--json', "
                f"'{json.dumps({'binds': BINDS})}'] }}")
    compare(book, {"Puppet mount, exec": apply(puppet_mounts()),
                   "Puppet robind_bind": apply(each), "Puppet robind": apply(together),
                   "Puppet, nothing": apply("")})


# ---- all of them ----

CALLERS = {
    "Ansible": (ansible, lambda: shutil.which("ansible-playbook"), "tests/install-deps ansible"),
    "Salt": (salt, lambda: minions.TREE, "SALT_TREE has to name a folder with its source"),
    "Puppet": (puppet, lambda: shutil.which("puppet"), "tests/install-deps puppet"),
}


def note_shares(book):
    """How much of a caller's time is robind's own."""
    with Place(COUNT) as place:
        own = min(run.wall for run in place.spend(place.robind_words("apply", "mounted")))
    book.result("callers", "robind alone", COUNT).runs.append(Run(own, own, 0, 0))
    for who in ("robind.mount", "Salt robind", "Puppet robind"):
        result = book.get("callers", who, COUNT)
        if result:
            book.notes[f"{who}: percent of its time that robind takes"] = (
                100 * own / result.least("wall"))


def callers(book, options):
    playbook.SECONDS = minions.SECONDS = PATIENCE
    for name, (compare_one, is_there, why) in CALLERS.items():
        if not is_there():
            book.missing[name] = why
            continue
        for _ in range(options.runs(1)):
            compare_one(book)
    note_shares(book)
