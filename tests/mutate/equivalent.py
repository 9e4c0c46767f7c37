# SPDX-License-Identifier: Apache-2.0
"""Mutants that do the same as the original, and why: no test can tell them apart.

(file below src/, the line, what it becomes): the reason. They count neither as caught nor as not.
"""

EQUIVALENT = {
    ("fstab/edit.c", "for (size_t i = 0; i < fstab->n_entries; i++) {",
     "for (size_t i = 0; i <= fstab->n_entries; i++) {"):
        "the list of edits has one more place, which is empty, and of the entry only the address is "
        "made",
    ("fstab/edit.c", "calloc(fstab->n_entries + 1, sizeof(struct fstab_edit *));",
     "calloc(fstab->n_entries + 0, sizeof(struct fstab_edit *));"):
        "it is for an fstab without entries on a host whose calloc(0) is NULL",
    ("request/order.c", "return DEPTHS + (req->keeps_order ? 0 : depth);",
     "return DEPTHS + (req->keeps_order ? 1 : depth);"):
        "all that shall be there is in one bucket either way, between those of the others",
}
