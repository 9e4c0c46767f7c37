# frozen_string_literal: true

# SPDX-License-Identifier: Apache-2.0

# What the resource robind_bind uses of Chef, and no more, so that a recipe can be run where no Chef can be
# had: properties, actions, converge_by with why-run, shell_out!, and notifications, delayed to the end.
# Arguments: the resource's file, a recipe, and `why-run` or nothing. Prints what Chef would.
require 'open3'

module Chef
  module Log
    def self.warn(text)
      puts "WARN: #{text}"
    end
  end
end

WHY_RUN = ARGV[2] == 'why-run'

# A resource of a recipe, and what happened to it.
class Resource
  class << self
    attr_reader :actions, :provider

    def properties
      @properties ||= {}
    end

    def provides(*); end
    alias unified_mode provides
    alias default_action provides

    def property(name, types, default: nil, name_property: false)
      properties[name] = [Array(types), name_property ? :name : default]
      define_method(name) do |*value|
        return value_of(name) if value.empty?
        raise "#{name}: #{value.first.inspect}" unless properties_types(name).any? { |type| type === value.first }

        @values[name] = value.first
      end
    end

    def action(name, &block)
      (@actions ||= {})[name] = block
    end

    def action_class(&block)
      @provider = Class.new(Provider, &block)
    end
  end

  attr_reader :name, :updated, :told

  def initialize(name)
    @name = name
    @values = {}
    @told = []
    @action = :mount
  end

  def properties_types(name)
    self.class.properties[name].first
  end

  def value_of(name)
    default = self.class.properties[name].last
    @values.fetch(name) { default == :name ? @name : default }
  end

  def action(name = nil)
    name ? @action = name : @action
  end

  def notifies(action, whom)
    @told << "#{whom} #{action}"
  end

  def updated!
    @updated = true
  end

  def run
    self.class.provider.new(self).instance_exec(&self.class.actions.fetch(@action))
    told.each { |line| puts "notified: #{line}" } if updated
  end
end

# What an action is done in.
class Provider
  attr_reader :new_resource

  def initialize(resource)
    @new_resource = resource
  end

  def converge_by(what)
    puts "#{WHY_RUN ? 'Would ' : '- '}#{what}"
    new_resource.updated!
    yield unless WHY_RUN
  end

  Done = Struct.new(:stdout)

  def shell_out!(command, input:, returns:)
    out, err, status = Open3.capture3(*command, stdin_data: input)
    raise "#{command}: #{status.exitstatus}: #{err}" unless returns.include?(status.exitstatus)

    Done.new(out)
  end
end

Bind = Class.new(Resource)
Bind.class_eval(File.read(ARGV[0]), ARGV[0])

def robind_bind(name, &block)
  resource = Bind.new(name)
  resource.instance_eval(&block)
  resource.run
end

# Others in a recipe are there to be notified.
def service(_name); end

begin
  load ARGV[1]
rescue StandardError => e
  puts "ERROR: #{e.message}"
  exit 1
end
