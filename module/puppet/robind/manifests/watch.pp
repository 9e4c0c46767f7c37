# SPDX-License-Identifier: Apache-2.0

# @summary Has the shares of the class kept as they are asked for between two runs.
#
# @api private
class robind::watch {
  assert_private()

  $binary = $robind::install ? {
    'package' => '/usr/sbin/robind',
    default   => $robind::binary,
  }

  $binds = $robind::wanted.map |$name, $share| {
    $paths = {
      'source' => "${robind::source_root}/${name}",
      'target' => "${robind::target_root}/${name}",
    }
    $state = $share['ensure'] ? {
      undef     => 'mounted',
      'present' => 'mounted',
      'defined' => 'fstab_present',
      default   => $share['ensure'],
    }
    $paths + ($share - ['ensure', 'clients']) + { 'state' => $state }
  }

  # The watch that runs reads it at once, so that it keeps what the shares after it make.
  file { ['/etc/robind', '/etc/robind/watch.d']:
    ensure => directory,
    owner  => 'root',
    group  => 'root',
    mode   => '0755',
  }
  -> file { '/etc/robind/watch.d/puppet.json':
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => to_json_pretty({ 'binds' => $binds }),
  }

  if $facts['service_provider'] == 'systemd' {
    # A package brings its own unit.
    if $robind::install != 'package' {
      file { '/etc/systemd/system/robind-watch.service':
        ensure  => file,
        owner   => 'root',
        group   => 'root',
        mode    => '0644',
        content => epp('robind/robind-watch.service.epp', { 'binary' => $binary }),
        notify  => Service['robind-watch.service'],
      }
    }
    service { 'robind-watch.service':
      ensure    => running,
      enable    => true,
      # A restart unmounts nothing, and brings in a new program.
      subscribe => Class['robind::install'],
      require   => File['/etc/robind/watch.d/puppet.json'],
    }
  }
}
