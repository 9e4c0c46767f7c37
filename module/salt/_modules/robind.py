# SPDX-License-Identifier: Apache-2.0
"""
Read-only bind mounts by the program ``robind``, as data.

.. code-block:: bash

    salt '*' robind.show /mnt/volumes_ro/mysql_socket
    salt '*' robind.check source=/srv/www target=/export/www recursive=true
    salt '*' robind.apply binds='[{source: /a, target: /b}, {source: /c, target: /d}]' test=true

Arguments are the members of robind's request, the return is its reply: ``robind schema request``
and ``robind schema reply`` have them all. ``success`` is added, which is what Salt looks at. No
call prints, quotes or interprets anything: the request goes to robind's standard input.

The program is the one at ``robind:path`` of the minion's configuration, grains or pillar. Without
that it is the ``robind`` of the PATH, of /usr/local/sbin or /usr/sbin.
"""

import collections
import os
import shutil
import signal

import salt.utils.args
import salt.utils.json
from salt.exceptions import CommandExecutionError, CommandNotFoundError

# Salt calls the functions by these names, all of which mean something else in Python or in here.
__func_alias__ = {"apply_": "apply"}

# A minion started by a service manager does not always have these.
ADMIN_PATH = ["/usr/local/sbin", "/usr/sbin"]


def apply_(test=None, **request):
    """
    Make it so. With ``test``, or on a minion whose configuration says ``test: True``, only say
    what would change.

    .. code-block:: bash

        salt '*' robind.apply source=/mnt/volumes/vmail target=/mnt/volumes_ro/vmail
    """
    if __opts__.get("test") if test is None else test:
        return check(**request)
    return _ask("apply", request)


def check(**request):
    """
    Say what ``apply`` would do, and change nothing.

    .. code-block:: bash

        salt '*' robind.check source=/mnt/volumes/vmail target=/mnt/volumes_ro/vmail
    """
    return _ask("check", request)


def show(*targets):
    """
    Say what is mounted at each target, whoever mounted it.

    .. code-block:: bash

        salt '*' robind.show /mnt/volumes_ro/vmail
    """
    return _run("show", ["--", *targets])


def facts():
    """
    How the minion is, in numbers, for looking over many; it never fails. ``binds`` is how many
    read-only binds fstab has for the boot, ``as_asked`` how many of them are as they should be;
    ``drift``, ``errors`` and ``warnings`` are how often there is which code, among the warnings those
    about the next boot. Where robind gives no answer, ``error`` says why.

    .. code-block:: bash

        salt '*' robind.facts
    """
    try:
        reply = _run("boot", ["--check", "--boot", "--timeout", "10"])
    except (CommandExecutionError, CommandNotFoundError) as error:
        return {"error": str(error)}
    if "error" in reply:
        return {"error": reply["error"]["msg"]}
    binds = reply["binds"]
    return dict(
        reply["robind"],
        binds=len(binds),
        as_asked=reply["summary"]["ok"],
        drift=_codes(drift for bind in binds for drift in bind.get("drift", [])),
        errors=_codes(bind["error"] for bind in binds if "error" in bind),
        warnings=_codes(reply["warnings"]),
    )


def _codes(reasons):
    """How often there is which."""
    return dict(collections.Counter(reason["code"] for reason in reasons))


def needs_restart(unit=None, **request):
    """
    Who still has an old or a writable view of these binds: ``units``, ``containers`` and
    ``processes``; with ``unit`` whether this one has. It is looked up at each call, so that a
    restart that a run before this one owes is not forgotten:

    .. code-block:: yaml

        dovecot:
          cmd.run:
            - name: systemctl restart dovecot
            - onlyif:
              - fun: robind.needs_restart
                unit: dovecot.service
                source: /mnt/volumes/mysql_socket
                target: /mnt/volumes_ro/mysql_socket
    """
    reply = check(**dict(request, holders=True))
    if reply["failed"]:
        raise CommandExecutionError(f"robind: {reply['msg']}", info=reply)
    restart = reply.get("needs_restart", {"units": [], "containers": [], "processes": []})
    return restart if unit is None else unit in restart["units"]


def _ask(command, request):
    """The reply to a request; members that Salt adds for itself are left out."""
    request = salt.utils.args.clean_kwargs(**request)
    return _run(command, ["-"], salt.utils.json.dumps(request))


def _run(command, words, text=None):
    """Run robind. What is returned is a reply: all else is an exception."""
    argv = [_program(), command, *words]
    done = __salt__["cmd.run_all"](
        argv, stdin=text, python_shell=False, ignore_retcode=True, output_loglevel="debug"
    )
    try:
        reply = salt.utils.json.loads(done["stdout"])
        # A reply and an exit status that differ are none to build on.
        agree = reply["failed"] == (done["retcode"] == 1) and done["retcode"] in (0, 1, 2)
    except (ValueError, KeyError, TypeError):
        agree = False
    if not agree:
        raise CommandExecutionError(f"{' '.join(argv[:2])} {_ending(done)}", info=done)
    return dict(reply, success=not reply["failed"])


def _ending(done):
    """How a robind ended that has not said it by itself."""
    if done["retcode"] < 0:
        number = -done["retcode"]
        names = {int(known): known.name for known in signal.Signals}
        return f"was killed by {names.get(number, f'signal {number}')}"
    printed = (done["stderr"] or done["stdout"] or "nothing")[:500]
    return f"gave no reply but exit status {done['retcode']} and: {printed}"


def _program():
    wanted = __salt__["config.get"]("robind:path", "robind")
    places = [*os.environ.get("PATH", os.defpath).split(os.pathsep), *ADMIN_PATH]
    found = shutil.which(wanted, path=os.pathsep.join(places))
    if not found:
        raise CommandNotFoundError(f"there is no program '{wanted}'")
    return found
