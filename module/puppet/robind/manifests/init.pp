# SPDX-License-Identifier: Apache-2.0

# @summary Installs robind, has it run at boot, and keeps the read-only shares of this host.
#
# @example A share, with the defaults of this class
#   class { 'robind':
#     shares => { 'mysql_socket' => {} },
#   }
#
# @param install
#   Where the binary comes from: `package`, `file` (see `sources`), or `none` of Puppet's business
# @param package_name
#   The package
# @param package_ensure
#   Its version, as in a package resource
# @param binary
#   Where the binary goes, for `file`
# @param sources
#   For `file`: where each architecture's binary comes from, by the name that `uname -m` has for it
# @param boot
#   Have systemd converge the binds of fstab at boot. Nothing is done where systemd does not run
# @param watch
#   Have robind-watch.service keep the shares of this class as they are asked for, between two runs.
#   Nothing is started where systemd does not run
# @param source_root
#   Where a share's source is, if it does not say
# @param target_root
#   Where a share is to be seen, if it does not say
# @param shares
#   Shares by name, {} where the defaults do. Levels of Hiera are merged, and `'--'` in place of a
#   share, or before an option, takes it away
# @param defaults
#   What all shares have in common
# @param purge
#   Take away binds that fstab has with `x-robind`, and no catalog
class robind (
  Enum['package', 'file', 'none'] $install,
  String[1] $package_name,
  String[1] $package_ensure,
  Stdlib::Absolutepath $binary,
  Hash[String[1], String[1]] $sources,
  Boolean $boot,
  Boolean $watch,
  Robind::Path $source_root,
  Robind::Path $target_root,
  Hash[String[1], Variant[Robind::Settings, Enum['', '--']]] $shares,
  Robind::Settings $defaults,
  Boolean $purge,
) {
  contain robind::install
  contain robind::boot

  Class['robind::install'] -> Class['robind::boot']

  # What a level of Hiera took away is an empty text by now.
  $wanted = $shares.filter |$name, $share| { $share =~ Robind::Settings }.reduce({}) |$all, $share| {
    $all + { $share[0] => $defaults + $share[1] }
  }

  if $watch {
    contain robind::watch
    Class['robind::install'] -> Class['robind::watch']
  }

  $wanted.each |$name, $share| {
    robind::share { $name:
      * => $share,
    }
  }
  if $watch {
    # The one that runs is told first, the one that does not is started last.
    File['/etc/robind/watch.d/puppet.json'] -> Robind_bind <| |>
  }

  if $purge {
    resources { 'robind_bind':
      purge => true,
    }
  }
}
