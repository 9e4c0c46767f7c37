#!/usr/bin/python
# SPDX-License-Identifier: Apache-2.0
"""What the module robind takes and returns; the work is done by a native program.

The action plugin of the same name checks the arguments against those of module_utils/arguments.py
and runs the program on the host, pushed or installed there. This file never runs there.
"""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: robind
short_description: Make read-only bind mounts true, and keep them true
description:
  - Says which directories, files or sockets of a host are to be seen read-only at which paths, and
    makes it so, without a moment in which the target is writable.
  - Compares what is mounted, and not only what is written in fstab. A target that was remounted
    writable, shows a deleted or another source, or lies below a second mount, is found and mended.
  - Never touches the file system of the source, which keeps taking writes.
  - What runs on the host is one native program. It needs no Python there.
version_added: 0.1.0
author: The maintainers of robind (@robind)
options:
  binds:
    description:
      - The binds, many in one task. This is much faster than a loop, and the only way to bring binds
        in order that lie within each other.
      - A single bind can be given by its own options beside this one instead.
    type: list
    elements: dict
    suboptions: &bind
      target:
        description: Where the source is to be seen. Directories above it are made as well.
        type: str
        aliases: [path, dest, name]
      source:
        description: The directory, file or socket to share. States that remove can do without.
        type: str
        aliases: [src, device]
      state:
        description:
          - C(mounted) is there, read-only, now and after a boot. It is the default.
          - C(ephemeral) is there now, and fstab is left alone.
          - C(unmounted) is not there now, and fstab is left alone.
          - C(absent) is neither there nor in fstab. Directories stay, but for I(remove_target).
          - C(fstab_present) (or C(present)) is in fstab; what is mounted is left alone.
          - C(fstab_absent) (or C(absent_from_fstab)) is not in fstab; what is mounted is left alone.
          - C(fstab_only) is in fstab, but not there now.
        type: str
        choices:
          - mounted
          - ephemeral
          - unmounted
          - absent
          - fstab_present
          - fstab_absent
          - fstab_only
          - present
          - absent_from_fstab
      recursive:
        description: Share the mounts below the source as well, all of them read-only.
        type: bool
      options:
        description:
          - Flags of the mount. C(nosuid), C(nodev), C(noexec), C(nosymfollow), C(noatime),
            C(nodiratime), C(relatime) and C(strictatime) have to be set; C(suid), C(dev), C(exec) and
            C(symfollow) must not be. What is not named stays as the source has it.
        type: list
        elements: str
      opts:
        description:
          - The same as it stands in fstab and in tasks of M(ansible.posix.mount). C(bind), C(ro) and
            C(defaults) say nothing new, C(rbind) is I(recursive), C(nofail) is I(nofail), C(_netdev),
            C(noauto) and C(x-...) are I(fstab_options), C(X-mount.mkdir) is I(create).
          - What means nothing for a read-only bind is an error that says why.
        type: list
        elements: str
      source_mount:
        description:
          - C(true) says that the source has to be a mount point, a path that it has to lie on the
            mount there. An unmounted volume is then an error, and not an empty share.
          - Where it is not given, the last mount point at or above the source that fstab lists has
            to be mounted. C(false) takes whatever is there.
        type: raw
      create:
        description: Make a missing target. The default is C(true).
        type: bool
      mode:
        description:
          - Mode of a target that is made, as octal text in quotes, such as C('0750'). The default is
            C('0755') for a directory and C('0444') for a file.
          - A target that exists stays as it is, and directories above it that are made are C('0755')
            of root.
          - Symbolic modes and numbers are refused. Without quotes YAML makes another number of it.
        type: raw
      owner:
        description:
          - Owner of a target that is made, by name or number. The default is C(root).
          - Names are looked up in the host's own /etc/passwd and /etc/group. One that is not there
            is an error, and nothing is changed.
        type: str
      group:
        description: Group of a target that is made, as I(owner).
        type: str
      remove_target:
        description:
          - With C(state=absent) the mount point goes as well, where it is an empty directory or
            file. M(ansible.posix.mount) does so always, and fails where it is not empty; here that
            is a warning.
          - Means nothing with other states.
        type: bool
      follow:
        description: Resolve symlinks in the paths once. Without it they are refused by name.
        type: bool
      replace:
        description: Take the place of a mount that is not the bind asked for.
        type: bool
      nofail:
        description: Boot without the bind where it cannot be made.
        type: bool
      fstab_options:
        description: More options for the line in fstab, such as C(_netdev) or C(x-systemd.requires=...).
        type: list
        elements: str
      fstab_type:
        description: The type in fstab. With C(robind) mount(8) calls mount.robind at boot too.
        type: str
        choices: [none, robind]
      fstype:
        description: As in M(ansible.posix.mount). Says nothing new.
        type: str
        choices: [none, bind, auto, 'None']
      dump:
        description: As in M(ansible.posix.mount). Says nothing new.
        type: int
        choices: [0]
      passno:
        description: As in M(ansible.posix.mount). Says nothing new.
        type: int
        choices: [0]
      boot:
        description: As in M(ansible.posix.mount). C(false) is C(noauto) in I(opts).
        type: bool
      opts_no_log:
        description: As in M(ansible.posix.mount). With C(true) no line of fstab is shown, neither as a diff nor as a drift.
        type: bool
  <<: *bind
  on_error:
    description: Whether the binds after a failed one are still made. The default is C(continue).
    type: str
    choices: [continue, stop]
  set:
    description: A name for the binds of this task, kept in fstab.
    type: str
  purge:
    description:
      - Make the binds of the I(set) absent that the task does not name. Only C(all) does so when it
        names none.
    type: raw
  fstab:
    description: Another file than /etc/fstab.
    type: str
  backup:
    description: Keep a dated copy of fstab when it changes.
    type: bool
  daemon_reload:
    description: Whether systemd is told of a change of fstab. The default is C(auto).
    type: str
    choices: [auto, never]
  timeout:
    description: Seconds for waiting and working together. The default is 30.
    type: int
  namespace:
    description:
      - C(here) says that the mount namespace in which the connection ends is meant, though it is not
        that of process 1 (a container, for instance).
    type: str
    choices: [here]
  holders:
    description: Name the processes that keep an old or a writable view, also of binds that are ok.
    type: bool
  install:
    description:
      - C(auto) uses the robind that is installed on the host where it is new enough, else pushes
        the one of this collection for as long as the task runs.
      - C(push) always pushes, C(host) never does.
    type: str
    choices: [auto, push, host]
    default: auto
  robind_path:
    description: The robind that is installed on the host, by name or path.
    type: str
    default: robind
