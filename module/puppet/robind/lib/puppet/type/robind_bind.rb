# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

require 'puppet/parameter/boolean'
require_relative '../../puppet_x/robind/mount_words'
require_relative '../../puppet_x/robind/reached_files'

Puppet::Type.newtype(:robind_bind) do
  @doc = <<~DOC
    A read-only bind mount that is read-only from its first moment, compared with what the
    kernel shows in every run, and mended.

        robind_bind { '/mnt/volumes_ro/mysql_socket':
          ensure => mounted,
          source => '/mnt/volumes/mysql_socket',
        }

    Whether it is as asked is decided by `robind check` alone, once the resource's turn has
    come. The reason why it was not stands in the event.

    **Autorequires:** the mounts, files and other binds at or above the source and the target, its
    owner and group, and the package `robind`. A bind that shall go away goes before what it stood on.

    **Autobefores:** the files and tidies by which Puppet would get to the source through the target:
    those below it, and where it is mounted or shall go away those at it, and above it with
    `recurse` or `force`. A catalog in which such a file would empty the source all the same is
    refused.
  DOC

  # A property that belongs to the judgement on `ensure`: shown, never compared by itself.
  shown = Module.new do
    def retrieve
      provider.shown(name)
    end

    def insync?(_current)
      true
    end
  end

  newproperty(:ensure) do
    desc <<~DOC
      * `mounted`: mounted read-only, and in fstab
      * `ephemeral`: mounted read-only; fstab is left alone
      * `defined`: in fstab; what is mounted is left alone
      * `unmounted`: in fstab, and not mounted
      * `absent`: neither

      `present` is `defined`, as for the type `mount`.
    DOC

    [:mounted, :ephemeral, :defined, :unmounted, :absent].each do |state|
      newvalue(state) { provider.converge }
    end
    aliasvalue(:present, :defined)

    # Nothing is asked of what `puppet resource` only looks at: that is in no catalog.
    defaultto { resource.catalog || resource.managed? ? :mounted : nil }

    def retrieve
      provider.state
    end

    def insync?(_current)
      provider.exists?
    end

    # For noop: why it would be changed.
    def is_to_s(value)
      provider.codes.empty? ? value.to_s : "#{value} (#{provider.codes.join(', ')})"
    end

    def should_to_s(value)
      value.to_s
    end

    def change_to_s(current, desired)
      what = (current == desired) ? "#{desired}, mended" : "#{current} changed to #{desired}"
      "#{what}: #{provider.reasons}"
    end
  end

  newparam(:target, namevar: true) do
    desc 'Where the source is to be seen: an absolute path. A missing one is made.'

    validate do |value|
      raise ArgumentError, "target must be an absolute path, not '#{value}'" unless value.to_s.start_with?('/')
      if value.to_s.squeeze('/') == '/etc/fstab'
        raise ArgumentError, 'target is the mount point here: leave out the target of the type mount, which is fstab'
      end
    end

    munge { |value| value.squeeze('/').sub(%r{(.)/\z}, '\1') }
  end

  newproperty(:source) do
    desc 'What is to be seen: the absolute path of a directory, a file or a socket.'
    include shown

    validate do |value|
      raise ArgumentError, "source must be an absolute path, not '#{value}'" unless value.to_s.start_with?('/')
    end
  end

  newproperty(:options, array_matching: :all) do
    desc <<~DOC
      Flags of the mount: `nosuid`, `nodev`, `noexec`, `nosymfollow`, `noatime`, `nodiratime`,
      `relatime`, `strictatime` have to be set, `suid`, `dev`, `exec`, `symfollow` cleared.
      What is not named stays as the source has it. One text, `'bind,ro,nosuid,nofail'`, is read as
      that of the type `mount` and of fstab; see `opts`.
    DOC
    include shown
  end

  newproperty(:recursive, boolean: true) do
    desc 'The mounts below the source as well, every one of them read-only.'
    newvalues(:true, :false)
    include shown
  end

  newparam(:source_mount) do
    desc <<~DOC
      `true`: the source has to be a mount point. A path: it has to lie on the mount at that
      path. So a volume that is not mounted is an error and not an empty share.
    DOC

    munge { |value| value.to_s.start_with?('/') ? value : value.to_s == 'true' }
  end

  {
    create: 'Make a missing target: a directory, or an empty file where the source is none. True if not given.',
    remove_target: 'With `absent`: the mount point goes as well, where it is an empty directory or file.',
    follow: 'Resolve symlinks in the two paths once; without it they are refused by name.',
    replace: 'Take the place of a mount that is not the bind asked for.',
    nofail: 'The host boots without it.',
    backup: 'Keep a dated copy of fstab when it changes.',
    holders: 'Warn in every run of processes that keep an old or a writable view.',
  }.each do |name, text|
    newparam(name, boolean: true, parent: Puppet::Parameter::Boolean) { desc text }
  end

  newparam(:mode) do
    desc <<~DOC
      Of a target that is made: octal text, `'0750'`. 0755 if not given, or 0444 for a file. One that
      exists stays as it is.
    DOC

    validate do |value|
      unless value.is_a?(String) && value.match?(%r{\A0?[0-7]{3,4}\z})
        raise ArgumentError, "mode must be octal text such as '0750', not #{value.inspect}"
      end
    end
  end

  newparam(:owner) do
    desc 'Of a target that is made: a user, by name or number. root if not given.'
  end

  newparam(:group) do
    desc 'Of a target that is made: a group, by name or number. root if not given.'
  end

  newparam(:fstab_options, array_matching: :all) do
    desc 'More options for the line in fstab, as they are: `_netdev`, `noauto` and such.'
  end

  newparam(:opts, array_matching: :all) do
    desc <<~DOC
      All of it as fstab has it, `bind,ro,nosuid,nofail,_netdev`: each word goes where the others
      have it. What means nothing for a read-only bind is refused, with the reason.
    DOC
  end

  newparam(:fstab_type) do
    desc "The type of the line in fstab: `none`, or `robind` where mount.robind is installed."
    newvalues(:none, :robind)
  end

  newparam(:timeout) do
    desc 'Seconds for one call of robind. 30 if not given.'
    munge { |value| Integer(value) }
  end

  newparam(:namespace) do
    desc '`here`: this mount namespace is meant, though process 1 is in another one.'
    newvalues(:here)
  end

  PuppetX::Robind::MountWords.add_to(self)

  validate do
    PuppetX::Robind::MountWords.take(self)
    if [:mounted, :ephemeral, :defined, :unmounted].include?(self[:ensure]) && !self[:source]
      raise Puppet::Error, "source is needed for ensure => #{self[:ensure]}"
    end
  end

  # In noop the package that brings robind is not installed, and the run shall be clean.
  def suitable?
    return true if super
    return false unless noop?

    self.provider = :robind
    true
  end

  def retrieve
    return super if provider.class.suitable?

    Puppet::Resource.new(self.class, title, parameters: { ensure: :absent })
  end

  # Every path that has to be right before this one, the path itself first.
  def self.line_of(path)
    line = [path]
    line << File.dirname(line.last) until line.last == '/'
    line
  end

  def grounds
    paths = [self[:target], self[:source]]
    paths << self[:source_mount] if self[:source_mount].is_a?(String)
    paths.compact.flat_map { |path| self.class.line_of(path) }.uniq
  end

  def leaves?
    [:absent, :unmounted].include?(self[:ensure])
  end

  def reached_files
    @reached_files ||= PuppetX::Robind::ReachedFiles.new(self)
  end

  def pre_run_check
    loss = reached_files.loss
    raise Puppet::Error, loss if loss
  end

  binaries = ['/usr/local/sbin/robind', '/usr/sbin/robind']
  gone = ->(file) { file && file[:ensure] == :absent }

  autorequire(:package) { 'robind' }
  autorequire(:user) { self[:owner]&.to_s }
  autorequire(:group) { self[:group]&.to_s }
  autorequire(:file) do
    files = (leaves? ? [] : grounds) + binaries
    files.map { |path| catalog.resource(:file, path) }.compact.reject(&gone) - reached_files.behind(:file)
  end
  autorequire(:mount) { leaves? ? [] : grounds }
  autorequire(:robind_bind) { leaves? ? [] : grounds - [self[:target]] }
  autobefore(:file) do
    going = (leaves? ? grounds : []) + binaries
    gone_files = going.map { |path| catalog.resource(:file, path) }.select(&gone)
    reached_files.behind(:file) | reached_files.free(gone_files)
  end
  autobefore(:tidy) { reached_files.behind(:tidy) }
  autobefore(:mount) { leaves? ? grounds : [] }
  autobefore(:robind_bind) { leaves? ? grounds - [self[:target]] : [] }
end
