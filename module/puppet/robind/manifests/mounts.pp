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
#   As in fstab. Has to have `bind` or `rbind`; `ro` goes without saying, and `rw` cannot be
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
  $words = flatten([$opts]).map |$some| { split($some, /\s*,\s*/) }.flatten.unique

  unless 'bind' in $words or 'rbind' in $words {
    fail("opts has no 'bind': robind::mounts is for read-only binds alone, leave '${name}' to mounts")
  }
  if 'rw' in $words {
    fail("opts of '${name}' has 'rw': a bind of robind is read-only")
  }

  $flags = $words.filter |$word| { $word =~ Robind::Flag }
  $rest = $words - $flags - ['bind', 'rbind', 'ro', 'none', 'defaults', 'nofail', 'private']

  $state = $ensure ? { 'present' => 'mounted', default => $ensure }
  $options = $flags ? { [] => undef, default => $flags }
  $others = $rest ? { [] => undef, default => $rest }

  robind_bind { $dest:
    ensure        => $state,
    source        => $source,
    recursive     => 'rbind' in $words,
    options       => $options,
    nofail        => 'nofail' in $words,
    fstab_options => $others,
  }
}
