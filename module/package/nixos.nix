# SPDX-License-Identifier: Apache-2.0
# A NixOS module:
#
#   imports = [ ./robind/module/package/nixos.nix ];
#   services.robind = {
#     enable = true;
#     binds = [ { source = "/srv/db/socket"; target = "/srv/ro/socket"; } ];
#   };
#
# The binds are `ephemeral`: fstab is NixOS's own, and the unit makes them at each boot and switch.
# What is no longer in the list stays mounted until the next boot.
{ config, lib, pkgs, ... }:

let
  cfg = config.services.robind;
  robind = import ./default.nix { inherit pkgs; };
  request = pkgs.writeText "robind-request.json" (builtins.toJSON {
    binds = map (bind: { state = "ephemeral"; } // bind) cfg.binds;
  });
in
{
  options.services.robind = {
    enable = lib.mkEnableOption "read-only bind mounts by robind";
    binds = lib.mkOption {
      type = lib.types.listOf (lib.types.attrsOf lib.types.anything);
      default = [ ];
      description = "The binds of a request, as `robind schema request` has them.";
    };
  };

  config = lib.mkIf cfg.enable {
    environment.systemPackages = [ robind ];
    systemd.services.robind = {
      description = "Make read-only bind mounts as asked";
      wantedBy = [ "multi-user.target" ];
      after = [ "local-fs.target" "remote-fs.target" ];
      before = [ "docker.service" "podman.service" "containerd.service" ];
      restartTriggers = [ request ];
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        ExecStart = "${robind}/bin/robind apply ${request}";
      };
    };
  };
}
