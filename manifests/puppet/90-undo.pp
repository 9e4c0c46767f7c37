# SPDX-License-Identifier: Apache-2.0
# Back to a host without robind's binds.
#
# Why: `absent` takes the mounts and their lines away, and with `remove_target` the mount points as
# well, where nothing is in them. Nothing else: the directory above stays, and so does whatever else
# is mounted there.

$robind = '/usr/local/sbin/robind'
# Where robind is not installed yet that is `not in sync`, and no error: noop is clean. In a real run
# the command itself fails then.
$guard = ['/bin/sh', '-c', '"$@" || exit 1', '-', $robind]
$volumes = ['mysql_socket', 'www', 'keys']

$request = to_json({
    'binds' => $volumes.map |$volume| {
      {
        'source'        => "/mnt/volumes/${volume}",
        'target'        => "/mnt/volumes_ro/${volume}",
        'state'         => 'absent',
        'remove_target' => true,
      }
    },
})

exec { 'no read-only volumes':
  command   => [$robind, 'apply', '--format', 'text', '--json', $request],
  unless    => [$guard + ['check', '--json', $request]],
  logoutput => true,
}

-> file { [
    '/etc/systemd/system/multi-user.target.wants/robind-boot.service',
    '/etc/systemd/system/robind-boot.service',
    '/etc/init/remount-ro-bind-mounts.conf',
  ]:
    ensure => absent,
}
