# SPDX-License-Identifier: Apache-2.0
"""Runs the scene: `python3 -m scene [--engine docker|bwrap] [--json FILE]`, as root, from
tests/suites with tests/lib in PYTHONPATH; `make scene` does.

Exit status 1 when a step is not as expected. Without --engine it is Docker where that starts,
else bubblewrap.
"""

import argparse
import os
import pathlib
import signal
import sys
import traceback

from answer import REPO
from host import DIR

from . import attack, recovery, sharing, watched
from .bubblewrap import Bubblewrap
from .docker import Docker
from .machine import traces
from .report import Report
from .stage import Stage
from .waiting import wait

ENGINES = {engine.name: engine for engine in (Docker, Bubblewrap)}
CHAPTERS = [
    sharing.set_up, sharing.share, sharing.serve, sharing.use, attack.defend,
    recovery.restart_database, recovery.delete_directory, watched.make_anew,
    recovery.make_writable,
    recovery.unmount_volume, recovery.mount_too_late, recovery.reboot,
    attack.forget_ro, attack.share_without_robind, attack.give_admin_rights,
]


def read_arguments():
    parser = argparse.ArgumentParser(prog="python3 -m scene", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--json", type=pathlib.Path, default=REPO / "build/scene.json")
    return parser.parse_args()


def reason_not_to_run():
    """What this host lacks, whatever the engine; None when it has all."""
    if os.geteuid() != 0:
        return "needs root"
    if DIR != "/mnt":
        return "robind lies below /mnt, which the scene covers"
    return None


def set_the_stage(engine, report):
    """With containers ready to start; None and a skipped step where that cannot be."""
    for name in [engine] if engine else ENGINES:
        missing = ENGINES[name].missing()
        if missing:
            report.note(**{name: f"missing: {' '.join(missing)}"})
            continue
        stage = Stage(ENGINES[name], report)
        try:
            stage.engine.begin()
        except Exception as error:  # whatever the engine has against this host
            report.note(**{name: f"does not start here: {error}"})
            stage.end()
            continue
        report.note(engine=name)
        return stage
    return None


def play(stage):
    """Chapter by chapter; after one that broke off there is nothing to go on with."""
    chapters = iter(CHAPTERS)
    for chapter in chapters:
        try:
            chapter(stage)
        except Exception as error:  # a broken scene has to be told like any other step
            stage.report.judge(chapter.__name__, "all of it", f"broke off: {error!r}", False)
            traceback.print_exc(file=sys.stdout)
            for name in stage.engine.running:
                print(f"---- {name}\n{stage.engine.log(name)[-3000:]}")
            break
    for chapter in chapters:
        stage.report.skip(chapter.__name__, "an earlier chapter broke off")


def run(engine, report):
    reason = reason_not_to_run()
    if reason:
        report.skip("the scene", reason)
        return
    stage = set_the_stage(engine, report)
    if stage is None:
        report.skip("the scene", "no container engine")
        return
    try:
        play(stage)
    finally:
        stage.end()
    report.chapter("And away with it")
    wait(lambda: not traces(), seconds=20)
    report.expect("what is left on the host", [], traces())


def main():
    arguments = read_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of what has to be ended
    report = Report()
    run(arguments.engine, report)
    report.write(arguments.json)
    print(f"\nthe same as JSON: {arguments.json}")
    report.close()
    sys.exit(0 if report.is_good() else 1)


if __name__ == "__main__":
    main()
