# SPDX-License-Identifier: Apache-2.0

# @summary A directory, file or socket of this host, to be seen read-only at another path.
#
# @example The socket of a database, at /mnt/volumes_ro/mysql_socket
#   robind::share { 'mysql_socket': }
#
# @param ensure
#   See the type robind_bind; `present` is `mounted`
# @param source
#   What is to be seen; below the class's `source_root` if not given
# @param target
#   Where; below the class's `target_root` if not given
# @param recursive
#   The mounts below the source as well
# @param options
#   Flags of the mount
# @param source_mount
#   `true`: the source has to be a mount point; a path: it has to lie on the mount there
# @param mode
#   Of a target that is made, as octal text
# @param owner
#   Of a target that is made
# @param group
#   Of a target that is made
# @param remove_target
#   With `absent`: the mount point goes as well, where nothing is in it
# @param replace
#   Take the place of a mount that is not this one
# @param nofail
#   The host boots without it
# @param fstab_options
#   More options for the line in fstab
# @param clients
#   Resources that have to be told when the bind was made anew: `[Service['dovecot']]`, as text in Hiera
define robind::share (
  Robind::Ensure $ensure = 'mounted',
  Optional[Robind::Path] $source = undef,
  Optional[Robind::Path] $target = undef,
  Optional[Boolean] $recursive = undef,
  Optional[Array[Robind::Flag]] $options = undef,
  Optional[Variant[Boolean, Robind::Path]] $source_mount = undef,
  Optional[Pattern[/\A0?[0-7]{3,4}\z/]] $mode = undef,
  Optional[Variant[String[1], Integer[0]]] $owner = undef,
  Optional[Variant[String[1], Integer[0]]] $group = undef,
  Optional[Boolean] $remove_target = undef,
  Optional[Boolean] $replace = undef,
  Optional[Boolean] $nofail = undef,
  Optional[Array[String[1]]] $fstab_options = undef,
  Array[Robind::Client] $clients = [],
) {
  include robind

  $state = $ensure ? { 'present' => 'mounted', default => $ensure }

  robind_bind { pick($target, "${robind::target_root}/${name}"):
    ensure        => $state,
    source        => pick($source, "${robind::source_root}/${name}"),
    recursive     => $recursive,
    options       => $options,
    source_mount  => $source_mount,
    mode          => $mode,
    owner         => $owner,
    group         => $group,
    remove_target => $remove_target,
    replace       => $replace,
    nofail        => $nofail,
    fstab_options => $fstab_options,
    notify        => $clients,
  }
}
