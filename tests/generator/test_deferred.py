"""The generator starts without packages that only openapi-python-client's own command uses."""

import importlib
import json
import subprocess
import sys

import pytest

from integry.generator import _objects
from integry.generator.__main__ import run_process
from integry.generator._deferred import deferred, without_models

#: The package with the pydantic models of openapi-python-client.
MODELS = "openapi_python_client.schema.openapi_schema_pydantic"

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


FAST = """
import sys
from integry.generator.__main__ import {function}
print({function}(sys.argv[1:]))
import openapi_python_client.schema as found
print(found.Schema.__module__)
"""


def test_a_process_of_its_own_does_without_the_pydantic_models(tmp_path):
    """The command imports no pydantic models; a program that calls `main` can still use openapi-python-client."""
    document = {"openapi": "3.1.0", "info": {"title": "a", "version": "1"}, "paths": {}}
    (tmp_path / "a.json").write_text(json.dumps(document))
    for function, module in (("run_process", "integry.generator._objects"), ("main", MODELS + ".schema")):
        command = [sys.executable, "-c", FAST.format(function=function), tmp_path / "a.json", tmp_path / function]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        assert done.stdout.splitlines()[-2:] == ["0", module]


def test_the_arguments_of_a_process_of_its_own_are_those_of_main(capsys):
    """`run_process` has the arguments of `main`, and raises the same errors."""
    with pytest.raises(SystemExit, match="2"):
        run_process(["a.json", "b", "c"], program="name of the program")
    assert "name of the program: error: unrecognized arguments: c" in capsys.readouterr().err


def test_the_models_can_be_imported_after_the_block(monkeypatch):
    """The pydantic models are replaced in the block only."""
    monkeypatch.delitem(sys.modules, "openapi_python_client", raising=False)
    monkeypatch.delitem(sys.modules, MODELS, raising=False)
    with without_models():
        assert sys.modules[MODELS] is _objects
    assert MODELS not in sys.modules


def test_models_that_were_imported_stay():
    """If openapi-python-client was imported before, its models stay."""
    before = importlib.import_module(MODELS)
    with without_models():
        assert sys.modules[MODELS] is before
    assert sys.modules[MODELS] is before
