#!/bin/sh
# Run the tests on one version of Python: scripts/matrix.sh 3.8
set -eu
version=$1
python=$(scripts/python.sh "$version")
environment=.cache/python$version
if [ ! -x "$environment/bin/python" ]; then
    "$python" -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --upgrade pip
fi
"$environment/bin/python" -m pip install --quiet -r tests/requirements.txt
"$environment/bin/python" -m pytest -o cache_dir="$environment/.pytest_cache"
