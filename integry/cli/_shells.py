"""`integry completion`: the completion for bash, zsh and fish."""

from __future__ import annotations

import click

from . import _output
from ._commands import command, pass_state
from ._state import State

# bash divides words at = and :, so the whole line is passed, and only the part after the last of them comes back.
# The completion of bash itself takes the @ before a path for the start of a host's name.
BASH = """\
_integry_files() {
    local path end
    if [[ -z $1 ]]; then
        compopt -o default
        return
    fi
    compopt -o nospace
    while read -r path; do
        if [[ -d ${path/#\\~/$HOME} ]]; then end=/; else end=" "; fi
        printf -v path %q "$path"
        COMPREPLY+=("$1${path/#\\\\\\~/\\~}$end")
    done < <(compgen -f -- "$2")
}
_integry_completion() {
    local IFS=$'\\n' line kind
    COMPREPLY=()
    while read -r line; do
        kind="${line%%$'\\t'*}"
        line="${line#*$'\\t'}"
        case "$kind" in
            file) _integry_files "${line%%$'\\t'*}" "${line#*$'\\t'}" ;;
            part) compopt -o nospace; COMPREPLY+=("$line") ;;
            plain) COMPREPLY+=("$line") ;;
        esac
    done < <(_INTEGRY_COMPLETE=bash COMP_LINE="${COMP_LINE:0:$COMP_POINT}" integry)
}
complete -o nosort -F _integry_completion integry 2>/dev/null || complete -F _integry_completion integry
"""

ZSH = """\
#compdef integry
_integry_completion() {
    local kind value help line
    local -a plain part given
    # PREFIX is the current word without the quote that it starts with.
    given=("${(@)words[1,CURRENT-1]}" "$PREFIX")
    while IFS= read -r line; do
        kind="${line%%$'\\t'*}"; line="${line#*$'\\t'}"
        value="${line%%$'\\t'*}"; help="${line#*$'\\t'}"
        case "$kind" in
            file) compset -p ${#value}; _files ;;
            part) part+=("$value") ;;
            plain) plain+=("${value//:/\\\\:}:$help") ;;
        esac
    done < <(_INTEGRY_COMPLETE=zsh COMP_WORDS="${(pj:\\n:)given}" integry)
    (( ${#plain} )) && _describe -V integry plain
    (( ${#part} )) && compadd -S '' -a part
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _integry_completion "$@"
else
    compdef _integry_completion integry
fi
"""

FISH = """\
function _integry_completion
    set -l typed (commandline -ct)
    # A word may start with a quote, after which blanks stand for themselves.
    set -l word (string replace -r '^["\\']' '' -- "$typed")
    set -l words (commandline -opc) $word
    for line in (env _INTEGRY_COMPLETE=fish COMP_WORDS=(string join \\n -- $words . | string collect) integry)
        set -l parts (string split \\t -- $line)
        if test "$parts[1]" = file
            set -l path (string sub --start (math 1 + (string length -- "$parts[2]")) -- $word)
            test "$word" = "$typed"; or set path (string escape -- $path)
            for each in (complete --do-complete "'' $path")
                printf '%s\\n' "$parts[2]$each"
            end
        else
            printf '%s\\t%s\\n' $parts[2] "$parts[3]"
        end
    end
end
complete --no-files --command integry --arguments '(_integry_completion)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


@command(
    "completion",
    example='eval "$(integry completion bash)"',
    help="Print the completion for a shell. Put it where your shell reads it: see the documentation.",
)
@click.argument("shell", type=click.Choice(sorted(SCRIPTS)))
@pass_state
def completion(_state: State, /, shell: str) -> None:
    """Print the completion."""
    _output.write(SCRIPTS[shell].rstrip("\n"))


COMMANDS = {"completion": completion}
