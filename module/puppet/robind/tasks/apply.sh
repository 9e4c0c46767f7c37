#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A task of robind: the binary reads the parameters from standard input by itself, and knows by
# the task's name what to do. Here only the binary is looked for: among the module's files, by
# the machine's architecture, then where a package or `make install` puts it.
set -u
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
machine=$(uname -m)
brought=$(dirname "$0")/../files/bin/robind-$machine

if [ -f "$brought" ]; then
	# Not every way of copying keeps the mode.
	[ -x "$brought" ] || chmod u+x "$brought"
	exec "$brought"
fi
if installed=$(command -v robind); then
	exec "$installed"
fi

cat >/dev/null
printf '{"_error":{"kind":"robind/missing","msg":"%s","details":{"architecture":"%s"}}}\n' \
	"no robind here: install it, or put files/bin/robind-$machine into the module" "$machine"
exit 1
