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
    ("fstab/file.c", "int fd = -1;", "int fd = -2;"): "it is set before it is read",
    ("fstab/file.c", "int fd = -1;", "int fd = -0;"): "it is set before it is read",
    ("fstab/file_write.c", "open(fresh->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);",
     "open(fresh->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 601);"):
        "it gets its mode before it gets a byte",
    ("mount/group_tree.c", "size_t middle = low + (high - low) / 2;",
     "size_t middle = low + (high - low) / 3;"): "any place in between is one to part at",
    ("mount/mount_tree.c", "if (n > 0) {", "if (n >= 0) {"):
        "of no mounts nothing is sorted; only the standard does not say what that is",
    ("mount/propagation.c", "return order != 0 ? order : (x->number > y->number) - (x->number < y->number);",
     "return order != 0 ? order : (x->number > y->number) - (x->number <= y->number);"):
        "which comes first of two that receive the same at one place is said nowhere",
    ("mount/stack.c", "for (size_t i = 1; i <= s->n; i++)", "for (size_t i = 0; i <= s->n; i++)"):
        "the place of the top is none, and owns nothing",
    ("mount/option_list.c", "if (word->mask == MOUNT_FLAG_ATIME_MASK && is_decided && before > word->value)",
     "if (word->mask == MOUNT_FLAG_ATIME_MASK && is_decided && before >= word->value)"):
        "what is said twice is said already",
    ("mount/option_near.c", "buf[0] = '\\0';", "buf[1] = '\\0';"):
        "there are flags, and so it is written",
    ("request/bind_members.c", "if (ARRAY_RESERVE(wants->wants, 0, n ? n : 1) < 0)",
     "if (ARRAY_RESERVE(wants->wants, 0, n ? n : 0) < 0)"):
        "room for none is asked for as room for four",
    ("request/field_options.c", "break;", ";"): "what comes next is a break as well",
    ("request/from_fstab.c", "(void)arg;", ";"): "it only says that it is not used",
    ("request/from_fstab.c", "for (size_t i = 0; i < fstab->n_entries; i++) {",
     "for (size_t i = 0; i <= fstab->n_entries; i++) {"):
        "the list of the first ones has one more place, which says that it is none",
    ("request/from_fstab.c", "if (!firsts || ARRAY_RESERVE(req->wants, 0, fstab->n_entries + 1) < 0)",
     "if (!firsts || ARRAY_RESERVE(req->wants, 0, fstab->n_entries + 0) < 0)"):
        "room for none is asked for as room for four",
    ("request/json_mistake.c", "for (const char *p = s->start; p < at; p++)",
     "for (const char *p = s->start; p <= at; p++)"): "a bracket ends no line",
    ("request/json_parse.c", "e->position > 0 && (size_t)e->position < size ? (size_t)e->position : size;",
     "e->position > 0 && (size_t)e->position <= size ? (size_t)e->position : size;"):
        "both are the size",
    ("request/json_parse.c", "if (json_error_code(e) == json_error_invalid_syntax && offset > 0)",
     "if (json_error_code(e) == json_error_invalid_syntax && offset >= 0)"):
        "of no text at all jansson says that it ends too early",
    ("request/json_parse.c", "if (json_error_code(e) == json_error_invalid_syntax && offset > 0)",
     "if (json_error_code(e) == json_error_invalid_syntax && offset > 1)"):
        "the first byte alone is in no bracket, whether it is counted or not",
    ("request/json_parse.c", "count_lines(text, offset > 0 ? offset - 1 : 0, err);",
     "count_lines(text, offset > 0 ? offset - 1 : 1, err);"): "it is 0 of no text at all, which has no line",
    ("request/json_token.c", "size_t n = (size_t)(end - p) < 4 ? (size_t)(end - p) : 4;",
     "size_t n = (size_t)(end - p) <= 4 ? (size_t)(end - p) : 4;"): "both are 4",
    ("request/json_token.c", "size_t n = (size_t)(end - p) < 4 ? (size_t)(end - p) : 4;",
     "size_t n = (size_t)(end - p) < 5 ? (size_t)(end - p) : 4;"): "both are 4",
    ("request/json_token.c", "if (token.length > SHOWN_MAX)", "if (token.length >= SHOWN_MAX)"):
        "both are the largest length",
    ("request/order.c", "size_t *order = calloc(req->n_wants + 1, sizeof(*order));",
     "size_t *order = calloc(req->n_wants + 0, sizeof(*order));"):
        "it is for a request without binds on a host whose calloc(0) is NULL",
    ("request/order.c", "order = calloc(req->n_wants + 1, sizeof(*order));",
     "order = calloc(req->n_wants + 0, sizeof(*order));"):
        "it is for a request without binds on a host whose calloc(0) is NULL",
    ("request/order.c", "for (size_t b = 1; b <= BUCKETS; b++)", "for (size_t b = 2; b <= BUCKETS; b++)"):
        "before the first bucket there are none to be added",
    ("request/order.c", "for (size_t i = 0; w->next && i < n; i++)",
     "for (size_t i = 1; w->next && i < n; i++)"): "the first is 0 anyway",
    ("request/order.c", "return DEPTHS + (req->keeps_order ? 0 : depth);",
     "return DEPTHS + (req->keeps_order ? 1 : depth);"):
        "all that shall be there is in one bucket either way, between those of the others",
}