attributes:
  check_mode:
    support: full
    description: Says what would change, in the same words, and changes nothing.
  diff_mode:
    support: full
    description: Shows each changed bind before and after, and the lines of fstab.
  async:
    support: full
    description: Works; asynchronous tasks need a Python on the host.
  platform:
    support: full
    platforms: Linux
    description: Linux 4.19 and later, on x86_64 and aarch64.
notes:
  - With I(binds) that are missing their source, check mode says C(changed), for an earlier task of the
    same play may be going to make it. Without check mode it is an error.
  - A handler does not run when the task that notifies it fails, not even if 99 binds of 100 were
    changed by then. Restart containers by I(needs_restart), which is found anew in each run.
  - A pushed program cannot run where the temporary folder of the connection is mounted noexec; set
    C(ansible_remote_tmp), or use an installed robind.
seealso:
  - module: robind.mount.robind_info
  - module: ansible.posix.mount
  - name: mount(8)
    description: What can be said of a bind by other means.
    link: https://man7.org/linux/man-pages/man8/mount.8.html
"""

EXAMPLES = r"""
- name: Clients connect to the socket and cannot remove it
  robind.mount.robind:
    source: /mnt/volumes/mysql_socket
    target: /mnt/volumes_ro/mysql_socket
    source_mount: true

