#!/bin/sh
# Run the tests on one version of Python: scripts/matrix.sh 3.8
set -eu
version=$1
python=$(ls -d "$HOME"/.pyenv/versions/"$version".*/bin/python 2>/dev/null | tail -n 1)
python=${python:-$(command -v "python$version" || true)}
if [ -z "$python" ]; then
    echo "Python $version is missing: neither pyenv nor the PATH has it" >&2
    exit 1
fi
environment=.cache/python$version
if [ ! -x "$environment/bin/python" ]; then
    "$python" -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --upgrade pip
fi
"$environment/bin/python" -m pip install --quiet -r tests/requirements.txt
"$environment/bin/python" -m pytest -o cache_dir="$environment/.pytest_cache"
