# SPDX-License-Identifier: Apache-2.0

# A resource that is told when a bind was made anew: `Service['dovecot']`, or as text in Hiera.
type Robind::Client = Variant[Type[Resource], Pattern[/\A[A-Z][\w:]*\[.+\]\z/]]
