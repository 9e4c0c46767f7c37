#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""What the module robind_info takes and returns; see robind.py."""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: robind_info
short_description: Look at bind mounts, and compare them with what is asked
description:
  - With I(targets) says what is mounted there, whoever mounted it.
  - With binds as M(robind.mount.robind) takes them, says what is not as asked.
  - With neither, says how all is that fstab lists, now and at the next boot, in numbers. This never
    fails, also where robind cannot run.
  - Never changes anything.
version_added: 0.1.0
author: The maintainers of robind (@robind)
options:
  targets:
    description: The paths to look at.
    type: list
    elements: str
  binds:
    description: The binds to compare with, as for M(robind.mount.robind).
    type: list
    elements: dict
  set:
    description: As for M(robind.mount.robind).
    type: str
  purge:
    description: As for M(robind.mount.robind); binds that it would make absent are drift.
    type: raw
  fstab:
    description: Another file than /etc/fstab.
    type: str
  timeout:
    description: Seconds for all of it. The default is 30.
    type: int
  namespace:
    description: As for M(robind.mount.robind).
    type: str
    choices: [here]
  holders:
    description: Name the processes that keep an old or a writable view.
    type: bool
  install:
    description: As for M(robind.mount.robind).
    type: str
    choices: [auto, push, host]
    default: auto
  robind_path:
    description: As for M(robind.mount.robind).
    type: str
    default: robind
attributes:
  check_mode:
    support: full
    description: Nothing is changed in any mode.
  diff_mode:
    support: none
    description: What differs is in I(drift).
  async:
    support: none
    description: It takes a moment only.
  platform:
    support: full
    platforms: Linux
    description: Linux 4.19 and later, on x86_64 and aarch64.
seealso:
  - module: robind.mount.robind
"""

EXAMPLES = r"""
- name: What is mounted there
  robind.mount.robind_info:
    targets:
      - /mnt/volumes_ro/mysql_socket
  register: seen

- name: What is not as asked
  robind.mount.robind_info:
    binds: "{{ mail_shares }}"
  register: audit

- name: How the host is, in numbers
  robind.mount.robind_info:
  register: host

- name: Tell of hosts on which not all is as asked
  ansible.builtin.debug:
    msg: "{{ host.facts.drift }}"
  when: host.facts.error is defined or host.facts.as_asked < host.facts.binds

- name: One line for each drift
  ansible.builtin.debug:
    msg: "{{ item.target }}: {{ item.code }}"
  loop: "{{ audit.drift }}"
"""

RETURN = r"""
facts:
  description:
    - C(binds), the number of read-only binds that fstab has for the boot, and how many of them are
      C(as_asked); C(drift), C(errors) and C(warnings), how often there is which code, among the
      warnings those about the next boot; and what is in I(robind).
    - Only C(error), a text, where robind gave no answer.
  returned: without I(binds) and I(targets)
  type: dict
  sample: {binds: 2, as_asked: 1, drift: {writable: 1}, errors: {}, warnings: {}}
in_sync:
  description: Whether all binds are as asked.
  returned: with I(binds)
  type: bool
drift:
  description: Each reason why a bind is not as asked; C(target), C(code), C(want), C(have), C(msg).
  returned: with I(binds)
  type: list
  elements: dict
binds:
  description:
    - With I(targets), each with C(target), and C(live) (what is mounted) or C(error).
    - With I(binds), those that are not as asked, as M(robind.mount.robind) returns them.
  returned: with I(binds) or I(targets)
  type: list
  elements: dict
msg:
  description: How many binds would change.
  returned: with I(binds) or I(targets)
  type: str
summary:
  description: How many binds are C(ok), C(changed), C(failed) and C(skipped).
  returned: with I(binds) or I(targets)
  type: dict
needs_restart:
  description: The C(units), C(containers) and C(processes) that keep an older view.
  returned: when somebody was looked for
  type: dict
warnings:
  description: Texts that begin with a code in brackets.
  returned: with I(binds) or I(targets)
  type: list
  elements: str
robind:
  description: The program's C(version), C(protocol), C(mount_api) and C(read_api).
  returned: with I(binds) or I(targets)
  type: dict
"""

ARGUMENTS = {
    "targets": {"type": "list", "elements": "str"},
    "binds": {"type": "list", "elements": "dict"},
    "set": {"type": "str"},
    "purge": {"type": "raw"},
    "fstab": {"type": "str"},
    "timeout": {"type": "int"},
    "namespace": {"type": "str", "choices": ["here"]},
    "holders": {"type": "bool"},
    "install": {"type": "str", "choices": ["auto", "push", "host"], "default": "auto"},
    "robind_path": {"type": "str", "default": "robind"},
}
RULES = {
    "mutually_exclusive": [("binds", "targets")],
    "required_by": {word: "binds" for word in ("set", "purge", "fstab", "holders",
                                               "timeout", "namespace")},
}


def main():
    """For tools that read arguments from here, such as ansible-lint."""
    from ansible.module_utils.basic import AnsibleModule

    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, **RULES)
    module.fail_json(msg="robind.mount.robind_info was run without its action plugin, which "
                         "chooses the program; call it by its full name")


if __name__ == "__main__":
    main()
