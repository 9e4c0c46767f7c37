# SPDX-License-Identifier: Apache-2.0

# What was `mounts` and an exec is one word longer, and the exec is gone.
robind::mounts { 'Mount volume mysql_socket bind to ro':
  ensure => present,
  source => '/mnt/volumes/mysql_socket',
  dest   => '/mnt/volumes_ro/mysql_socket',
  type   => 'none',
  opts   => 'bind,ro',
}
