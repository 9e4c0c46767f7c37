# SPDX-License-Identifier: Apache-2.0
# frozen_string_literal: true

module PuppetX
  module Robind
    # The words of Puppet's type mount that robind_bind has others for, or has no need of.
    module MountWords
      FSTYPES = ['none', 'bind', 'auto'].freeze

      def self.refuse(word, instead)
        raise ArgumentError, "'#{word}' is not supported, because #{instead}"
      end

      # What each may say, and for all else what to write in its place.
      def self.add_to(type)
        type.newparam(:device) { desc 'As for the type `mount`: the source.' }
        only(type, :fstype, FSTYPES, "a bind has the type none; that of the line in fstab is 'fstab_type'")
        only(type, :pass, ['0', '-'], 'a bind is not checked at boot: leave it out')
        only(type, :dump, ['0', '-'], 'a bind is not dumped: leave it out')
        only(type, :atboot, ['yes', 'no', 'true', 'false'], "it is true or false ('noauto' in 'opts')")
        only(type, :remounts, ['true', 'false'], 'it is true or false, and robind needs neither')
        only(type, :blockdevice, ['-'], 'a bind has none: leave it out')
      end

      def self.only(type, name, values, instead)
        type.newparam(name) do
          desc "As for the type `mount`: #{values.map { |value| "`#{value}`" }.join(', ')}."
          validate { |value| MountWords.refuse(name, instead) unless values.include?(value.to_s) }
        end
      end

      # Into robind's own.
      def self.take(bind)
        device = bind[:device]
        if device && bind[:source] && bind[:source] != device
          raise Puppet::Error, "'device' and 'source' are two names for one thing, and differ"
        end
        return unless device

        bind[:source] = device
        bind.delete(:device)
      end

      # As fstab has them: `opts`, and `options` where it is one text and not a list of flags.
      def self.opts_of(bind)
        given = Array(bind[:opts])
        given += Array(bind[:options]) if text?(bind)
        given += ['noauto'] if ['no', 'false'].include?(bind[:atboot].to_s)
        given -= ['-']
        given.empty? ? nil : given.join(',')
      end

      def self.text?(bind)
        Array(bind[:options]).length == 1
      end
    end
  end
end
