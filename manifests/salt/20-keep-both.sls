# SPDX-License-Identifier: Apache-2.0
# For those who leave fstab to mount.mounted: it stays as it is, and only the remount is robind's.
# `ephemeral` does not touch fstab, so the two do not fight: the second run changes nothing.
{% for name in ['mysql_socket', 'vmail'] %}
{% set bind = 'source=/mnt/volumes/%s target=/mnt/volumes_ro/%s state=ephemeral' % (name, name) %}

bind {{ name }}:
  mount.mounted:
    - name: /mnt/volumes_ro/{{ name }}
    - device: /mnt/volumes/{{ name }}
    - fstype: none
    - opts: bind,ro
    - persist: True
    - mkmnt: True
    # Or else it adds the `rw` of the source's disk to the line, and the next boot heeds that.
    - bind_mount_copy_active_opts: False

read-only {{ name }}:
  cmd.run:
    - name: robind apply --format salt {{ bind }}
    - stateful:
      - test_name: robind apply --check --format salt {{ bind }}
    - require:
      - mount: bind {{ name }}
{% endfor %}
