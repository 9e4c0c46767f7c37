# SPDX-License-Identifier: Apache-2.0
# What was mended is told on, and who kept an old view of it is restarted.
#
# Why: a service with a mount namespace of its own (PrivateTmp, a container) may keep a writable or
# a stale copy of a bind that was mended. robind names these; nobody else is restarted.

$robind = '/usr/local/sbin/robind'
# Where robind is not installed yet that is `not in sync`, and no error: noop is clean. In a real run
# the command itself fails then.
$guard = ['/bin/sh', '-c', '"$@" || exit 1', '-', $robind]
$bind = {
  'source' => '/mnt/volumes/mysql_socket',
  'target' => '/mnt/volumes_ro/mysql_socket',
}
$apply = to_json($bind)
$ask = to_json({ 'binds' => [$bind], 'holders' => true })

# Lines such as `restart unit dovecot.service (process 812 dovecot): it keeps a writable copy of ...`
# lint:ignore:variables_not_enclosed
$restart = @(SH)
  while read -r word kind name rest; do
    case $word:$kind in
    restart:unit) systemctl restart "$name" ;;
    restart:container) docker restart "$name" ;;
    esac
  done
  | SH
# lint:endignore

exec { 'the socket, read-only':
  command   => [$robind, 'apply', '--format', 'text', '--json', $apply],
  unless    => [$guard + ['check', '--json', $apply]],
  logoutput => true,
}

~> exec { 'restart who kept an old view':
  command     => "${robind} check --format text --json ${shell_escape($ask)} | ${restart}",
  provider    => shell,
  path        => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
  refreshonly => true,
  logoutput   => true,
}
