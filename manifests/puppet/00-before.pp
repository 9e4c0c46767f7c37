# SPDX-License-Identifier: Apache-2.0
# Before robind: two resources and a boot job. Kept here to compare with; use 10 or later.
#
# Why not: every line below was right when it was written, and none of it holds today.

['mysql_socket'].each |$volume| {

  # Writes the line into fstab and mounts it. It counts as mounted when its path stands somewhere
  # in the output of mount(8): which directory it shows, and whether it can be written, is never
  # looked at. A bind of the wrong volume is "mounted", and stays.
  mounts { "Mount volume ${volume} bind to ro":
    ensure => present,
    source => "/mnt/volumes/${volume}",
    dest   => "/mnt/volumes_ro/${volume}",
    type   => 'none',
    # mount(8) makes two calls of this: for a moment the target can be written, and in namespaces
    # that were there before (PrivateTmp, a container) for good. Before 2.39 it loses nosuid,
    # nodev and noexec of the source.
    opts   => 'bind,ro',
  }

  # The arrow orders, and tells the exec of nothing: it has to find out by itself.
  # Without the word `bind` this makes the whole file system of the source read-only: the
  # database stops writing. On a busy one it fails, and the target stays writable.
  -> exec { "/bin/mount -o remount,ro '/mnt/volumes_ro/${volume}'":
    # Never true again: mount(8) now prints the type of the file system, and `rw,relatime`, not
    # `type none (rw,bind)`. So the repair never runs, and says nothing. A name that is the
    # beginning of another one would match that one's line, too.
    onlyif => "/bin/mount -l | /bin/grep '/mnt/volumes/${volume} on /mnt/volumes_ro/${volume} type none (rw,bind)'",
  }
}

# No system has upstart any more: this file is read by nobody, and a reboot is left to mount(8).
# Read by upstart, it took names with blanks apart, and remounted what others wanted writable.
file { '/etc/init':
  ensure => directory,
}
file { '/etc/init/remount-ro-bind-mounts.conf':
  content => @(JOB)
    description "Remount read-only bind mounts"
    start on local-filesystems
    task
    script
      awk '$4 ~ /bind,ro/ { print $2 }' /etc/fstab | while read target; do
        mount -o remount,ro "$target"
      done
    end script
    | JOB
}
