#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A tour of robind on real mounts: tests/demo.sh [ROBIND]
#
# All of it happens in a mount namespace of its own: the host keeps its mounts and files. Needs
# no root where users may make namespaces. Every step says what is expected and looks whether it
# is so; the first that is not ends the tour with exit status 1.
set -eu
export LC_ALL=C
umask 022

robind=${1:-${ROBIND:-build/release/robind}}
case $robind in /*) ;; *) robind=$PWD/$robind ;; esac
echo_socket=${robind%/*}/tests/tools/echo_socket

fail()
{
	printf '\ndemo: %s\n' "$*" >&2
	exit 1
}

for program in "$robind" "$echo_socket"; do
	[ -x "$program" ] || fail "no $program; run make demo"
done

# The tour covers this folder with an empty volume; it must not hide the programs.
for dir in /mnt /srv /media; do
	case $robind in "$dir"/*) ;; *) [ ! -d "$dir" ] || break ;; esac
done

if [ "${ROBIND_DEMO-}" != inside ]; then
	[ "$(id -u)" = 0 ] && how=-m || how=-Urm
	unshare "$how" --propagation private true 2>/dev/null ||
		fail 'cannot make a mount namespace here; run it as root'
	ROBIND_DEMO=inside unshare "$how" --propagation private "$0" "$robind"
	grep -q " $dir/volumes" /proc/self/mountinfo && fail "the host has mounts of the demo"
	printf '\nAll as expected, and nothing of it is left: %s\n' \
		'the mounts ended with their namespace.'
	exit 0
fi

# ---- words ----

heading()
{
	printf '\n== %s\n' "$*"
}

show() # COMMAND...: for people, with the program's short name
{
	printf '   $ %s\n' "$(printf '%s' "$*" | sed "s|$robind|robind|; s|$echo_socket|echo_socket|")"
}

# Break the reply's one line where a reader would.
pretty()
{
	sed -e 's/,"\(summary\|binds\|warnings\|robind\)":/,\n"\1":/g' \
		-e 's/,"\(status\|drift\|actions\|before\|after\|error\)":/,\n   "\1":/g' |
		sed 's/^/     /'
}

expect() # STATUS COMMAND...: leaves the output in $said
{
	wanted=$1 status=0
	shift
	show "$@"
	said=$("$@" 2>&1) || status=$?
	[ "$status" = "$wanted" ] || fail "'$*' exited $status, not $wanted: $said"
}

expect_text() # TEXT: in what was said last
{
	case $said in *"$1"*) ;; *) fail "expected '$1', but was told: $said" ;; esac
}

by_hand() # COMMAND...
{
	show "$@"
	"$@" || fail "'$*' failed"
}

serve() # until it answers
{
	"$echo_socket" serve "$source/mysqld.sock" &
	server=$! tries=0
	until "$echo_socket" ask "$source/mysqld.sock" hello >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 500 ] || fail 'the server does not answer'
		sleep 0.01
	done
}

stop_server()
{
	[ -n "$server" ] || return 0
	kill "$server" 2>/dev/null || :
	wait "$server" 2>/dev/null || :
	server=
}

ask_through_target()
{
	expect 0 "$echo_socket" ask "$target/mysqld.sock" "are you there?"
	[ "$said" = 'are you there?' ] || fail "the server answered '$said'"
	printf '     the server answers: %s\n' "$said"
}

# check names the drift, apply mends it, check is content.
mend() # CODE
{
	expect 2 "$robind" check "$dir/request.json"
	expect_text "\"code\":\"$1\""
	printf '     check says "%s", exit status 2\n' "$1"
	expect 0 "$robind" apply --format text "$dir/request.json"
	expect_text "mended  $target  was "
	printf '%s\n' "$said" | sed 's/^/     /'
	expect 0 "$robind" check "$dir/request.json"
	# Not test -w: to a busybox, root can write everywhere.
	! touch -c "$target" 2>/dev/null || fail "$target can be written"
}

# ---- the tour ----

server=
trap 'exit 130' HUP INT TERM
trap stop_server EXIT

mount -t tmpfs -o mode=755 tmpfs "$dir"
source=$dir/volumes/mysql_socket
target=$dir/volumes_ro/mysql_socket
mkdir -p "$source"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$source"
serve

heading 'A socket in a volume of its own, to be shared read-only'
cat >"$dir/request.json" <<REQUEST
{ "source": "$source",
  "target": "$target",
  "state": "ephemeral", "replace": true }
REQUEST
show cat "$dir/request.json"
sed 's/^/     /' "$dir/request.json"

heading 'Make it so'
expect 0 "$robind" apply "$dir/request.json"
expect_text '"changed":true'
expect_text '"failed":false'
expect_text '"actions":["create_target","attach"]'
printf '%s\n' "$said" | pretty

heading 'A client connects through the read-only path'
ask_through_target

heading 'Nobody removes the socket there, root included'
show id -u
printf '     %s\n' "$(id -u)"
expect 1 rm -f "$target/mysqld.sock"
expect_text 'Read-only file system'
printf '     %s\n' "$said"
[ -S "$source/mysqld.sock" ] || fail 'the socket is gone'
by_hand touch "$source/the-source-still-takes-writes"

heading 'The second run has nothing to do'
expect 0 "$robind" apply "$dir/request.json"
expect_text '"changed":false'
printf '%s\n' "$said" | pretty

heading 'Somebody makes the target writable'
by_hand mount -o remount,bind,rw "$target"
mend writable

heading 'Somebody mounts something else there (the request says "replace": true)'
mkdir "$dir/volumes/other"
by_hand umount "$target"
by_hand mount --bind "$dir/volumes/other" "$target"
mend wrong_source
ask_through_target

heading 'A restart of the service deletes the directory and makes it anew'
source=$source/run
target=$dir/volumes_ro/run
mkdir "$source"
stop_server
serve
sed -i "s|/mysql_socket\"|/mysql_socket/run\"|; s|_ro/mysql_socket/run|_ro/run|" "$dir/request.json"
expect 0 "$robind" apply "$dir/request.json"
stop_server
by_hand rm -r "$source"
by_hand mkdir "$source"
serve
expect 1 "$echo_socket" ask "$target/mysqld.sock" hello
printf '     the clients are cut off: %s\n' "$said"
mend stale_source
ask_through_target

heading 'What there is, to look at'
expect 0 "$robind" graph "$dir/volumes_ro/mysql_socket" "$target"
expect_text "$target\\nread-only"
picture=${robind%/*}/html/demo.svg
if command -v dot >/dev/null && mkdir -p "${picture%/*}" 2>/dev/null && [ -w "${picture%/*}" ]; then
	printf '%s\n' "$said" | dot -T svg >"$picture" 2>/dev/null
	printf '     drawn by dot: %s\n' "$picture"
else
	printf '     text for dot, which draws it where Graphviz is installed\n'
fi

heading 'And away with it'
expect 0 "$robind" apply "source=$source" "target=$target" state=unmounted
expect_text '"actions":["detach"]'
expect 0 "$robind" check "source=$source" "target=$target" state=unmounted

heading 'In short'
cat <<SUMMARY
   asked for      clients reach the socket, and nobody removes it there, root included
   went wrong     made writable; something else in its place; its directory made anew
   each time      check said what, apply mended it, and clients reached the server
   the source     took writes all the time
SUMMARY

heading 'On a real host, as root'
cat <<NEXT
   $ robind apply -t source=/your/source target=/your/target   read-only, and kept in fstab
   $ robind check -t source=/your/source target=/your/target   what has become of it
   $ robind show -t                                            all that there is
   $ systemctl enable robind-boot.service                      the same after each start
   $ man robind                                                the rest
NEXT
