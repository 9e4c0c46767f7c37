# SPDX-License-Identifier: Apache-2.0
# A mail host: MariaDB and Dovecot in containers, and one socket between them.
#
# Why: Dovecot has to connect to the database's socket, and connecting needs no write access. Who
# breaks into its container, as root there, can neither remove the socket nor put another in its
# place. The socket has a volume of its own, so that nothing else is shared along with it.

$group = '/dev/vg0'
$volumes = {
  'mysql'        => '4g',
  'mysql_socket' => '4m',
  'vmail'        => '20g',
}

file { ['/mnt/volumes', '/mnt/volumes_ro']:
  ensure => directory,
}

$volumes.each |$volume, $size| {
  exec { "volume ${volume}":
    command => ['/sbin/lvcreate', '--yes', '--size', $size, '--name', $volume, basename($group)],
    creates => "${group}/${volume}",
  }

  -> exec { "file system on ${volume}":
    command => ['/sbin/mkfs.ext3', '-q', "${group}/${volume}"],
    unless  => [['/bin/sh', '-c', '/sbin/blkid "$1" || exit 1', '-', "${group}/${volume}"]],
  }

  -> file { "/mnt/volumes/${volume}":
    ensure => directory,
  }

  # Writable, as any disk: here `mount` does what it says.
  -> mount { "/mnt/volumes/${volume}":
    ensure  => mounted,
    device  => "${group}/${volume}",
    fstype  => 'ext3',
    options => 'rw,noatime',
    dump    => 0,
    pass    => 2,
  }
}

# A directory below the volume's root for the socket: the database may own it, and not the volume.
file { ['/mnt/volumes/mysql/data', '/mnt/volumes/mysql_socket/run']:
  ensure  => directory,
  owner   => 999,
  group   => 999,
  mode    => '0755',
  require => Mount['/mnt/volumes/mysql', '/mnt/volumes/mysql_socket'],
}

# The share. `source_mount`: while the volume is not mounted, an error and not an empty directory.
# It comes after the volume's mount by itself.
robind_bind { '/mnt/volumes_ro/mysql_socket':
  ensure       => mounted,
  source       => '/mnt/volumes/mysql_socket',
  source_mount => true,
}

# The containers. Each mount of a read-only share says `:ro` as well: some runtimes drop the host's
# flag. They start once robind has been at work in this boot.
$run = '/usr/bin/docker run --rm --network=mail'
$mail = '-v /mnt/volumes/vmail:/var/vmail'
$socket = '-v /mnt/volumes_ro/mysql_socket/run:/socket/mysql:ro'
$containers = {
  # The one that writes: its data, and the volume of its socket.
  'mysql'        => "${run} --name=mysql -v /mnt/volumes/mysql/data:/var/lib/mysql \
-v /mnt/volumes/mysql_socket:/socket mariadb:10.11 --socket=/socket/run/mysqld.sock",

  # Sees the share as it was when the container started: after a mend it has to be restarted.
  'dovecot'      => "${run} --name=dovecot ${mail} ${socket} dovecot/dovecot:2.3",

  # A further client: the same two lines.
  'postfix'      => "${run} --name=postfix ${mail} ${socket} boky/postfix:latest",

  # Was given the directory above, as a slave: a mend gets through, and nobody has to be restarted.
  'postfixadmin' => "${run} --name=postfixadmin -v /mnt/volumes_ro:/socket:ro,rslave postfixadmin:3.3",
}

$containers.each |$container, $command| {
  file { "/etc/systemd/system/${container}.service":
    content => @("UNIT"),
      [Unit]
      Requires=docker.service
      After=docker.service robind-boot.service
      RequiresMountsFor=/mnt/volumes /mnt/volumes_ro/mysql_socket

      [Service]
      ExecStart=${command}
      ExecStop=/usr/bin/docker stop ${container}
      Restart=always

      [Install]
      WantedBy=multi-user.target
      | UNIT
  }

  ~> service { $container:
    ensure  => running,
    enable  => true,
    require => Robind_bind['/mnt/volumes_ro/mysql_socket'],
  }
}

Robind_bind['/mnt/volumes_ro/mysql_socket'] ~> Service['dovecot', 'postfix']
Service['mysql'] -> Service['dovecot', 'postfix', 'postfixadmin']
