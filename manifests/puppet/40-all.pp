# SPDX-License-Identifier: Apache-2.0
# All volumes in one request.
#
# Why: one process for a check of a hundred binds takes less time than one exec's start, one bind's
# failure is none of the others', and the log has a line for each bind that was not as asked.

$robind = '/usr/local/sbin/robind'
# Where robind is not installed yet that is `not in sync`, and no error: noop is clean. In a real run
# the command itself fails then.
$guard = ['/bin/sh', '-c', '"$@" || exit 1', '-', $robind]
$volumes = ['mysql_socket', 'www', 'keys']

$request = to_json({
    'binds' => $volumes.map |$volume| {
      { 'source' => "/mnt/volumes/${volume}", 'target' => "/mnt/volumes_ro/${volume}" }
    },
})

exec { 'read-only volumes':
  command   => [$robind, 'apply', '--format', 'text', '--json', $request],
  unless    => [$guard + ['check', '--json', $request]],
  logoutput => true,
}
