# SPDX-License-Identifier: Apache-2.0
"""
Read-only bind mounts by the program ``robind``.

The functions are called as those of Salt's ``mount`` state and take its arguments: ``name`` is
the target, ``device`` the source. So a ``mount.mounted`` of a read-only bind becomes one of
robind's by a change of that word:

.. code-block:: yaml

    /mnt/volumes_ro/mysql_socket:
      robind.mounted:
        - device: /mnt/volumes/mysql_socket
        - fstype: none
        - opts: bind,ro
        - persist: True
        - mkmnt: True

Whatever else robind's request knows can stand there by robind's own names, such as ``recursive``
or ``source_mount`` (``robind schema request`` has them all). A word that neither knows is an
error, and nothing is changed. Where ``mkmnt`` makes a directory of whatever the umask leaves,
``mode``, ``owner`` and ``group`` say what is made here; a mode is text, ``'0750'`` in quotes.

``changes`` has what changed, and nothing else: for each target ``old`` and ``new`` in words, and
``reason``, a list of robind's drift codes.
"""

import salt.utils.json
from salt.exceptions import CommandExecutionError, CommandNotFoundError, SaltInvocationError

# How mount.mounted recognises a mount; robind compares what is really there.
UNUSED = {
    "bind_mount_copy_active_opts",
    "device_name_regex",
    "extra_mount_ignore_fs_keys",
    "extra_mount_invisible_keys",
    "extra_mount_invisible_options",
    "extra_mount_translate_options",
    "hidden_opts",
    "match_on",
}
# A word of mount states that means nothing for a read-only bind -> what to write instead.
INSTEAD = {
    "user": "robind mounts as root: who may look in is said by 'mode', 'owner' and 'group'",
    "not_change": "robind only adds to a line what it lacks: leave it out",
}
# Those of mount.fstab_present, where the name is the device.
OF_FSTAB = {
    "fs_file": "name", "fs_vfstype": "fstype", "fs_mntops": "opts", "fs_freq": "dump",
    "fs_passno": "pass_num",
}
RENAMED = {"name": "target", "device": "source", "mkmnt": "create", "config": "fstab"}


def __virtual__():
    if "robind.apply" in __salt__:
        return True
    return False, "the execution module robind is missing; run saltutil.sync_all"


def mounted(name, device=None, persist=True, mount=True, **members):
    """
    A read-only view of ``device`` is at ``name``, now and after the next boot.

    persist : True
        whether fstab has a line for it; without one this is ``ephemeral``
    mount : True
        whether it is mounted now; if not, this is ``fstab_present``
    """
    if not persist and not mount:
        return _refused(name, "neither 'persist' nor 'mount': there is nothing to do")
    state = "ephemeral" if not persist else "mounted" if mount else "fstab_present"
    return _one(name, device, state, members)


def ephemeral(name, device=None, **members):
    """
    A read-only view of ``device`` is at ``name``; fstab is left as it is.
    """
    return _one(name, device, "ephemeral", members)


def unmounted(name, device=None, persist=False, **members):
    """
    The bind is gone; fstab is left as it is, unless ``persist`` says that its line goes too.
    With ``device`` only that device's bind is taken away.
    """
    return _one(name, device, "absent" if persist else "unmounted", members)


def absent(name, device=None, **members):
    """
    The bind is gone, and so is its line in fstab. Directories stay, but with ``remove_target`` the
    mount point goes as well, where it is an empty directory or file.
    """
    return _one(name, device, "absent", members)


def fstab_present(name, device=None, **members):
    """
    The bind's line is in fstab; what is mounted now is left as it is. Takes the words of
    ``mount.fstab_present`` as well, where ``name`` is the device and ``fs_file`` the target.
    """
    return _line(name, device, "fstab_present", members)


def _line(name, device, state, members):
    """Also in the words of mount.fstab_present and mount.fstab_absent."""
    if "fs_file" in members:
        if device is not None:
            return _refused(name, "'device' must not stand beside 'fs_file': the name is the device")
        # Of other systems, and of no effect there either.
        for word in ("mount", "fs_mount"):
            members.pop(word, None)
        if members.pop("mount_by", None) not in (None, "device"):
            return _refused(name, "'mount_by' is not supported: a bind has a path, not a label")
        device, members = name, {OF_FSTAB.get(word, word): members[word] for word in members}
        name = members.pop("name")
    return _one(name, device, state, members)


def fstab_absent(name, device=None, **members):
    """
    The bind's line is not in fstab; what is mounted now is left as it is. Takes the words of
    ``mount.fstab_absent`` as well, where ``name`` is the device and ``fs_file`` the target.
    """
    return _line(name, device, "fstab_absent", members)


def all_mounted(name, binds, **request):
    """
    Many binds in one run of robind.

    binds
        a list of binds, or a dictionary of them by target (which pillars can merge), where a
        string is the source:

        .. code-block:: yaml

            volumes:
              robind.all_mounted:
                - binds:
                    /mnt/volumes_ro/vmail: /mnt/volumes/vmail
                    /mnt/volumes_ro/mysql_socket:
                      source: /mnt/volumes/mysql_socket
                      source_mount: True

        Each takes the words of ``mounted`` but for ``persist`` and ``mount``: what they decide
        is robind's ``state``, ``mounted`` by default.

    The other arguments are about the request: ``on_error``, ``set``, ``purge`` and so on.
    """
    try:
        request = dict(_renamed(request), binds=[_bind(bind) for bind in _listed(binds)])
    except SaltInvocationError as error:
        return _refused(name, error)
    return _state(name, request)


