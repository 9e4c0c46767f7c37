# frozen_string_literal: true

# SPDX-License-Identifier: Apache-2.0

# A read-only bind mount by the program robind. `more` has whatever else robind's request knows of a
# bind, by robind's own names.
require 'json'

provides :robind_bind
unified_mode true

property :target, String, name_property: true
property :source, String
property :options, [String, Array]
property :recursive, [true, false]
property :source_mount, [true, false, String]
property :more, Hash, default: {}
property :program, String, default: 'robind'

default_action :mount

{ mount: 'mounted', ephemeral: 'ephemeral', enable: 'fstab_present', umount: 'unmounted', remove: 'absent' }
  .each { |name, state| action(name) { converge_to(state) } }

action_class do
  def converge_to(state)
    judged = robind('check', state)
    return unless judged['changed']

    reasons = judged['binds'].first['drift'].map { |drift| drift['msg'] }
    converge_by("make #{new_resource.target} #{state}: #{reasons.join(', ')}") { robind('apply', state) }
  end

  def robind(command, state)
    members = %i[target source options recursive source_mount]
    bind = members.to_h { |name| [name, new_resource.public_send(name)] }.compact
    request = JSON.generate(bind.merge(new_resource.more, state: state))
    done = shell_out!([new_resource.program, command, '--format', 'json', '-'], input: request, returns: [0, 1, 2])
    reply = JSON.parse(done.stdout)
    raise why(reply) if reply['failed']

    reply['warnings'].each { |warning| Chef::Log.warn("#{warning['target']}: #{warning['msg']}") }
    reply
  end

  def why(reply)
    failed = reply['binds'].find { |bind| bind['error'] }
    failed ? "#{failed['target']}: #{failed['error']['msg']}" : reply['msg']
  end
end
