# SPDX-License-Identifier: Apache-2.0

# What a bind shall be; `present` is `mounted`, as the old `mounts` had it.
type Robind::Ensure = Enum['mounted', 'ephemeral', 'defined', 'unmounted', 'absent', 'present']
