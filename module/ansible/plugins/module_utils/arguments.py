# SPDX-License-Identifier: Apache-2.0
"""What the module robind takes; its documentation says what each means."""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

BIND = {
    "target": {"type": "str", "aliases": ["path", "dest", "name"]},
    "source": {"type": "str", "aliases": ["src", "device"]},
    "state": {"type": "str", "choices": [
        "mounted", "ephemeral", "unmounted", "absent", "fstab_present", "fstab_absent",
        "fstab_only", "present", "absent_from_fstab"]},
    "recursive": {"type": "bool"},
    "options": {"type": "list", "elements": "str"},
    "opts": {"type": "list", "elements": "str"},
    "source_mount": {"type": "raw"},
    "create": {"type": "bool"},
    "mode": {"type": "raw"},
    "owner": {"type": "str"},
    "group": {"type": "str"},
    "remove_target": {"type": "bool"},
    "follow": {"type": "bool"},
    "replace": {"type": "bool"},
    "nofail": {"type": "bool"},
    "fstab_options": {"type": "list", "elements": "str"},
    "fstab_type": {"type": "str", "choices": ["none", "robind"]},
    "fstype": {"type": "str", "choices": ["none", "bind", "auto", "None"]},
    "dump": {"type": "int", "choices": [0]},
    "passno": {"type": "int", "choices": [0]},
    "boot": {"type": "bool"},
    "opts_no_log": {"type": "bool"},
}
PROGRAM = {
    "install": {"type": "str", "choices": ["auto", "push", "host"], "default": "auto"},
    "robind_path": {"type": "str", "default": "robind"},
}
ARGUMENTS = dict(
    BIND,
    binds={"type": "list", "elements": "dict", "options": BIND},
    on_error={"type": "str", "choices": ["continue", "stop"]},
    set={"type": "str"},
    purge={"type": "raw"},
    fstab={"type": "str"},
    backup={"type": "bool"},
    daemon_reload={"type": "str", "choices": ["auto", "never"]},
    timeout={"type": "int"},
    namespace={"type": "str", "choices": ["here"]},
    holders={"type": "bool"},
    **PROGRAM
)
RULES = {
    "mutually_exclusive": [("binds", "target"), ("binds", "source")],
    "required_one_of": [("binds", "target")],
}
