# SPDX-License-Identifier: Apache-2.0
# By target, so that pillars of several roles merge into one. A text is the source; else what
# `robind schema request` knows of a bind.
robind:
  binds:
    /mnt/volumes_ro/vmail: /mnt/volumes/vmail
    /mnt/volumes_ro/mysql_socket:
      source: /mnt/volumes/mysql_socket
      # An error, and not an empty share, while the volume is not mounted.
      source_mount: True
      options: nosuid,nodev,noexec
