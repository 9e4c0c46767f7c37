# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

require_relative '../spec_helper'

describe 'robind' do
  it { is_expected.to compile.with_all_deps }
  it { is_expected.to contain_package('robind').with_ensure('installed') }
  it { is_expected.to contain_service('robind-boot.service').with_enable(true) }
  it { is_expected.not_to contain_file('/etc/systemd/system/robind-boot.service') }

  context 'with a file for each architecture' do
    let(:params) { { 'install' => 'file', 'sources' => { 'x86_64' => 'puppet:///modules/robind/bin/robind-x86_64' } } }

    it {
      is_expected.to contain_file('/usr/local/sbin/robind')
        .with_source('puppet:///modules/robind/bin/robind-x86_64').with_mode('0755')
    }
    it {
      is_expected.to contain_file('/etc/systemd/system/robind-boot.service')
        .with_content(%r{^ExecStart=/usr/local/sbin/robind boot$})
    }
  end

  context 'with none for this one' do
    let(:params) { { 'install' => 'file', 'sources' => { 'riscv64' => '/x' } } }

    it { is_expected.to compile.and_raise_error(%r{no binary for x86_64, only for riscv64}) }
  end

  it { is_expected.not_to contain_service('robind-watch.service') }

  context 'with a watch' do
    let(:params) { { 'watch' => true, 'shares' => { 'socket' => { 'ensure' => 'present', 'clients' => [] } } } }

    it {
      is_expected.to contain_file('/etc/robind/watch.d/puppet.json')
        .with_content(%r{"target": "/mnt/volumes_ro/socket",\s+"state": "mounted"\s+}m)
        .that_comes_before('Robind_bind[/mnt/volumes_ro/socket]')
    }
    it { is_expected.to contain_service('robind-watch.service').with_ensure('running').with_enable(true) }
    it { is_expected.not_to contain_file('/etc/systemd/system/robind-watch.service') }
  end

  context 'where no systemd runs' do
    let(:facts) { { 'service_provider' => 'debian' } }

    it { is_expected.not_to contain_service('robind-boot.service') }
  end

  context 'with shares' do
    let(:params) do
      { 'shares' => { 'socket' => {}, 'gone' => '', 'www' => { 'options' => ['nosuid'] } },
        'defaults' => { 'options' => ['nodev'] }, 'purge' => true }
    end

    it {
      is_expected.to contain_robind_bind('/mnt/volumes_ro/socket')
        .with_source('/mnt/volumes/socket').with_ensure('mounted').with_options(['nodev'])
    }
    it { is_expected.to contain_robind_bind('/mnt/volumes_ro/www').with_options(['nosuid']) }
    it { is_expected.to have_robind_bind_resource_count(2) }
    it { is_expected.to contain_resources('robind_bind').with_purge(true) }
  end
end
