# frozen_string_literal: true

require_relative '../spec_helper'

describe 'robind::mounts' do
  let(:title) { 'Mount volume x bind to ro' }
  let(:old) { { 'source' => '/mnt/volumes/x', 'dest' => '/mnt/volumes_ro/x', 'type' => 'none' } }

  # The words of `opts`, and what becomes of them.
  {
    'bind,ro' => { 'recursive' => false },
    'ro, rbind' => { 'recursive' => true },
    'bind,ro,nosuid,nofail,_netdev' => { 'options' => ['nosuid'], 'nofail' => true, 'fstab_options' => ['_netdev'] },
  }.each do |opts, words|
    context "with opts #{opts}" do
      let(:params) { old.merge('opts' => opts, 'dump' => '00', 'passno' => 0, 'ensure' => 'present') }

      it {
        is_expected.to contain_robind_bind('/mnt/volumes_ro/x')
          .with(words.merge('ensure' => 'mounted', 'source' => '/mnt/volumes/x'))
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
