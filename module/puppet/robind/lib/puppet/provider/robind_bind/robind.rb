# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

require 'json'
require 'open3'
require 'set'

require_relative '../../../puppet_x/robind/mount_words'

Puppet::Type.type(:robind_bind).provide(:robind) do
  desc <<~DOC
    Calls robind: one `check` for each resource when its turn has come, and one `apply` where
    something differs. Nothing is prefetched: what came before may have changed the mounts.
    At the end of the run the lines that were changed in fstab are looked at once more, and systemd
    is told of them, once.
  DOC

  # The words of the type, and the states of a request.
  states = {
    mounted: 'mounted',
    ephemeral: 'ephemeral',
    defined: 'fstab_present',
    unmounted: 'fstab_only',
    absent: 'absent',
  }

  members = [:source, :options, :recursive, :source_mount, :create, :mode, :owner, :group,
             :remove_target, :follow, :replace, :nofail, :fstab_options, :fstab_type]
  request_members = [:backup, :holders, :timeout, :namespace]

  class << self
    # The binds whose line in fstab was changed in this run.
    def written
      @written ||= []
    end

    # Not only in PATH: an agent that a service starts may have a short one.
    def binary
      Puppet::Util.which('robind') ||
        ['/usr/local/sbin/robind', '/usr/sbin/robind'].find { |path| File.executable?(path) }
    end

    def suitable?(_short = true)
      !binary.nil?
    end

    def robind(command, *words, request: nil)
      out, status = Open3.capture2(binary, command, *words, stdin_data: request.to_json)
      JSON.parse(out)
    rescue JSON::ParserError
      raise Puppet::Error, "robind gave no answer: #{status}"
    rescue SystemCallError => e
      raise Puppet::Error, "robind cannot be run: #{e.message}"
    end

    # The binds of fstab with `x-robind`. Purging takes away what is listed here, so nothing else
    # may be.
    def instances
      return [] unless suitable?

      look.select { |bind| bind['fstab'] && bind['fstab']['ours'] }
          .map { |bind| new({ name: bind['target'] }.merge(properties_of(bind))) }
    end

    # What is at these targets, whoever mounted it, and what fstab has for them; without any: all
    # binds that fstab lists.
    def look(*targets)
      reply = robind('show', '--', *targets)
      raise Puppet::Error, reply['error']['msg'] if reply['error']

      reply['binds']
    end

    # What the catalog names, by the real paths: those of `instances`. Looked at once, for the first
    # bind that is to be purged.
    def named_in(catalog)
      @named ||= begin
        binds = catalog.resources.grep(resource_type).reject(&:purging?)
        binds.map { |bind| bind[:target] }.each_slice(1000).flat_map do |targets|
          look(*targets).map { |seen| (seen['resolved'] || seen)['target'] }
        end.to_set
      end
    end

    def state_of(mounted, in_fstab)
      return in_fstab ? :mounted : :ephemeral if mounted

      in_fstab ? :unmounted : :absent
    end

    def properties_of(bind)
      live, line = bind.values_at('live', 'fstab')
      {
        ensure: state_of(live && live['mounted'], line),
        source: line && line['source'],
        options: live && live['options'],
        recursive: line && line['options'].split(',').include?('rbind').to_s.to_sym,
      }.reject { |_name, value| value.nil? || value == [] }
    end

    # Called once, when all resources have had their turn.
    def post_resource_eval
      @named = nil
      return if written.empty?

      written.each(&:hold).clear
      return unless File.directory?('/run/systemd/system')

      Puppet::Util::Execution.execute(['systemctl', 'daemon-reload'], failonfail: true)
    end
  end

  define_method(:request) do
    given = ->(names) { names.to_h { |name| [name, resource[name]] }.compact }
    bind = given.call(members).merge(target: resource[:target], state: states[resource[:ensure]])
    bind[:opts] = PuppetX::Robind::MountWords.opts_of(resource)
    bind.delete(:options) if PuppetX::Robind::MountWords.text?(resource)
    bind[:recursive] = resource[:recursive].to_s == 'true' if resource[:recursive]
    whole = given.call(request_members).merge(binds: [bind])
    resource[:ensure] == :ephemeral ? whole : whole.merge(daemon_reload: 'never')
  end

  # What is there now, judged at this very moment where the catalog says what it should be.
  def state
    return :absent unless self.class.binary
    return shown(:ensure) unless resource[:ensure]
    return resource[:ensure] if spared?

    judge('check')
    # The one failure that check lets pass, for an earlier step that would mend it: here none comes any
    # more. Puppet tells of it once, where a failing change is told twice.
    judge('apply') if codes.include?('source_missing') && !resource.noop?
    exists? ? resource[:ensure] : self.class.state_of(*@bind['before'].values_at('mounted', 'in_fstab'))
  end

  # As asked, by the judgement that `state` came to.
  def exists?
    self.class.binary && (spared? || (@bind && @bind['status'] == 'ok'))
  end

  # `resources` compares names alone: what it purges may be named through a symlink.
  def spared?
    return false unless resource.purging?

    @spared = self.class.named_in(resource.catalog).include?(resource[:target]) if @spared.nil?
    @spared
  end

  def converge
    judge('apply')
    self.class.written << self if codes.any? { |code| code.start_with?('fstab_') }
  end

  # The type `mount` writes fstab from what it read for the first of its resources: what was written
  # in between is lost. So it is written once more where that happened.
  def hold
    judge('check')
    return if exists? || !codes.all? { |code| code.start_with?('fstab_') }

    judge('apply')
    resource.notice('fstab was written over in this run, and has been set right again')
  rescue Puppet::Error => e
    resource.err("fstab was written over in this run: #{e.message}")
  end

  # Why it is not as asked: the codes alone, and in words.
  def codes
    self.class.binary ? drifts.map { |drift| drift['code'] } : ['robind is not installed']
  end

  def reasons
    drifts.map { |drift| "#{drift['msg']} (#{drift['code']})" }.join(', ')
  end

  # A property as it is seen, for `puppet resource`; as asked where `ensure` has judged it.
  def shown(name)
    return resource.should(name) if resource[:ensure]

    @property_hash = self.class.properties_of(self.class.look(resource[:target]).first) if @property_hash.empty?
    @property_hash[name]
  end

  private

  def drifts
    Array(@bind && @bind['drift'])
  end

  def judge(command)
    reply = self.class.robind(command, request: request)
    @bind = Array(reply['binds']).first
    error = reply['error'] || (@bind && @bind['error'])
    @bind = awaited(error) if error

    # Where apply comes next, it says the same again.
    tell(reply) if command == 'apply' || exists? || resource.noop?
  end

  # In noop the user that it is made for has not been added. Any other error is one.
  def awaited(error)
    raise Puppet::Error, error['msg'] unless error['code'] == 'owner_missing' && resource.noop?

    { 'status' => 'changed', 'before' => {}, 'drift' => [error] }
  end

  # What is to be known, and who has to be restarted.
  def tell(reply)
    Array(reply['warnings']).each { |warning| resource.warning(warning['msg']) }
    (reply['needs_restart'] || {}).each do |kind, names|
      resource.warning("needs a restart: #{kind} #{names.join(', ')}") unless names.empty?
    end
  end
end
