# SPDX-License-Identifier: Apache-2.0
# What the samples call `mounts`: a line in fstab, and a mount of it where none is seen. The
# module of that name knows Red Hat alone; this one has its parameters and its way to look.
define mounts (
  String $source,
  String $dest,
  String $type,
  String $opts = 'defaults',
  Integer $dump = 0,
  Integer $passno = 0,
  String $ensure = 'present',
) {
  exec { "/bin/mkdir -p '${dest}'":
    creates => $dest,
  }

  -> mount { $dest:
    ensure  => bool2str($ensure == 'present', 'defined', 'absent'),
    device  => $source,
    fstype  => $type,
    options => $opts,
    dump    => $dump,
    pass    => $passno,
  }

  -> exec { "/bin/mount '${dest}'":
    unless => "/bin/mount -l | /bin/grep '${dest}'",
  }
}
