# SPDX-License-Identifier: Apache-2.0
"""The one table of a bench, and the same as JSON."""

import json
import os
import platform

import watching
import works

COLUMNS = (f"{'ratio':>9} {'CPU us':>10} {'median':>10} {'wall us':>10} {'median':>10}"
           f" {'runs':>5}  who")


def row(result, first):
    each = [number / result.count for number in (
        result.least(), result.median(), result.least("wall"), result.median("wall"))]
    what = "cpu" if first.least() else "wall"
    ratio = result.least(what) / first.least(what)
    return (f"{ratio:9.2f} " + " ".join(f"{number:10.1f}" for number in each)
            + f" {len(result.runs):5}  {result.who}")


def groups(book):
    found = {}
    for result in book.results.values():
        if result.work != "watch":
            found.setdefault((result.work, result.count), []).append(result)
    return found


def heading(work, count):
    what = {one.name: one.what for one in works.WORKS}.get(work)
    binds = f"{count:,} bind{'s' if count > 1 else ''}"
    return f"{work}, {binds}{': ' + what if what else ''}"


def watch_rows(book):
    found = [result for result in book.results.values() if result.work == "watch"]
    if not found:
        return []
    lines = ["", "watch: microseconds until a bind that was made writable is read-only again",
             f"{'p50':>10} {'p99':>10} {'runs':>5}  binds"]
    return lines + [
        f"{watching.percentile(result, 50):10.0f} {watching.percentile(result, 99):10.0f} "
        f"{len(result.runs):5}  {result.count:,} {result.who}" for result in found]


def target_rows(judged):
    if not judged:
        return []
    lines = ["", "to be reached", f"{'number':>9} {'target':>8}"]
    verdicts = {True: "reached", False: "NOT REACHED"}
    return lines + [
        f"{one.number:9.2f} {one.target.bound:8.2f}  {verdicts[one.is_reached]:<11}  "
        f"{one.target.name} ({one.target.unit})" for one in judged]


def text(book, judged):
    """Microseconds are for one bind; a ratio is of the least processor time, beside the first."""
    lines = [COLUMNS]
    for (work, count), results in groups(book).items():
        lines += ["", heading(work, count), *(row(result, results[0]) for result in results)]
    lines += watch_rows(book)
    lines += ["", *(f"{number:9.2f}  {name}" for name, number in book.notes.items())]
    lines += [f"  missing  {what}: {why}" for what, why in book.missing.items()]
    return "\n".join(lines + target_rows(judged))


def write_json(file, book, judged):
    told = {
        "kernel": platform.release(), "processors": os.cpu_count(),
        "results": [{"work": result.work, "who": result.who, "binds": result.count,
                     "cpu_usec": [run.cpu for run in result.runs],
                     "wall_usec": [run.wall for run in result.runs], "peak_kib": result.peak}
                    for result in book.results.values()],
        "notes": book.notes, "missing": book.missing,
        "targets": [{"name": one.target.name, "bound": one.target.bound, "number": one.number,
                     "reached": one.is_reached} for one in judged],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(told, indent=1) + "\n")
