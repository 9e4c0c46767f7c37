# SPDX-License-Identifier: Apache-2.0
# The mounts resource stays as it is, and only the exec is another one.
#
# Why: for who cannot let go of `mounts` yet. `ephemeral` leaves fstab to it, so that the two never
# fight; what robind looks after is the mount itself.

$robind = '/usr/local/sbin/robind'
# Where robind is not installed yet that is `not in sync`, and no error: noop is clean. In a real run
# the command itself fails then.
$guard = ['/bin/sh', '-c', '"$@" || exit 1', '-', $robind]

['mysql_socket'].each |$volume| {
  $source = "/mnt/volumes/${volume}"
  $target = "/mnt/volumes_ro/${volume}"
  $bind = to_json({ 'source' => $source, 'target' => $target, 'state' => 'ephemeral' })

  mounts { "Mount volume ${volume} bind to ro":
    ensure => present,
    source => $source,
    dest   => $target,
    type   => 'none',
    opts   => 'bind,ro',
  }

  -> exec { "read-only ${target}":
    command   => [$robind, 'apply', '--format', 'text', '--json', $bind],
    unless    => [$guard + ['check', '--json', $bind]],
    logoutput => true,
  }
}
