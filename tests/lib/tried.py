# SPDX-License-Identifier: Apache-2.0
"""What a search tried, and what it found: the one table that all of them end with.

The same goes into a JSON file, beside what else the search has to tell:

    {"what": "fuzz", "rows": [{"name": "path", "cases": 90000, "faults": 0}, ...],
     "cases": 4000000, "faults": 0, ...}
"""

import json
import pathlib
import sys
from dataclasses import asdict, dataclass


@dataclass
class Row:
    name: str
    cases: int = 0
    faults: int = 0


def table(what, rows):
    """The lines: a row for each, and one for all together."""
    together = Row("together", sum(row.cases for row in rows), sum(row.faults for row in rows))
    width = max(len(row.name) for row in [Row(what), together, *rows])
    lines = [f"{what:<{width}}{'cases tried':>14}{'faults':>10}"]
    lines += [f"{row.name:<{width}}{row.cases:>14,}{row.faults:>10,}" for row in [*rows, together]]
    return "\n".join(lines)


def write(file, what, rows, **more):
    """All of it, as JSON, but for a file that is None."""
    if file:
        told = {"what": what, "rows": [asdict(row) for row in rows],
                "cases": sum(row.cases for row in rows),
                "faults": sum(row.faults for row in rows), **more}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(told, indent=1) + "\n")


def main(what, noted, file):
    """A table of rows that were noted one a line, as the tests of faults do it."""
    rows = [Row(**json.loads(line)) for line in pathlib.Path(noted).read_text().splitlines()]
    rows.sort(key=lambda row: row.name)
    print("\n" + table(what, rows))
    write(pathlib.Path(file), what, rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
