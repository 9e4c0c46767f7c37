# SPDX-License-Identifier: Apache-2.0
# The old states with one word changed: mount.mounted is robind.mounted, the cmd.run is gone, and
# robind-boot.service has the place of the upstart job. It finds what is wrong at each run, mends
# it, and says why.
{% for name in ['mysql_socket', 'vmail'] %}

bind {{ name }}:
  robind.mounted:
    - name: /mnt/volumes_ro/{{ name }}
    - device: /mnt/volumes/{{ name }}
    - fstype: none
    - opts: bind,ro
    - persist: True
    - mkmnt: True
{% endfor %}
