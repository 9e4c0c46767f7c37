# An absolute path without `.` and `..` in it.
type Robind::Path = Pattern[/\A\/(?!.*(\A|\/)\.\.?(\/|\z))/]
