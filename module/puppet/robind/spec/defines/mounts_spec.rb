# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

require_relative '../spec_helper'

describe 'robind::mounts' do
  let(:title) { 'Mount volume x bind to ro' }
  let(:old) { { 'source' => '/mnt/volumes/x', 'dest' => '/mnt/volumes_ro/x', 'type' => 'none' } }

  # robind takes them apart; here they are one text.
  {
    'bind,ro' => 'bind,ro',
    'ro, rbind' => 'ro, rbind',
    ['bind,ro', 'nosuid'] => 'bind,ro,nosuid',
  }.each do |opts, words|
    context "with opts #{opts}" do
      let(:params) { old.merge('opts' => opts, 'dump' => '00', 'passno' => 0, 'ensure' => 'present') }

      it {
        is_expected.to contain_robind_bind('/mnt/volumes_ro/x')
          .with('ensure' => 'mounted', 'source' => '/mnt/volumes/x', 'opts' => words)
      }
    end
  end

  {
    'defaults' => %r{has no 'bind'},
    'bind,rw' => %r{is read-only},
  }.each do |opts, error|
    context "with opts #{opts}" do
      let(:params) { old.merge('opts' => opts) }

      it { is_expected.to compile.and_raise_error(error) }
    end
  end

  context 'with a number for fsck' do
    let(:params) { old.merge('opts' => 'bind,ro', 'pass' => 2) }

    it { is_expected.to compile.and_raise_error(%r{pass}) }
  end
end
