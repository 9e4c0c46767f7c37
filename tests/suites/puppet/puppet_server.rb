# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

# Puppet, loaded once for many runs: its start takes longer than all that it does in a test.
#
# Each line of standard input is {"pid", "argv", "env", "out"}: a process in whose mount and
# process namespaces the run takes place, and the file for what it prints, as seen from there. The
# answer is a line with the exit status. What runs is what /usr/bin/puppet runs, and facts are the
# machine's own, looked up once.
require 'English'
require 'fiddle'
require 'json'
require 'puppet'
require 'puppet/util/command_line'
require 'puppet/application/apply'
require 'facter'

CLONE_NEWNS = 0x00020000
CLONE_NEWPID = 0x20000000
SETNS = Fiddle::Function.new(Fiddle.dlopen(nil)['setns'], [Fiddle::TYPE_INT] * 2, Fiddle::TYPE_INT)

def enter(pid)
  { 'pid' => CLONE_NEWPID, 'mnt' => CLONE_NEWNS }.map { |name, flag| [File.open("/proc/#{pid}/ns/#{name}"), flag] }
    .each { |file, flag| SETNS.call(file.fileno, flag).zero? || raise("setns: #{Fiddle.last_error}") }
  Dir.chdir('/')
end

def run(call)
  ENV.replace(call['env'])
  $stdin.reopen('/dev/null')
  $stdout.reopen(call['out'], 'w')
  $stderr.reopen($stdout)
  ARGV.replace(call['argv'])
  Puppet::Util::CommandLine.new('puppet', ARGV).execute
end

# A process is in another process namespace only from its first child on.
def run_inside(call)
  enter(call['pid'])
  Process.wait(fork { run(call) })
  exit!($CHILD_STATUS.exitstatus || 128)
end

# The machine's facts and those of the modules, as a file that runs can take them from.
def find_facts
  $stdout.reopen("#{PLACE}/facts", 'w')
  ENV['PATH'] = "#{PROGRAMS}:#{ENV.fetch('PATH')}"
  ARGV.replace(%W[facts find host.test --render-as yaml --confdir=#{PLACE}/etc --vardir=#{PLACE}/var
                  --certname=host.test --modulepath=#{MODULES}])
  Puppet::Util::CommandLine.new('puppet', ARGV).execute
end

# A folder for it, where modules are, and where robind is.
PLACE, MODULES, PROGRAMS = ARGV
# Facter says things on standard output that nobody asked for.
answers = $stdout.dup
answers.sync = true
$stdout.reopen('/dev/null')
Facter.to_hash
[:package, :service, :user, :group, :file, :exec, :notify, :resources].each { |type| Puppet::Type.type(type) }
Process.wait(fork { find_facts })

answers.puts 'ready'
$stdin.each_line do |line|
  call = JSON.parse(line)
  Process.wait(fork { run_inside(call) })
  answers.puts $CHILD_STATUS.exitstatus
end
