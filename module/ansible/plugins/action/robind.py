# SPDX-License-Identifier: Apache-2.0
"""robind.mount.robind: check the arguments, then run the program."""
from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.robind.mount.plugins.module_utils.arguments import ARGUMENTS, RULES
from ansible_collections.robind.mount.plugins.plugin_utils.program import ProgramAction


class ActionModule(ProgramAction):
    NAME, ARGUMENTS, RULES = "robind.mount.robind", ARGUMENTS, RULES
    IS_ASYNC = True

    def act(self, args, task_vars):
        return self.run_program(args, task_vars, wrap_async=self._task.async_val)
