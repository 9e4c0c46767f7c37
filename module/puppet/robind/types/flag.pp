# SPDX-License-Identifier: Apache-2.0

# A flag of the mount. `ro` and `bind` go without saying, and `rw` cannot be.
type Robind::Flag = Enum[
  'nosuid', 'nodev', 'noexec', 'nosymfollow',
  'noatime', 'nodiratime', 'relatime', 'strictatime',
  'suid', 'dev', 'exec', 'symfollow'
]
