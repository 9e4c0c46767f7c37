# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

require 'rspec-puppet'

# The modules beside this one, and those that Debian's packages bring.
RSpec.configure do |c|
  c.module_path = [File.expand_path('../..', __dir__), '/usr/share/puppet/modules'].join(':')
  c.default_facts = {
    'os' => { 'family' => 'Debian', 'name' => 'Debian', 'hardware' => 'x86_64' },
    'service_provider' => 'systemd',
  }
end
