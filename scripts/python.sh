#!/bin/sh
# Print the path of a Python, or one line that says that it is missing, its purpose, and how to install it.
#
#   scripts/python.sh 3.8 "the tests with legacy Django"    A version, of pyenv or on the PATH.
#   scripts/python.sh newest "the tests with coverage"      The newest supported version.
#   scripts/python.sh check python3                         Print nothing if a command is Python 3.8 or newer.
find() {
    # On Windows, this runs in the shell of Git for Windows; pyenv-win has python.exe at the top of a version's folder.
    python=$(ls -d "$HOME"/.pyenv/versions/"$1".*/bin/python "$HOME"/.pyenv/pyenv-win/versions/"$1".*/python.exe 2>/dev/null | tail -n 1)
    python=${python:-$(command -v "python$1" || true)}
    [ -n "$python" ] && echo "$python"
}

fail() {
    echo "$1" >&2
    exit 1
}

case $1 in
check)
    shift
    command -v "$1" >/dev/null || fail "$1 is missing. Install Python 3.8 or newer, or name one: make PYTHON=/path/to/python"
    "$@" -c 'import sys; sys.exit(sys.version_info < (3, 8))' ||
        fail "Python 3.8 or newer is needed, and $* is $("$@" --version 2>&1). Name another: make PYTHON=/path/to/python"
    exit
    ;;
newest) versions="3.15 3.14 3.13 3.12 3.11 3.10 3.9 3.8" ;;
*) versions=$1 ;;
esac
for version in $versions; do
    find "$version" && exit
done
fail "Python $1 is missing, for ${2:-this target}: neither pyenv nor the PATH has it. Get it with \`pyenv install $1\`."
