# SPDX-License-Identifier: Apache-2.0
# The binds of the pillar, kept from one moment to the next: highstate looks when somebody starts it,
# and a socket's directory is made anew with each restart of its service. robind-watch.service is
# told first, so that the two never ask for different things.
{% set binds = salt['pillar.get']('robind:binds', {}) | json %}

what is watched:
  robind.watched:
    - name: /etc/robind/watch.d/salt.json
    - binds: {{ binds }}

read-only binds:
  robind.all_mounted:
    - binds: {{ binds }}
    - require:
      - robind: what is watched

# Reads the file by itself; the first time it has to be started.
robind-watch.service:
  service.running:
    - enable: True
    - require:
      - robind: what is watched
