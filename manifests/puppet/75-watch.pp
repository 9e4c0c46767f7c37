# SPDX-License-Identifier: Apache-2.0
# Kept so between two runs.
#
# Why: an agent looks every half hour, and a socket's directory is made anew with each restart of its
# service. robind-watch.service mends in milliseconds what the agent would have found. It is told before
# the shares are made, so that the two never ask for different things.

class { 'robind':
  install => 'none',
  binary  => '/usr/local/sbin/robind',
  watch   => true,
  shares  => {
    'mysql_socket' => {},
    'www'          => { 'recursive' => true },
  },
}
