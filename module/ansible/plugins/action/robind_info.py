# SPDX-License-Identifier: Apache-2.0
"""robind.mount.robind_info: the program in check mode, or what it sees at targets."""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.robind.mount.plugins.modules.robind_info import ARGUMENTS, RULES
from ansible_collections.robind.mount.plugins.plugin_utils.program import ProgramAction


def drift_of(binds):
    """The reasons of all binds, each with its target."""
    return [dict(drift, target=bind["target"])
            for bind in binds for drift in bind.get("drift", [])]


class ActionModule(ProgramAction):
    NAME, ARGUMENTS, RULES = "robind.mount.robind_info", ARGUMENTS, RULES

    def act(self, args, task_vars):
        # Whatever the play runs in: the program is only asked.
        self._task.check_mode = True
        result = self.run_program(args, task_vars)
        if "binds" in args and "binds" in result:
            result["in_sync"] = not result["changed"] and not result["failed"]
            result["drift"] = drift_of(result["binds"])
        result["changed"] = False
        result.pop("diff", None)
        return result
