# SPDX-License-Identifier: Apache-2.0
# All binds in one run of robind, without its Salt modules: one process, whether there are two
# binds or a thousand. The request goes through standard input, so that no shell reads it; in
# test mode the same request is judged by `--check`, and highstate shows what would change.
{% set request = {'binds': [
  {'source': '/mnt/volumes/mysql_socket', 'target': '/mnt/volumes_ro/mysql_socket'},
  {'source': '/mnt/volumes/vmail', 'target': '/mnt/volumes_ro/vmail', 'options': ['noexec']},
]} %}

read-only binds:
  cmd.run:
    - name: robind apply --format salt
    - stdin: {{ request | json | yaml_dquote }}
    - stateful:
      - test_name: robind apply --check --format salt
