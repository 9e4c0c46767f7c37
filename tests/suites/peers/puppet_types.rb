# frozen_string_literal: true

# SPDX-License-Identifier: Apache-2.0

# As the type's unit tests ask: each line of standard input has the attributes of one robind_bind, the
# answer is a line with what the type says against it, or an empty one.
require 'json'
require 'puppet'

place, lib = ARGV
$LOAD_PATH.unshift(lib)
Puppet.initialize_settings(%W[--confdir=#{place} --vardir=#{place} --codedir=#{place} --logdir=#{place}])

def refusal(attributes)
  Puppet::Type.type(:robind_bind).new(attributes.transform_keys(&:to_sym))
  ''
rescue Puppet::Error, ArgumentError => e
  e.message
end

$stdin.each_line { |line| puts JSON.generate([refusal(JSON.parse(line))]) }
