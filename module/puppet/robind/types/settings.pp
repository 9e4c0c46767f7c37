# SPDX-License-Identifier: Apache-2.0

# The parameters of robind::share, for the hash robind::shares.
type Robind::Settings = Struct[{
    Optional[ensure]        => Robind::Ensure,
    Optional[source]        => Robind::Path,
    Optional[target]        => Robind::Path,
    Optional[recursive]     => Boolean,
    Optional[options]       => Array[Robind::Flag],
    Optional[source_mount]  => Variant[Boolean, Robind::Path],
    Optional[mode]          => Pattern[/\A0?[0-7]{3,4}\z/],
    Optional[owner]         => Variant[String[1], Integer[0]],
    Optional[group]         => Variant[String[1], Integer[0]],
    Optional[remove_target] => Boolean,
    Optional[replace]       => Boolean,
    Optional[nofail]        => Boolean,
    Optional[fstab_options] => Array[String[1]],
    Optional[clients]       => Array[Robind::Client],
}]
