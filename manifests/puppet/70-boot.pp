# SPDX-License-Identifier: Apache-2.0
# At boot: a unit, where the upstart job was.
#
# Why: systemd mounts the lines of fstab by mount(8), with its window and without a look. Once all
# file systems are there, before the container engines, robind brings the binds among them in order.
# `class { 'robind': boot => true }` does the same.

$robind = '/usr/local/sbin/robind'

file { '/etc/init/remount-ro-bind-mounts.conf':
  ensure => absent,
}

file { '/etc/systemd/system/robind-boot.service':
  content => epp('robind/robind-boot.service.epp', { 'binary' => $robind }),
}

-> file { '/etc/systemd/system/multi-user.target.wants':
  ensure => directory,
}

-> file { '/etc/systemd/system/multi-user.target.wants/robind-boot.service':
  ensure => link,
  target => '/etc/systemd/system/robind-boot.service',
}
