# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

# robind_host: the program's path, its version and the ways of this kernel; how many read-only binds
# fstab has for the boot and how many of them are as asked; and how often there is which code: drift,
# errors, and warnings, also about the next boot. Only on hosts that have robind; where that gives no
# answer it says so in `error`. Not `robind`: that would take the name of everybody's $robind.
Facter.add(:robind_host) do
  binary = Facter::Core::Execution.which('robind') ||
           ['/usr/local/sbin/robind', '/usr/sbin/robind'].find { |path| File.executable?(path) }
  confine { !binary.nil? }

  setcode do
    require 'json'

    codes = ->(reasons) { reasons.compact.each_with_object(Hash.new(0)) { |reason, n| n[reason['code']] += 1 } }
    begin
      looked = "'#{binary}' boot --check --boot --timeout 10"
      told = JSON.parse(Facter::Core::Execution.execute(looked, on_fail: ''))
      raise told['error']['msg'] if told['error']

      binds = told['binds']
      told['robind'].merge(
        'path' => binary,
        'binds' => binds.length,
        'as_asked' => told['summary']['ok'],
        'drift' => codes.call(binds.flat_map { |bind| bind['drift'] }),
        'errors' => codes.call(binds.map { |bind| bind['error'] }),
        'warnings' => codes.call(told['warnings']),
      )
    rescue StandardError => e
      { 'path' => binary, 'error' => e.message }
    end
  end
end
