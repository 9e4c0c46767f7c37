# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

# MySQL's socket for its clients, read-only: in place of `mount` with options 'bind,ro', and of the execute
# that remounted it.
service 'dovecot' do
  action :nothing
end

robind_bind '/mnt/volumes_ro/mysql_socket' do
  source '/mnt/volumes/mysql_socket'
  source_mount true
  options %w[nosuid nodev noexec]
  notifies :restart, 'service[dovecot]'
end
