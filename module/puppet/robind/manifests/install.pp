# SPDX-License-Identifier: Apache-2.0

# @summary The binary.
#
# @api private
class robind::install {
  assert_private()

  case $robind::install {
    'package': {
      package { $robind::package_name:
        ensure => $robind::package_ensure,
      }
    }
    'file': {
      $machine = $facts['os']['hardware']
      unless $machine in $robind::sources {
        fail("robind::sources has no binary for ${machine}, only for ${robind::sources.keys.join(', ')}")
      }
      file { $robind::binary:
        ensure => file,
        owner  => 'root',
        group  => 'root',
        mode   => '0755',
        source => $robind::sources[$machine],
      }
    }
    default: {}
  }
  # Binds need no `require` on any of this: they look for it by themselves.
}
