# SPDX-License-Identifier: Apache-2.0
"""Run robind on a host: the one that is installed there, or one pushed for its architecture.

The connection is asked, not the facts: with delegate_to these are another host's.
"""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json
import os
import re
import shlex

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase

# The protocol of robind's replies that this collection was written for.
PROTOCOL = 1
MODULES = os.path.join(os.path.dirname(os.path.dirname(__file__)), "modules")
# What `uname -m` says on hosts that run the same programs.
SAME = {"amd64": "x86_64", "arm64": "aarch64"}
# Root's folders are in the PATH of hardly anybody who comes by ssh.
ASK = """printf 'arch=%s\\n' "$(uname -m)"
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
path=$(command -v {name}) && printf 'path=%s\\n' "$path" && "$path" --version"""


def architectures():
    """Those that the collection has a program for."""
    found = (re.match("robind_(x86_64|aarch64)$", name) for name in os.listdir(MODULES))
    return sorted(match.group(1) for match in found if match)


class Host:
    """What a host said of itself."""

    def __init__(self, text):
        words = dict(re.findall(r"^(arch|path)=([^\r\n]*)", text, re.M))
        arch = words.get("arch", "unknown")
        self.arch = SAME.get(arch, arch)
        self.path = words.get("path")
        self.version, self.protocol = "unknown", 0
        for line in re.findall(r"^{[^\r\n]*}", text, re.M):
            try:
                about = json.loads(line)["robind"]
                self.version, self.protocol = about["version"], int(about["protocol"])
            except (ValueError, KeyError, TypeError):
                pass

    @property
    def is_new_enough(self):
        return bool(self.path) and self.protocol >= PROTOCOL


class Refused(Exception):
    """Why the program is not run."""


class ProgramAction(ActionBase):
    """The action plugins of this collection: each has a name, arguments and what they demand of
    each other, and says what it does with them."""

    TRANSFERS_FILES = True
    NAME, ARGUMENTS, RULES = "", {}, {}
    IS_ASYNC = False

    def run(self, tmp=None, task_vars=None):
        # Not as members of the class: the constructor has its own idea of them.
        self._supports_check_mode = True
        self._supports_async = self.IS_ASYNC
        result = super(ProgramAction, self).run(tmp, task_vars)
        del tmp
        try:
            args = self.given()
            self.validate(args)
            result.update(self.act(args, task_vars or {}))
        except Refused as why:
            result.update(failed=True, changed=False, msg=str(why))
        return result

    def act(self, args, task_vars):
        """The result for these arguments."""
        raise NotImplementedError

    def given(self):
        """The arguments that say something. A template says nothing by an empty text."""
        args = {k: v for k, v in self._task.args.items() if v is not None and v != ""}
        # KEY=VALUE hands over text, which an argument specification would split at its commas.
        if isinstance(args.get("binds"), str):
            try:
                args["binds"] = json.loads(args["binds"])
            except ValueError:
                pass
        return args

    def validate(self, args):
        """Refuse other arguments than these. The program is handed what the task says, and not
        what is made of it here: defaults and meanings are its own."""
        errors = ArgumentSpecValidator(self.ARGUMENTS, **self.RULES).validate(args).errors
        misspelt = [error.msg for error in errors.errors if isinstance(error, UnsupportedError)]
        if misspelt:
            raise Refused("Unsupported parameters for (%s) module: %s" % (self.NAME, misspelt[0]))
        if errors.errors:
            raise Refused(errors.msg)

    def run_program(self, args, task_vars, wrap_async=False):
        """The program's result."""
        args = dict(args)
        install = args.pop("install", "auto")
        name = args.pop("robind_path", "robind")
        host = self._ask(name)
        who = self._task.delegate_to or task_vars.get("inventory_hostname", "the host")
        if install == "host" or (install == "auto" and host.is_new_enough):
            self._must_be_new_enough(host, name, who)
            result = self._run_installed(host.path, args, task_vars, wrap_async)
        else:
            module = self._module_for(host, who)
            result = self._execute_module(
                module_name=module, module_args=args, task_vars=task_vars, wrap_async=wrap_async)
        return self._explain(result, host, who)

    def _ask(self, name):
        said = self._low_level_execute_command(ASK.format(name=shlex.quote(name)))
        return Host(said.get("stdout", ""))

    @staticmethod
    def _must_be_new_enough(host, name, who):
        if not host.path:
            raise Refused(
                "robind is not installed on %s as '%s'; let the role robind.mount.host install "
                "it, or say 'install: push'" % (who, name))
        if not host.is_new_enough:
            raise Refused(
                "the robind on %s, %s, is too old: it is version %s and speaks protocol %d, and "
                "this collection needs %d; let the role robind.mount.host install a newer one, or "
                "say 'install: push'" % (who, host.path, host.version, host.protocol, PROTOCOL))

    @staticmethod
    def _module_for(host, who):
        if host.arch not in architectures():
            raise Refused(
                "there is no robind for the architecture '%s' of %s in this collection (it has "
                "%s); build and install it there, and say 'install: host'"
                % (host.arch, who, " and ".join(architectures()) or "none"))
        return "robind.mount.robind_" + host.arch

    def _run_installed(self, path, args, task_vars, wrap_async):
        environment = self._task.environment
        self._task.environment = list(environment or []) + [{"ROBIND_INSTALLED": path}]
        try:
            return self._execute_module(
                module_name="robind.mount.robind_installed", module_args=args,
                task_vars=task_vars, wrap_async=wrap_async)
        finally:
            self._task.environment = environment

    def _explain(self, result, host, who):
        """One sentence for what kept the program from running at all."""
        if result.get("rc") != 126 or "robind" in result:
            return result
        said = str(result.get("module_stdout", "")) + str(result.get("module_stderr", ""))
        if "Exec format error" in said:
            why = "%s cannot run programs for %s, which it says it is" % (who, host.arch)
        else:
            why = ("%s does not let the pushed robind run: its temporary folder is probably on a "
                   "file system that is mounted noexec; set ansible_remote_tmp to another folder, "
                   "or install robind there and say 'install: host'" % who)
        return {"failed": True, "changed": False, "msg": why}
