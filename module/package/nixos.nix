# SPDX-License-Identifier: Apache-2.0
# A NixOS module:
#
#   imports = [ ./robind/module/package/nixos.nix ];
#   services.robind = {
#     enable = true;
#     watch = true;
#     binds = [ { source = "/srv/db/socket"; target = "/srv/ro/socket"; } ];
#   };
#
# The binds are `ephemeral`: fstab is NixOS's own, and the unit makes them at each boot and switch.
# What is no longer in the list stays mounted until the next boot. With `watch` they are kept as they
# are asked for, by what is ../boot/robind-watch.service elsewhere.
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
    watch = lib.mkEnableOption "robind watch, which mends the binds as soon as something happens to them";
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
    environment.etc."robind/watch.json" = lib.mkIf cfg.watch { source = request; };
    systemd.services.robind-watch = lib.mkIf cfg.watch {
      description = "Keep read-only binds as they are asked for";
      wantedBy = [ "multi-user.target" ];
      # Stopped before these are unmounted: it mends nothing while the host goes down.
      after = [
        "local-fs.target" "remote-fs.target" "systemd-tmpfiles-setup.service" "robind.service"
      ];
      reloadTriggers = [ request ];
      # Nothing here may set up a mount namespace, as every Protect...= and most Private...= do.
      serviceConfig = {
        Type = "notify";
        ExecStart = "${robind}/bin/robind watch /etc/robind/watch.json";
        ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
        Restart = "always";
        RestartSec = "1";
        WatchdogSec = "3min";
        TimeoutStartSec = "2min";
        CapabilityBoundingSet = [
          "CAP_SYS_ADMIN CAP_SYS_PTRACE CAP_DAC_OVERRIDE"
          "CAP_CHOWN CAP_FOWNER CAP_FSETID"
        ];
        NoNewPrivileges = "yes";
        LockPersonality = "yes";
        MemoryDenyWriteExecute = "yes";
        RestrictAddressFamilies = "AF_UNIX";
        RestrictNamespaces = "yes";
        RestrictRealtime = "yes";
        SystemCallArchitectures = "native";
      };
    };
  };
}
