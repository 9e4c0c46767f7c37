# SPDX-License-Identifier: Apache-2.0
# The binds of this host as its pillar has them: pillar/robind.sls is an example. They are a set
# of that name: one that has gone from the pillar is taken away, and no other bind is.
read-only binds:
  robind.all_mounted:
    - binds: {{ salt['pillar.get']('robind:binds', {}) | json }}
    - set: pillar
    - purge: True
