# SPDX-License-Identifier: Apache-2.0

# @summary Brings the binds of fstab in order at boot, before the services start.
#
# @api private
class robind::boot {
  assert_private()

  if $facts['service_provider'] == 'systemd' {
    $binary = $robind::install ? {
      'package' => '/usr/sbin/robind',
      default   => $robind::binary,
    }

    # A package brings its own unit.
    if $robind::install != 'package' {
      file { '/etc/systemd/system/robind-boot.service':
        ensure  => stdlib::ensure($robind::boot, 'file'),
        owner   => 'root',
        group   => 'root',
        mode    => '0644',
        content => epp('robind/robind-boot.service.epp', { 'binary' => $binary }),
        before  => Service['robind-boot.service'],
      }
    }
    service { 'robind-boot.service':
      enable => $robind::boot,
    }
  }
}
