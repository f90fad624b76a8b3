"""The generator starts without packages that only openapi-python-client's own command uses."""

import json
import subprocess
import sys

from integry.generator._deferred import deferred

CODE = """
import json, sys
from integry.generator._deferred import deferred
import {before}
with deferred("httpcore", "httpx"):
    import openapi_python_client
known = sorted(set(sys.modules) & {{"httpcore", "httpx", "httpx._client"}})
import httpx
print(json.dumps([known, openapi_python_client.httpx.get is httpx.get, openapi_python_client.httpx is httpx]))
"""


def imported(before):
    """Return what a process prints that imports a module before openapi-python-client."""
    done = subprocess.run([sys.executable, "-c", CODE.format(before=before)], capture_output=True, check=True)
    return json.loads(done.stdout)


def test_packages_are_imported_when_they_are_used():
    """A deferred package is not imported, works when it is used, and is not replaced for other modules."""
    assert imported("json") == [[], True, False]
    assert imported("httpcore, httpx") == [["httpcore", "httpx", "httpx._client"], True, True]


def test_the_command_does_not_import_http_clients(tmp_path):
    """The command imports neither httpx nor requests for a document in a file."""
    document = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {}}
    (tmp_path / "a.json").write_text(json.dumps(document))
    code = "import sys; from integry.generator.__main__ import main; print(main(sys.argv[1:]), *sys.modules)"
    command = [sys.executable, "-c", code, str(tmp_path / "a.json"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    found = done.stdout.splitlines()[-1].split()
    assert found[0] == "0"
    assert {"httpx", "httpcore", "requests"}.isdisjoint(found)


def test_modules_of_the_block_stay(monkeypatch):
    """A stand-in is removed after the block, unless the package was imported meanwhile."""
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    monkeypatch.delitem(sys.modules, "quopri", raising=False)
    with deferred("colorsys", "sys", "quopri"):
        stand_in = sys.modules["colorsys"]
        monkeypatch.setitem(sys.modules, "quopri", sys)
    assert "colorsys" not in sys.modules
    assert sys.modules["quopri"] is sys
    assert stand_in.rgb_to_hls(0, 0, 0) == (0, 0, 0)
    assert stand_in is not sys.modules["colorsys"]
