# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

require_relative '../spec_helper'

describe 'robind::share' do
  let(:title) { 'socket' }
  let(:pre_condition) { "service { 'dovecot': }" }

  context 'with nothing but its name' do
    it {
      is_expected.to contain_robind_bind('/mnt/volumes_ro/socket')
        .with_source('/mnt/volumes/socket').that_requires('Package[robind]')
    }
  end

  context 'with clients' do
    let(:params) { { 'ensure' => 'present', 'clients' => ['Service[dovecot]'] } }

    it { is_expected.to contain_robind_bind('/mnt/volumes_ro/socket').with_ensure('mounted').that_notifies('Service[dovecot]') }
  end

  context 'with a path that is none' do
    let(:params) { { 'source' => '/mnt/../etc' } }

    it { is_expected.to compile.and_raise_error(%r{source}) }
  end
end
