#!/bin/sh
# Print where a version of Python is: scripts/python.sh 3.8
version=$1
python=$(ls -d "$HOME"/.pyenv/versions/"$version".*/bin/python 2>/dev/null | tail -n 1)
python=${python:-$(command -v "python$version" || true)}
if [ -z "$python" ]; then
    echo "Python $version is missing: neither pyenv nor the PATH has it" >&2
    exit 1
fi
echo "$python"
