# SPDX-License-Identifier: Apache-2.0
# The old way, and what is wrong with it. Nothing to copy: 10-one-word.sls is.
{% for name in ['mysql_socket', 'vmail'] %}

bind {{ name }}:
  mount.mounted:
    - name: /mnt/volumes_ro/{{ name }}
    # Compared by its disk: another directory of the same disk passes for it, and so does the
    # same one after it was deleted and made anew.
    - device: /mnt/volumes/{{ name }}
    - fstype: none
    # Two calls, and in between the target can be written; a service that has a mount namespace
    # of its own keeps the writable copy. From the second run on fstab says
    # `bind,relatime,ro,rw`: the last word counts, and after the next boot it is writable.
    - opts: bind,ro
    - persist: True
    # Makes a directory, also where the source is a socket or a file.
    - mkmnt: True

remount {{ name }}:
  cmd.run:
    # Without a line in fstab this makes the whole source read-only, for the server as well.
    - name: /bin/mount -o remount,ro '/mnt/volumes_ro/{{ name }}'
    # No mount(8) of today prints such a line, so this never runs. One that did would match every
    # path that begins alike, and where it is the target is not looked at.
    - onlyif: /bin/mount -l | /bin/grep '/mnt/volumes/{{ name }} on /mnt/volumes_ro/{{ name }} type none (rw,bind)'
    - require:
      - mount: bind {{ name }}
{% endfor %}

# The same once more at boot, for an init that no distribution has any longer; the services that
# are started meanwhile find the targets writable.
/etc/init/remount-ro-bind-mounts.conf:
  file.managed:
    - makedirs: True
    - contents: |
        start on local-filesystems
        task
        script
          awk '$4 ~ /bind,ro/ { print $2 }' /etc/fstab | xargs -n 1 mount -o remount,ro
        end script
