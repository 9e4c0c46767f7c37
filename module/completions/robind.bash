# SPDX-License-Identifier: Apache-2.0
# bash completion for robind: the program itself knows what can follow.
# shellcheck shell=bash

# Add a candidate as it has to be typed; what stays open is followed by no blank.
_robind_add()
{
	local word=$1
	case $word in *[^[:alnum:]_./=,:@%+-]*) printf -v word '%q' "$word" ;; esac
	COMPREPLY+=("$word$2")
	case $word$2 in *= | */) ;; *) open='' ;; esac
}

_robind()
{
	local line=${COMP_LINE:0:COMP_POINT} word head candidate files='' open=1
	local -a words
	read -ra words <<<"$line"
	case $line in *[[:blank:]]) words+=('') ;; esac
	word=${words[${#words[@]} - 1]}
	# What readline takes for words of their own stays as it is typed.
	head=''
	case $COMP_WORDBREAKS in *=*) case $word in *=*) head=${word%%=*}= ;; esac ;; esac
	COMPREPLY=()
	while IFS=$'\t' read -r candidate _; do
		if [ "$candidate" = :file ]; then
			files=yes
		else
			_robind_add "${candidate#"$head"}" ''
		fi
	done < <("${words[0]}" complete "${words[@]:1}" 2>/dev/null)
	[ -z "$files" ] || while IFS= read -r candidate; do
		if [ -d "$candidate" ]; then
			_robind_add "$candidate" /
		else
			_robind_add "$candidate" ''
		fi
	done < <(compgen -f -- "${word#*=}")
	[ -z "$open" ] || compopt -o nospace 2>/dev/null
}
complete -F _robind robind
