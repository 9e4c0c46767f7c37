# SPDX-License-Identifier: Apache-2.0
# One word more, and the exec is gone.
#
# Why: robind::mounts takes what `mounts` took, and is the whole of it: the line in fstab, the
# mount, read-only from its first moment, and the look at what the kernel shows in every run.

['mysql_socket'].each |$volume| {
  robind::mounts { "Mount volume ${volume} bind to ro":
    ensure => present,
    source => "/mnt/volumes/${volume}",
    dest   => "/mnt/volumes_ro/${volume}",
    type   => 'none',
    opts   => 'bind,ro',
  }
}
