# SPDX-License-Identifier: Apache-2.0
"""Mutants that do the same as the original, and why: no test can tell them apart.

(file below src/, the line, what it becomes): the reason. They count neither as caught nor as not.
"""

EQUIVALENT = {
}
