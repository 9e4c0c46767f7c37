# frozen_string_literal: true

# SPDX-License-Identifier: Apache-2.0
name 'robind'
version '0.1.0'
license 'Apache-2.0'
description 'Read-only bind mounts that are compared with what is really mounted, and mended'
source_url 'https://github.com/robind/robind'
issues_url 'https://github.com/robind/robind/issues'
chef_version '>= 15.3'
supports 'debian'
supports 'ubuntu'
supports 'redhat'
