# frozen_string_literal: true

# robind: path, version and the ways of this kernel; only on hosts that have it.
Facter.add(:robind) do
  binary = Facter::Core::Execution.which('robind') ||
           ['/usr/local/sbin/robind', '/usr/sbin/robind'].find { |path| File.executable?(path) }
  confine { !binary.nil? }

  setcode do
    require 'json'
    told = JSON.parse(Facter::Core::Execution.execute("'#{binary}' --version"))
    { 'path' => binary }.merge(told['robind'])
  end
end