def watched(name, binds, **request):
    """
    The binds are kept as they are asked for between two runs, by ``robind-watch.service``.

    name
        the request's file, in /etc/robind/watch.d

    binds, and the other arguments: as those of ``all_mounted``, which comes after it, for what is
    watched has to be what is asked for by then. A service that runs reads the file at once.
    """
    try:
        request = dict(_renamed(request), binds=[_bind(bind) for bind in _listed(binds)])
        reply = __salt__["robind.check"](**request)
    except (CommandExecutionError, CommandNotFoundError, SaltInvocationError) as error:
        return _refused(name, error)
    # A bind that fails now may be mended later; a request that is none cannot be watched.
    if "error" in reply:
        return _refused(name, reply["error"]["msg"])
    return __states__["file.managed"](
        name, contents=salt.utils.json.dumps(request, indent=2), mode="0644", makedirs=True
    )


def _refused(name, why):
    return {"name": name, "changes": {}, "result": False, "comment": str(why)}


def _one(name, device, state, members):
    try:
        request = _bind(dict(members, name=name, device=device, state=state))
    except SaltInvocationError as error:
        return _refused(name, error)
    return _state(name, request)


def _listed(binds):
    """The binds as a list, from either form."""
    if not isinstance(binds, dict):
        return binds or []
    return [
        dict({"source": bind} if isinstance(bind, str) else bind or {}, target=target)
        for target, bind in binds.items()
    ]


def _renamed(members):
    """By robind's names."""
    renamed = {}
    for word, value in members.items():
        if word.startswith("__") or word in UNUSED:
            continue
        if word in INSTEAD and value:
            raise SaltInvocationError(f"'{word}' is not supported, because {INSTEAD[word]}")
        if word in INSTEAD:
            continue
        robinds = RENAMED.get(word, word)
        if value is not None and renamed.setdefault(robinds, value) is not value:
            raise SaltInvocationError(f"'{word}' and '{robinds}' are two names for one thing")
    return renamed


def _bind(members):
    """A bind of the request, from the words of a mount state."""
    if not isinstance(members, dict):
        raise SaltInvocationError(f"a bind must be a dictionary, not {members!r}")
    bind = _renamed(members)
    for word in ("dump", "pass_num"):
        if str(bind.pop(word, 0)).strip("0"):
            raise SaltInvocationError(f"'{word}' must be 0: a bind is neither dumped nor checked")
    fstype = bind.pop("fstype", "none")
    if fstype == "robind":
        bind.setdefault("fstab_type", fstype)
    elif fstype not in (None, "none", "bind", "auto", "None"):
        raise SaltInvocationError(
            f"'fstype: {fstype}' is not supported, because a bind has the type none; that of the line "
            "in fstab is 'fstab_type'"
        )
    return bind


def _state(name, request):
    """What robind does, or in test mode would do, as a state's return."""
    test = __opts__["test"]
    try:
        reply = __salt__["robind.check" if test else "robind.apply"](**request)
    except CommandNotFoundError as error:
        # In test mode the state that installs it has not done so.
        return dict(_refused(name, error), result=None if test else False)
    except CommandExecutionError as error:
        return _refused(name, error)
    ret = {
        "name": name,
        "result": False if reply["failed"] else None if test and reply["changed"] else True,
        "comment": _comment(reply),
        "changes": {
            bind["target"]: {
                "old": _words(bind.get("before", {})),
                "new": _words(bind.get("after", {}), bind.get("actions", [])),
                "reason": [drift["code"] for drift in bind.get("drift", [])],
            }
            for bind in reply.get("binds", [])
            if bind["changed"]
        },
    }
    warnings = [_about(warning["target"], warning["msg"]) for warning in reply["warnings"]]
    return dict(ret, warnings=warnings) if warnings else ret


def _about(target, msg):
    return f"{target}: {msg}" if target else msg


def _comment(reply):
    """The sum, then each failure and who has to be restarted, a line each."""
    failed = [bind for bind in reply.get("binds", []) if "error" in bind]
    restart = reply.get("needs_restart", {})
    return "\n".join([
        reply["msg"],
        *(_about(bind["target"], bind["error"]["msg"]) for bind in failed),
        *(f"restart unit {unit}" for unit in restart.get("units", [])),
        *(f"restart container {container}" for container in restart.get("containers", [])),
        *(f"restart process {pid}" for pid in restart.get("processes", [])),
    ])


def _words(view, actions=()):
    """A bind before or after in one line, the one of `robind --format salt`."""
    words = ["not mounted"]
    if view.get("mounted"):
        words = [
            "read-only" if view["read_only"] else "writable",
            *(["recursive"] if view["recursive"] else []),
            view["propagation"],
            *view["options"],
            *([f"{view['stacked']} times"] if view["stacked"] > 1 else []),
            *([] if view["same_as_source"] else ["not the source"]),
        ]
    if view.get("in_fstab"):
        words.append("in fstab")
    if "remove_target" in actions:
        words.append("target removed")
    return ", ".join(words)
