# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for prctl(8). The binary itself lists every word: prctl --list.

# The program as it was typed.
function __prctl_list
    set -l words (commandline -opc)
    command $words[1] --list $argv 2>/dev/null
end

# The command's word, if it is there: nothing and false before.
function __prctl_command
    set -l words (commandline -opc)
    for word in $words[2..-1]
        if not string match -q -- '-*' $word
            echo $word
            return
        end
    end
    return 1
end

function __prctl_is
    test (__prctl_command; or echo none) = $argv[1]
end

function __prctl_words
    __prctl_list $argv[1] | string replace -r '\t[^\t]*\t' '\t'
end

# The devices on the command line: neither the command, nor options, nor their values.
function __prctl_devices
    set -l command (__prctl_command)
    set -l valued (__prctl_list options $command | string match -rv '\t-\t' | string replace -r '\t.*' '')
    set -l words (commandline -opc)
    set -l value ''
    set -l seen ''
    for word in $words[2..-1]
        if string match -q -- '-*' $word
            set value ''
            contains -- $word $valued; and set value yes
        else if test -n "$value"
            set value ''
        else if test -z "$seen"
            set seen yes
        else
            echo $word
        end
    end
end

# The keys that are registered on those by "this" host or by an "other" one.
function __prctl_keys
    set -l devices (__prctl_devices)
    if test -n "$devices"; and test $argv[1] != none
        __prctl_list keys $devices | string match -r "^[^\t]*\t(?:$argv[1]|-)\t.*" | string replace -r '\t[^\t]*\t' '\t'
    end
    __prctl_words names
    if test "$argv[2]" = all
        printf 'all\tall other registrants, if all of them hold\n'
    end
end

# The hosts that are registered there, and the names of keys.
function __prctl_hosts
    set -l devices (__prctl_devices)
    if test -n "$devices"
        __prctl_list hosts $devices | string replace -r '\t[^\t]*\t' '\t'
    end
    __prctl_words names
end

# The columns, each after those that are there already.
function __prctl_columns
    set -l done (commandline -ct | string replace -r '^(--output=|-o)' '' | string replace -r '[^,+]*$' '')
    __prctl_words columns | while read -l -d \t column meaning
        contains -- $column (string split , -- (string replace -r '^\+' '' -- $done)); and continue
        printf '%s%s\t%s\n' "$done" $column $meaning
    end
end

function __prctl_arguments
    if contains -- decode (commandline -poc)
        __fish_complete_path (commandline -ct)
        return
    end
    if string match -qr '^[A-Z]+=' -- (commandline -ct)
        __prctl_list tagged | string replace -r '\t.*' ''
        return
    end
    set -l token (commandline -ct)
    set -l devices (__prctl_words devices)
    # other files only if none of these matches: a map by another name, a partition
    if test -n "$token"; and not string match -q -- "$token*" $devices
        __fish_complete_path $token
    end
    printf '%s\n' $devices
    __prctl_list tags | string replace -r '\t.*' '='
end

complete -c prctl -e
complete -c prctl -f
complete -c prctl -k -n 'not __prctl_command' -a '(__prctl_words commands)'
complete -c prctl -k -n '__prctl_command' -a '(__prctl_arguments)'

function __prctl_define
    set -l program prctl
    set -l words (commandline -opc)
    set -q words[1]; and set program $words[1]
    for command in none (command $program --list commands 2>/dev/null | string replace -r '\t.*' '')
        command $program --list options $command 2>/dev/null | while read -l -d \t option with meaning
            set -l define -n "__prctl_is $command" -d $meaning
            if string match -q -- '--*' $option
                set -a define -l (string sub -s 3 -- $option)
            else
                set -a define -s (string sub -s 2 -- $option)
            end
            if test $option = --with
                set -a define -r -F
            else if test $with != -
                set -a define -x
            end
            switch $option
                case --output -o
                    set -a define -k -a '(__prctl_columns)'
                case --type -t
                    set -a define -k -a '(__prctl_words types)'
                case --rule
                    set -a define -k -a '(__prctl_words rules)'
                case --victim
                    set -a define -k -a '(__prctl_keys other all)'
                case --victim-host --as
                    set -a define -k -a '(__prctl_hosts)'
                case --even-if
                    set -a define -k -a '(__prctl_keys other)'
                case --old-key
                    set -a define -k -a '(__prctl_keys this)'
                case --key -k
                    if test $command = register
                        set -a define -k -a '(__prctl_keys none)'
                    else
                        set -a define -k -a '(__prctl_keys this)'
                    end
            end
            complete -c prctl $define
        end
    end
end
__prctl_define
functions -e __prctl_define
