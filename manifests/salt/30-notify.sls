# SPDX-License-Identifier: Apache-2.0
# Who has to be restarted after a mend: a process that had the old bind open, a service or a
# container with a copy of it in a mount namespace of its own.
{% set bind = {'source': '/mnt/volumes/mysql_socket', 'target': '/mnt/volumes_ro/mysql_socket'} %}
{% set request = dict(bind, holders=True) | json | yaml_dquote %}

socket:
  robind.mounted:
    - name: {{ bind.target }}
    - device: {{ bind.source }}

# Whenever the bind was changed in this run, whoever it concerns.
reload the clients:
  cmd.run:
    - name: systemctl reload postfix.service
    - onchanges:
      - robind: socket

# Only if this unit has an old or a writable view. That is looked up at each run, and so it comes
# again after a run that was interrupted between the mend and the restart.
restart dovecot:
  cmd.run:
    - name: systemctl restart dovecot.service
    - onlyif:
      - fun: robind.needs_restart
        unit: dovecot.service
        source: {{ bind.source }}
        target: {{ bind.target }}
    - require:
      - robind: socket

# The same for whichever container it is, and without the execution module.
restart containers:
  cmd.run:
    - name: >-
        robind check --format text |
        sed -n 's/^restart container \([^ ]*\) .*/\1/p' | sort -u | xargs -r docker restart
    - stdin: {{ request }}
    - onlyif:
      - fun: robind.needs_restart
        get_return: containers
        source: {{ bind.source }}
        target: {{ bind.target }}
    - require:
      - robind: socket
