# SPDX-License-Identifier: Apache-2.0

# An absolute path without `.` and `..` in it.
type Robind::Path = Pattern[/\A\/(?!.*(\A|\/)\.\.?(\/|\z))/]
