# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

require 'set'

module PuppetX
  module Robind
    # The resources by which Puppet gets through the target of a bind to what the source holds: files
    # and tidies at the target, below it, or above it where they go down. A bind that has drifted is
    # writable, so they come behind it, where it has been mended or is gone.
    class ReachedFiles
      TYPES = [:file, :tidy].freeze

      def initialize(bind)
        @bind = bind
        @target = bind[:target].chomp('/')
      end

      # Those of a type that come behind the bind. What is at its target or above may come first as
      # long as nothing is mounted there: it makes the mount point.
      def behind(type)
        free(reached(type).select { |file| @bind.leaves? || below?(file) || mounted? })
      end

      # Those that nobody says have to come before the bind: a relation against that would be a
      # circle, with which Puppet applies nothing at all.
      def free(files)
        files.reject { |file| before_bind?(file) }
      end

      # Why the catalog cannot be applied without removing what the source holds; nil where it can.
      def loss
        lost = TYPES.flat_map { |type| reached(type) }.find do |file|
          removes?(file) && (before_bind?(file) || !(@bind.leaves? || below?(file)))
        end
        lost && "#{lost.ref} would remove through the bind what its source holds; " +
          (@bind.leaves? ? 'let it come behind the bind' : 'leave one of the two out of the catalog')
      end

      private

      def reached(type)
        self.class.of(@bind.catalog, type).select do |file|
          path = file[:path].chomp('/')
          path == @target || below?(file) || (@target.start_with?("#{path}/") && descends?(file))
        end
      end

      def below?(file)
        file[:path].start_with?("#{@target}/")
      end

      def descends?(file)
        removes?(file) || (file[:recurse] && file[:recurse] != :false)
      end

      # A directory with all that is in it.
      def removes?(file)
        file.type == :file && file[:ensure] == :absent && file[:force]
      end

      def mounted?
        File.foreach('/proc/self/mountinfo').any? do |line|
          line.split(' ', 6)[4].gsub(/\\(\d{3})/) { Regexp.last_match(1).oct.chr } == @target.b
        end
      rescue SystemCallError
        false
      end

      # Also by way of others, and of the classes that they are in.
      def before_bind?(file)
        goal = with_containers(@bind)
        seen = Set.new
        queue = with_containers(file)
        while (at = queue.pop)
          next unless seen.add?(at)

          after = @bind.catalog.relationship_graph.adjacent(at)
          return true if after.any? { |resource| goal.include?(resource) }

          queue.concat(after.flat_map { |resource| with_containers(resource) + contained(resource) })
        end
        false
      end

      # What has to be over before what comes behind these is begun.
      def with_containers(resource)
        found = [resource]
        while (resource = @bind.catalog.container_of(resource))
          found << resource
        end
        found
      end

      def contained(resource)
        children = @bind.catalog.adjacent(resource)
        children + children.flat_map { |child| contained(child) }
      end

      class << self
        # The resources of a type, looked for once in each catalog.
        def of(catalog, type)
          @found = [catalog, {}] unless @found&.first.equal?(catalog)
          @found.last[type] ||= catalog.resources.select { |resource| resource.type == type }
        end
      end
    end
  end
end
