# SPDX-License-Identifier: Apache-2.0

# Two shares; the database's socket is worth a restart of its client when it was made anew.
class { 'robind':
  shares => {
    'mysql_socket' => { 'source_mount' => true },
    'www'          => { 'options' => ['nosuid', 'nodev', 'noexec'], 'recursive' => true },
  },
}
