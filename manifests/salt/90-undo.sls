# SPDX-License-Identifier: Apache-2.0
# Takes away what the others made: the bind, its line in fstab and its mount point, where nothing is in
# it. The directory above stays, and so does a mount that is not the bind of this device.
{% for name in ['mysql_socket', 'vmail'] %}

no bind {{ name }}:
  robind.absent:
    - name: /mnt/volumes_ro/{{ name }}
    - device: /mnt/volumes/{{ name }}
    - remove_target: True
{% endfor %}
