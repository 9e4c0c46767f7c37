# SPDX-License-Identifier: Apache-2.0
# fish completion for robind: the program itself knows what can follow.

function __robind_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    for line in ($words[1] complete $words[2..-1] $word 2>/dev/null)
        if test "$line" = :file
            if string match -q '*=*' -- $word
                set -l parts (string split -m 1 = -- $word)
                for path in (__fish_complete_path $parts[2])
                    echo "$parts[1]=$path"
                end
            else
                __fish_complete_path $word
            end
        else
            echo $line
        end
    end
end

complete -c robind -f -a '(__robind_complete)'
