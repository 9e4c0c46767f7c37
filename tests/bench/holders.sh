#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `holders` costs: tests/bench/holders.sh ROBIND [PROCESSES [NAMESPACES [BINDS]]]
# Everything happens in a mount namespace of its own and ends with it. Needs root.
set -eu
if [ "${1-}" != --inside ]; then
	exec unshare -m --propagation private sh "$0" --inside "$@"
fi
robind=$2 processes=${3-1000} namespaces=${4-50} binds=${5-100}
mount -t tmpfs -o mode=755 tmpfs /mnt
mount --make-shared /mnt
mkfifo /mnt/end
exec 9<>/mnt/end

i=0 list=
while [ $i -lt "$binds" ]; do
	mkdir -p "/mnt/source/$i" "/mnt/target/$i"
	list="$list${list:+,}{\"source\":\"/mnt/source/$i\",\"target\":\"/mnt/target/$i\",\"state\":\"ephemeral\"}"
	i=$((i + 1))
done
printf '{"binds":[%s]}' "$list" >/mnt/plain
printf '{"binds":[%s],"holders":true}' "$list" >/mnt/asked
"$robind" apply /mnt/plain >/mnt/said

# Each namespace has its share of the processes; they end with the fifo's last writer.
each=$((processes / namespaces))
i=0 started=
while [ $i -lt "$namespaces" ]; do
	# shellcheck disable=SC2016 # for the shell inside
	unshare -m --propagation slave sh -c '
		n=1; while [ $n -lt "$1" ]; do sleep 600 & n=$((n + 1)); started="$started $!"; done
		read -r _ </mnt/end; kill $started' sh "$each" 9<&- &
	started="$started $!"
	i=$((i + 1))
done
sleep 2

milliseconds() # REQUEST
{
	start=$(date +%s%N)
	for _ in 1 2 3 4 5; do "$robind" check "$1" >/mnt/said; done
	echo $((($(date +%s%N) - start) / 5000000))
}
seen=0
for _ in /proc/[0-9]*; do seen=$((seen + 1)); done
printf '%d processes, %d namespaces, %d mounts in each, %d binds\n' "$seen" "$namespaces" \
	"$(wc -l </proc/self/mountinfo)" "$binds"
printf 'check: %d ms; with holders: %d ms\n' "$(milliseconds /mnt/plain)" \
	"$(milliseconds /mnt/asked)"
i=0
while [ $i -lt "$namespaces" ]; do
	echo >&9
	i=$((i + 1))
done
# shellcheck disable=SC2086 # process ids
wait $started
