# The binds of this host as its pillar has them: pillar/robind.sls is an example.
read-only binds:
  robind.all_mounted:
    - binds: {{ salt['pillar.get']('robind:binds', {}) | json }}
