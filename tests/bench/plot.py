# SPDX-License-Identifier: Apache-2.0
"""The cost of one bind by their number, drawn by gnuplot."""

import shutil
import subprocess

SETTINGS = """set terminal svg size 900,480 font 'sans-serif,12' background '#ffffff'
set output {file}
set logscale xy
set format x '10^{{%T}}'
set format y '10^{{%T}}'
set grid
set key below maxcols 2
set yrange [3:200000]
set xlabel 'binds'
set multiplot layout 1,2
"""
BOLD = "linewidth 3 linecolor rgb 'black'"
LICENSE = "<!-- SPDX-License-Identifier: Apache-2.0 -->"
WORKS = ("apply", "check")


def points(book, work):
    """Who -> what one bind took, by their number."""
    found = {}
    for result in sorted(book.results.values(), key=lambda one: one.count):
        if result.work == work and result.runs:
            found.setdefault(result.who, []).append((result.count, result.each()))
    return found


def panel(book, work):
    found = points(book, work)
    data = "".join(
        f"${work}{i} << END\n" + "\n".join(f"{x} {y:.3f}" for x, y in line) + "\nEND\n"
        for i, line in enumerate(found.values()))
    curves = ", ".join(
        f"${work}{i} with linespoints {BOLD if who == 'robind' else ''} title '{who}'"
        for i, who in enumerate(found))
    return f"{data}set title '{work}: CPU for one bind, us'\nplot {curves}\n"


def draw(book, file, say):
    if not shutil.which("gnuplot"):
        say("no gnuplot, so no drawing: tests/install-deps bench")
        return
    drawn = [work for work in WORKS if points(book, work)]
    if drawn:
        script = SETTINGS.format(file=f"'{file}'") + "".join(panel(book, work) for work in drawn)
        subprocess.run(["gnuplot"], input=script, text=True, check=True)
        declaration, rest = file.read_text().split("\n", 1)
        file.write_text(f"{declaration}\n{LICENSE}\n{rest}")
