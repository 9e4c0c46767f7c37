# SPDX-License-Identifier: Apache-2.0

# The type alone, without the class: robind is on the host already.
robind_bind { '/mnt/volumes_ro/mysql_socket':
  ensure       => mounted,
  source       => '/mnt/volumes/mysql_socket',
  source_mount => true,
}
