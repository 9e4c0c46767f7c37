# SPDX-License-Identifier: Apache-2.0
# nix-build module/package
#
# NixOS has its own fstab, made of `fileSystems`, and no /sbin: there the module beside this,
# nixos.nix, has the binds made by a unit.
{ pkgs ? import <nixpkgs> { } }:

pkgs.stdenv.mkDerivation {
  pname = "robind";
  version = "0.1.0";
  src = ../..;

  nativeBuildInputs = [ pkgs.pkg-config pkgs.scdoc ];
  buildInputs = [ pkgs.util-linux pkgs.jansson ];
  checkInputs = [ pkgs.check ];

  # The wrapped compiler has flags of its own, and its folders in the way of none of ours.
  makeFlags = [
    "PREFIX=$(out)"
    "sbindir=$(out)/bin"
    "helperdir=$(out)/bin"
    "systemunitdir=$(out)/lib/systemd/system"
  ];
  buildFlags = [ "all" "man" ];
  enableParallelBuilding = true;
  doCheck = true;
  checkTarget = "check-unit";

  # libmount is loaded when it is needed, so no linker left its folder there.
  postFixup = "patchelf --add-rpath ${pkgs.lib.makeLibraryPath [ pkgs.util-linux ]} $out/bin/robind";

  meta = {
    description = "Read-only bind mounts that are read-only, and stay so";
    license = pkgs.lib.licenses.asl20;
    platforms = pkgs.lib.platforms.linux;
    mainProgram = "robind";
  };
}