- name: Many binds in one task
  robind.mount.robind:
    binds:
      - source: /mnt/volumes/mail
        target: /mnt/volumes_ro/mail
      - source: /srv/www
        target: /export/www
        recursive: true
        options: [nosuid, nodev, noexec]

- name: A task of ansible.posix.mount needs another name only
  robind.mount.robind:
    path: /mnt/volumes_ro/mail
    src: /mnt/volumes/mail
    fstype: none
    opts: bind,ro,nofail
    state: mounted

- name: A mount point that only one group may enter
  robind.mount.robind:
    source: /mnt/volumes/keys
    target: /mnt/volumes_ro/keys
    mode: '0750'
    group: mail

- name: Neither the bind nor its line nor its mount point
  robind.mount.robind:
    source: /srv/www
    target: /export/www
    state: absent
    remove_target: true

- name: The binds of one service, and no others
  robind.mount.robind:
    set: mail
    purge: true
    binds: "{{ mail_shares }}"
  register: shares

- name: Restart who still has an older or a writable view
  community.docker.docker_container:
    name: "{{ item }}"
    restart: true
  loop: "{{ (shares.needs_restart | default({'containers': []})).containers }}"
"""

RETURN = r"""
msg:
  description:
    - How many binds changed. When some failed, these come first, each with the reason.
  returned: always
  type: str
  sample: 1 of 2 binds changed
binds:
  description: The binds that are not ok, or of which there is something to say.
  returned: always
  type: list
  elements: dict
  contains:
    target:
      description: The target.
      type: str
      returned: always
    source:
      description: The source.
      type: str
      returned: when it was given
    state:
      description: What was asked for.
      type: str
      returned: always
    status:
      description: One of C(ok), C(changed), C(failed) and C(skipped).
      type: str
      returned: always
    changed:
      description: Whether something was changed, or would be. A failed bind may have changed.
      type: bool
      returned: always
    drift:
      description: The reasons, each with C(code), C(want), C(have) and C(msg).
      type: list
      elements: dict
      returned: when it was not as asked
    actions:
      description: What was done.
      type: list
      elements: str
      returned: when something was done
    before:
      description: What was found.
      type: dict
      returned: when something was changed
    after:
      description: What was seen once all was done; in check mode, what would be.
      type: dict
      returned: when something was changed
    holders:
      description: Who keeps an old or a writable view.
      type: list
      elements: dict
      returned: when somebody does
    error:
      description: C(code), C(at) (a JSON pointer), C(errno) and C(msg).
      type: dict
      returned: when it failed
summary:
  description: How many binds are C(ok), C(changed), C(failed) and C(skipped).
  returned: always
  type: dict
  sample: {ok: 1, changed: 1, failed: 0, skipped: 0}
error:
  description: Why the task as a whole was refused, with a JSON pointer in C(at).
  returned: when nothing was looked at
  type: dict
needs_restart:
  description: The C(units), C(containers) and C(processes) to restart, so that no older view is left.
  returned: when somebody was looked for
  type: dict
  sample: {units: [dovecot.service], containers: [], processes: []}
warnings:
  description: Texts that begin with a code in brackets, such as C([writable_elsewhere]).
  returned: always
  type: list
  elements: str
check_mode:
  description: Whether nothing was changed on purpose.
  returned: always
  type: bool
backup_file:
  description: The copy of fstab.
  returned: when I(backup) is set and fstab changed
  type: str
daemon_reload:
  description: Whether systemd was told of the change.
  returned: when fstab changed
  type: bool
robind:
  description: The program's C(version), C(protocol), C(mount_api) and C(read_api).
  returned: always
  type: dict
"""


def main():
    """For tools that read arguments from here, such as ansible-lint."""
    from ansible.module_utils.basic import AnsibleModule
    from ansible_collections.robind.mount.plugins.module_utils.arguments import ARGUMENTS, RULES

    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True, **RULES)
    module.fail_json(msg="robind.mount.robind was run without its action plugin, which chooses "
                         "the program; call it by its full name")


if __name__ == "__main__":
    main()
