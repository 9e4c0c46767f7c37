# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

require_relative '../spec_helper'

describe Puppet::Type.type(:robind_bind) do
  def bind(words)
    described_class.new({ title: '/mnt/b', source: '/mnt/a' }.merge(words).compact)
  end

  it('is mounted if nothing is said') { expect(bind({})[:ensure]).to eq(:mounted) }

  it 'takes the words of the type mount' do
    taken = bind(ensure: :present, source: nil, device: '/mnt/a', fstype: 'none', pass: 0, dump: '0',
                 remounts: false, atboot: true)
    expect(taken[:ensure]).to eq(:defined)
    expect(taken[:source]).to eq('/mnt/a')
  end

  {
    { options: 'bind,ro,nosuid' } => 'bind,ro,nosuid',
    { options: '-' } => nil,
    { options: ['nosuid', 'nodev'] } => nil,
    { options: 'ro', opts: ['_netdev', 'nofail'] } => '_netdev,nofail,ro',
    { atboot: false } => 'noauto',
    { atboot: 'no', opts: 'ro' } => 'ro,noauto',
  }.each do |words, opts|
    it("reads #{words}") { expect(PuppetX::Robind::MountWords.opts_of(bind(words))).to eq(opts) }
  end

  it 'has one name for each path' do
    expect(bind(target: '/mnt//b/')[:target]).to eq('/mnt/b')
    expect(bind(target: '/')[:target]).to eq('/')
  end

  {
    { target: 'mnt/b' } => %r{target must be an absolute path},
    { source: 'a' } => %r{source must be an absolute path},
    { source: nil, ensure: :defined } => %r{source is needed},
    { ensure: :remounted } => %r{remounted},
    { target: '/etc/fstab' } => %r{target is the mount point here},
    { device: '/mnt/c' } => %r{'device' and 'source' are two names},
    { fstype: 'ext4' } => %r{'fstype' is not supported, because .*'fstab_type'},
    { pass: 2 } => %r{'pass' is not supported, because .* leave it out},
    { dump: '1' } => %r{'dump' is not supported},
    { atboot: 'perhaps' } => %r{'noauto' in 'opts'},
    { blockdevice: '/dev/sda' } => %r{'blockdevice' is not supported},
    { create: 'perhaps' } => %r{create},
    { recursive: 'some' } => %r{recursive},
    { fstab_type: 'ext4' } => %r{fstab_type},
    { timeout: 'long' } => %r{timeout},
    { mode: 0o750 } => %r{mode must be octal text},
    { mode: 'u=rwx' } => %r{mode must be octal text},
    { remove_target: 'perhaps' } => %r{remove_target},
  }.each do |words, error|
    it("refuses #{words}") { expect { bind(words) }.to raise_error(error) }
  end

  it 'asks for a source in a catalog, also where nothing else is said' do
    catalog = Puppet::Resource::Catalog.new
    catalog.add_resource(Puppet::Resource.new('Robind_bind', '/mnt/b'))
    expect { catalog.to_ral }.to raise_error(%r{source is needed})
  end

  it('needs no source to go') { expect(bind(source: nil, ensure: :absent)[:ensure]).to eq(:absent) }

  it 'takes a mount point, or whether there is one' do
    expect(bind(source_mount: true)[:source_mount]).to be(true)
    expect(bind(source_mount: 'false')[:source_mount]).to be(false)
    expect(bind(source_mount: '/mnt')[:source_mount]).to eq('/mnt')
  end
end
