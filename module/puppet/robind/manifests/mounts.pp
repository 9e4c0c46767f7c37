# SPDX-License-Identifier: Apache-2.0

# @summary The parameters of the `mounts` define of old, for read-only binds: only its name changes.
#
# @example
#   robind::mounts { 'Mount volume mysql_socket bind to ro':
#     ensure => present,
#     source => '/mnt/volumes/mysql_socket',
#     dest   => '/mnt/volumes_ro/mysql_socket',
#     type   => 'none',
#     opts   => 'bind,ro',
#   }
#
# @param source
#   What is to be seen
# @param dest
#   Where
# @param type
#   `none`, as binds have it
# @param opts
#   As in fstab. Has to have `bind` or `rbind`; `ro` goes without saying, and what means nothing
#   for a read-only bind is refused by robind, with the reason
# @param dump
#   Only zero has a meaning for a bind
# @param pass
#   Only zero has a meaning for a bind
# @param passno
#   Another name of `pass`
# @param ensure
#   `present` is mounted now and at boot, `absent` neither
define robind::mounts (
  Robind::Path $source,
  Robind::Path $dest,
  Enum['none', 'bind', 'auto'] $type = 'none',
  Variant[String[1], Array[String[1]]] $opts = 'bind,ro',
  Variant[Integer[0, 0], Pattern[/\A0+\z/]] $dump = 0,
  Variant[Integer[0, 0], Pattern[/\A0+\z/]] $pass = 0,
  Variant[Integer[0, 0], Pattern[/\A0+\z/]] $passno = 0,
  Robind::Ensure $ensure = 'present',
) {
  $words = join(flatten([$opts]), ',')

  unless $words =~ /(\A|,) *r?bind *(,|\z)/ {
    fail("opts has no 'bind': robind::mounts is for read-only binds alone, leave '${name}' to mounts")
  }
  if $words =~ /(\A|,) *rw *(,|\z)/ {
    fail("opts of '${name}' has 'rw': a bind of robind is read-only")
  }

  $state = $ensure ? { 'present' => 'mounted', default => $ensure }

  robind_bind { $dest:
    ensure => $state,
    source => $source,
    opts   => $words,
  }
}
