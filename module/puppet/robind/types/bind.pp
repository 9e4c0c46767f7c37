# SPDX-License-Identifier: Apache-2.0

# One bind of a request, as `robind apply` takes it.
type Robind::Bind = Struct[{
    target                  => Robind::Path,
    Optional[source]        => Robind::Path,
    Optional[state]         => Enum['mounted', 'ephemeral', 'unmounted', 'absent',
    'fstab_present', 'fstab_absent', 'fstab_only'],
    Optional[recursive]     => Boolean,
    Optional[options]       => Variant[String, Array[Robind::Flag]],
    Optional[source_mount]  => Variant[Boolean, Robind::Path],
    Optional[create]        => Boolean,
    Optional[mode]          => Pattern[/\A0?[0-7]{3,4}\z/],
    Optional[owner]         => Variant[String[1], Integer[0]],
    Optional[group]         => Variant[String[1], Integer[0]],
    Optional[remove_target] => Boolean,
    Optional[follow]        => Boolean,
    Optional[replace]       => Boolean,
    Optional[nofail]        => Boolean,
    Optional[fstab_options] => Variant[String, Array[String]],
    Optional[opts]          => Variant[String, Array[String]],
    Optional[fstab_type]    => Enum['none', 'robind'],
}]
