#!/bin/sh
# Print where a version of Python is, or the newest one that the tests support: scripts/python.sh 3.8 | newest
find() {
    python=$(ls -d "$HOME"/.pyenv/versions/"$1".*/bin/python 2>/dev/null | tail -n 1)
    python=${python:-$(command -v "python$1" || true)}
    [ -n "$python" ] && echo "$python"
}

if [ "$1" = newest ]; then
    versions="3.15 3.14 3.13 3.12 3.11 3.10 3.9 3.8"
else
    versions=$1
fi
for version in $versions; do
    find "$version" && exit
done
echo "Python $1 is missing: neither pyenv nor the PATH has it" >&2
exit 1
