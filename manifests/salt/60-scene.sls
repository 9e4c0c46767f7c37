# SPDX-License-Identifier: Apache-2.0
# A mail host: MariaDB, Dovecot and Postfix in containers of their own. Only MariaDB can write
# the volume with its socket; the others connect through read-only views of it.
{% set vg = salt['pillar.get']('volume_group', 'vg0') %}
{% set volumes = {'mysql': '4G', 'mysql_socket': '4M', 'vmail': '20G'} %}
{% set socket = '/mnt/volumes/mysql_socket' %}

{% for name, size in volumes.items() %}
volume {{ name }}:
  lvm.lv_present:
    - name: {{ name }}
    - vgname: {{ vg }}
    - size: {{ size }}

file system {{ name }}:
  blockdev.formatted:
    - name: /dev/{{ vg }}/{{ name }}
    - fs_type: ext3
    - require:
      - lvm: volume {{ name }}

/mnt/volumes/{{ name }}:
  mount.mounted:
    - device: /dev/{{ vg }}/{{ name }}
    - fstype: ext3
    - opts: rw,noatime
    - mkmnt: True
    - require:
      - blockdev: file system {{ name }}

{% endfor %}
# MariaDB makes its socket in here. A client is given the directory, because the socket itself is
# another one after each restart.
{{ socket }}/run:
  file.directory:
    - require:
      - mount: {{ socket }}

shares:
  robind.all_mounted:
    - binds:
        # For Dovecot, -v /mnt/volumes_ro/mysql_socket/run:/socket/mysql:ro
        /mnt/volumes_ro/mysql_socket:
          source: {{ socket }}
          source_mount: True
          options: nosuid,nodev,noexec
        # For Postfix, -v /mnt/volumes_ro/postfix:/shared:ro,rslave: given the directory above,
        # it sees a replaced bind without a restart.
        /mnt/volumes_ro/postfix/mysql:
          source: {{ socket }}/run
          source_mount: {{ socket }}
          options: nosuid,nodev,noexec
    - require:
      - file: {{ socket }}/run

# The units beside this folder: manifests/scene. They start after the boot job, and each says :ro
# once more, because not every engine keeps the flag of the host's mount.
{% for name in ['mariadb', 'dovecot', 'postfix'] %}
unit {{ name }}:
  file.managed:
    - name: /etc/systemd/system/{{ name }}.service
    - source: salt://scene/{{ name }}.service

service {{ name }}:
  service.running:
    - name: {{ name }}
    - enable: True
    - watch:
      - file: unit {{ name }}
    - require:
      - robind: shares

{% endfor %}
# Dovecot's container keeps the bind that it was started with.
restart dovecot:
  cmd.run:
    - name: systemctl restart dovecot.service
    - onlyif:
      - fun: robind.needs_restart
        get_return: containers
        source: {{ socket }}
        target: /mnt/volumes_ro/mysql_socket
    - require:
      - service: service dovecot
