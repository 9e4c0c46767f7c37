# SPDX-License-Identifier: Apache-2.0
"""robind.mount.robind_info: the program in check mode, or what it sees at targets or of the host."""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

import re
from collections import Counter

from ansible_collections.robind.mount.plugins.modules.robind_info import ARGUMENTS, RULES
from ansible_collections.robind.mount.plugins.plugin_utils.program import ProgramAction, Refused


def drift_of(binds):
    """The reasons of all binds, each with its target."""
    return [dict(drift, target=bind["target"])
            for bind in binds for drift in bind.get("drift", [])]


def facts_of(result):
    """What a fleet is looked over by; only how it went wrong, where it did."""
    if "summary" not in result or "error" in result:
        return {"error": str(result.get("msg", "no answer"))}
    codes = (re.match(r"\[(\w+)\]", text) for text in result["warnings"])
    return dict(
        result["robind"],
        binds=sum(result["summary"].values()),
        as_asked=result["summary"]["ok"],
        drift=dict(Counter(drift["code"] for drift in drift_of(result["binds"]))),
        errors=dict(Counter(
            bind["error"]["code"] for bind in result["binds"] if "error" in bind)),
        warnings=dict(Counter(code.group(1) for code in codes if code)),
    )


class ActionModule(ProgramAction):
    NAME, ARGUMENTS, RULES = "robind.mount.robind_info", ARGUMENTS, RULES

    def act(self, args, task_vars):
        # Whatever the play runs in: the program is only asked.
        self._task.check_mode = True
        if "binds" not in args and "targets" not in args:
            return self.look_at_host(args, task_vars)
        result = self.run_program(args, task_vars)
        if "binds" in args and "binds" in result:
            result["in_sync"] = not result["changed"] and not result["failed"]
            result["drift"] = drift_of(result["binds"])
        result["changed"] = False
        result.pop("diff", None)
        return result

    def look_at_host(self, args, task_vars):
        """Never fails: a host without an answer is one that the fleet has."""
        try:
            result = self.run_program(dict(args, facts=True), task_vars)
        except Refused as why:
            result = {"msg": str(why)}
        return {"changed": False, "failed": False, "facts": facts_of(result)}
