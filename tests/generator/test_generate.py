"""The command: what it writes, what it refuses, and that it does so cleanly."""

import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest

from integry.generator import __main__ as generate
from integry.generator._output import header

from .conftest import HERE, by_us

ROOT = HERE.parent.parent
SMALL = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}}


@pytest.fixture
def spec(tmp_path):
    """A small document."""
    path = tmp_path / "small.json"
    path.write_text(json.dumps(SMALL))
    return path


def tree(folder):
    """The files of a folder and what is in them."""
    paths = (path for path in sorted(folder.rglob("*")) if "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths if path.is_file()}


def names(folder):
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_what_is_committed_is_what_is_generated(capsys):
    """`make check-generated`."""
    assert generate.main(["--check"], project=ROOT) == 0, capsys.readouterr().err


def test_what_lies_around_changes_nothing(tmp_path):
    """A project's settings of ruff, what git ignores there, and folders that ruff leaves out."""
    folder = tmp_path / "project" / "build"
    folder.mkdir(parents=True)
    (folder.parent / ".git").mkdir()  # by which ruff knows that git ignores there
    (folder / ".gitignore").write_text("*\n")  # as virtual environments have it
    (folder.parent / "pyproject.toml").write_text("[tool.ruff]\nline-length = 40\n")
    assert generate.main(["--output", str(folder / "client")], project=ROOT) == 0
    written, committed = tree(folder / "client"), tree(ROOT / "generated")
    assert written.keys() == committed.keys()
    for name, content in written.items():
        assert content.splitlines()[1:] == committed[name].splitlines()[1:], name


def test_two_runs_give_the_same_bytes(tmp_path):
    """Whatever the hash seed, the folder and the locale."""
    made = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        shutil.copy(HERE / "constructs.yaml", folder)
        command = [sys.executable, ROOT / "scripts/generate.py", "--spec", "constructs.yaml", "--output", "client"]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)
        made.append(tree(folder / "client"))
    assert made[0] == made[1]
    assert len(made[0]) > 20


def test_check_names_what_differs(tmp_path, spec, capsys):
    """Changed, missing and extra files, and nothing is written."""
    output = tmp_path / "client"
    assert by_us(spec, output) == 0
    arguments = ["--spec", str(spec), "--output", str(output), "--check"]
    assert generate.main(arguments) == 0
    (output / "client.py").write_text("changed")
    (output / "errors.py").unlink()
    (output / "extra.py").write_text("")
    before = tree(output)
    assert generate.main(arguments) == 1
    message = capsys.readouterr().err
    assert "client/ is not what small.json gives (3 files)" in message
    assert "changed: client/client.py; missing: client/errors.py; extra: client/extra.py" in message
    assert tree(output) == before


def test_check_of_a_folder_that_is_not_there(tmp_path, spec, capsys):
    """All is missing, and it is not made."""
    assert generate.main(["--spec", str(spec), "--output", str(tmp_path / "none"), "--check"]) == 1
    assert "missing: none/client.py" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read: No such file"),
        (b"\xff\xfe\x00", "cannot be read: "),
        (b"a: [", "neither JSON nor YAML"),
        (b'{"openapi": ', "neither JSON nor YAML"),
        (b"just text", "not an OpenAPI document: it has neither 'openapi: 3.…' nor 'swagger: 2.0'"),
        (b"- a\n- b", "not an OpenAPI document"),
        (b"", "not an OpenAPI document"),
        (b'{"swagger": "2.0"}', "is not valid OpenAPI: info is missing"),
        (b"openapi: 2.9.0", "not an OpenAPI document"),
        (b"openapi: 3.1.0", "is not valid OpenAPI: info is missing"),
        (b'{"openapi": "3.0.0", "info": {}, "paths": {"/x": 5}}', "paths /x is int, expected dict"),
        (b'{"openapi": "3.0.0", "info": {}, "paths": {"/x": {"get": 5}}}', "GET /x is int, expected dict"),
        (b'{"openapi": "3.0.0", "info": {}, "components": {"schemas": 5}}', "components schemas is int, expected dict"),
        (b'{"openapi": "3.0.0", "info": 5, "paths": 5}', "is not valid OpenAPI: "),
    ],
)
def test_bad_documents(tmp_path, capsys, text, message):
    """One clear line, a non-zero exit, and the output folder as it was."""
    path, output = tmp_path / "bad.yaml", tmp_path / "client"
    path.write_text(json.dumps(SMALL))
    assert by_us(path, output) == 0
    before = tree(output)
    capsys.readouterr()
    path.unlink() if text is None else path.write_bytes(text)
    assert by_us(path, output) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert message in error
    assert tree(output) == before
    assert names(tmp_path) == ["bad.yaml", "client"][text is None :]


def test_a_folder_with_foreign_files_is_left_alone(tmp_path, spec, capsys):
    """Nothing in it is overwritten, also what we could have generated."""
    output = tmp_path / "client"
    output.mkdir()
    (output / "mine.py").write_text("mine")
    (output / "client.py").write_text("mine too")
    assert by_us(spec, output) == 1
    assert "holds files that were not generated, nothing was written" in capsys.readouterr().err
    assert tree(output) == {"mine.py": b"mine", "client.py": b"mine too"}


def test_large_foreign_files_are_not_read(tmp_path, spec, capsys):
    """Nor is more looked at than is told of."""
    output = tmp_path / "client"
    output.mkdir()
    with (output / "disk.img").open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    try:
        assert by_us(spec, output) == 1
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert "disk.img" in capsys.readouterr().err


def test_the_output_may_not_be_a_file(spec, capsys):
    """Nor is it overwritten."""
    output = spec.with_name("taken")
    output.write_text("mine")
    assert by_us(spec, output) == 1
    assert "is not a folder" in capsys.readouterr().err
    assert output.read_text() == "mine"


def test_links_in_the_output_are_foreign(tmp_path, spec, capsys):
    """Broken ones too; what they lead to is left alone."""
    output = tmp_path / "client"
    assert by_us(spec, output) == 0
    (output / "broken").symlink_to(tmp_path / "nowhere")
    assert by_us(spec, output) == 1
    assert "files that were not generated" in capsys.readouterr().err


@pytest.mark.parametrize("output", ["small.json/x", "/", "/proc/x"])
def test_outputs_that_cannot_be(tmp_path, spec, capsys, output):
    """One line, and nothing is written."""
    assert by_us(spec, tmp_path / output) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert names(tmp_path) == ["small.json"]


def test_odd_urls(tmp_path, capsys):
    """An error of one line; credentials reach no file."""
    assert by_us("http://[::1", tmp_path / "client") == 1
    assert capsys.readouterr().err.count("\n") == 1
    first = header("https://me:secret@example.com/a.yaml?key=secret", "out")
    assert "secret" not in first
    assert "--spec https://example.com/a.yaml --output out" in first
    assert "--spec 'my spec.yaml' --output ../client" in header("my spec.yaml", "../client")


def test_our_own_document_by_another_path(capsys):
    """Is our own."""
    arguments = ["--check", "--spec", str(ROOT / "scripts" / ".." / "openapi.yaml")]
    assert generate.main(arguments, project=ROOT) == 0, capsys.readouterr()


def test_nothing_is_left_of_a_failure(tmp_path, capsys):
    """No folders above the output either."""
    assert by_us(tmp_path / "none.yaml", tmp_path / "a" / "b") == 1
    assert names(tmp_path) == []
    assert "cannot be read" in capsys.readouterr().err


def test_an_older_client_is_replaced_as_a_whole(tmp_path, spec):
    """Modules that the document no longer gives are gone."""
    output = tmp_path / "client"
    assert by_us(HERE / "constructs.yaml", output) == 0
    assert (output / "models" / "thing.py").exists()
    assert by_us(spec, output) == 0
    assert not (output / "models" / "thing.py").exists()
    assert names(tmp_path) == ["client", "small.json"]


def test_a_failure_of_a_tool_leaves_all_as_it_was(tmp_path, spec):
    """Here: a ruff that fails."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "ruff.py").write_text("raise SystemExit('no ruff today')")
    command = [sys.executable, ROOT / "scripts/generate.py", "--spec", spec, "--output", tmp_path / "client"]
    environment = {**os.environ, "PYTHONPATH": str(tools)}
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "error: ruff check failed: no ruff today\n")
    assert names(tmp_path) == ["small.json", "tools"]


def test_warnings_are_shown(tmp_path, capsys):
    """What the parser cannot make sense of is named; the rest is generated."""
    path = tmp_path / "odd.json"
    odd = {"get": {"responses": {"2OO": {"description": "ok", "content": {"image/png": {"schema": {}}}}}}}
    path.write_text(json.dumps({**SMALL, "paths": {"/x": odd}}))
    assert by_us(path, tmp_path / "client") == 0
    assert "warning: a response has no valid status, and is left out: GET /x 2OO\n" in capsys.readouterr().err
    assert (tmp_path / "client" / "api" / "default" / "get_x.py").exists()


def test_warnings_about_our_own_document_are_errors(tmp_path, capsys):
    """Nothing is written then."""
    text = (ROOT / "openapi.yaml").read_text().replace("        '404':\n", "        '4o4':\n", 1)
    (tmp_path / "openapi.yaml").write_text(text)
    assert generate.main([], project=tmp_path) == 3
    error = capsys.readouterr().err
    assert "warning: a response has no valid status, and is left out: POST /apps/{app_name}/get/ 4o4\n" in error
    assert "error: nothing was written, because of 1 warnings" in error
    assert not (tmp_path / "generated").exists()


def test_where_no_document_lies_beside_the_package(tmp_path, capsys):
    """One must be given: an installed package has none."""
    with pytest.raises(SystemExit):
        generate.main(["--output", "client"], project=tmp_path)
    assert "a document is needed: SPEC, a file or a URL" in capsys.readouterr().err


def test_what_the_generator_needs_is_named(spec, tmp_path, capsys, monkeypatch):
    """The extra, and the lowest Python."""
    arguments = ["--spec", str(spec), "--output", str(tmp_path / "client")]
    monkeypatch.setattr(generate, "find_spec", lambda _: None)
    with pytest.raises(SystemExit):
        generate.main(arguments)
    assert "pip install 'integry-requests[generator]'" in capsys.readouterr().err
    monkeypatch.setattr(sys, "version_info", (3, 10))
    with pytest.raises(SystemExit):
        generate.main(arguments)
    assert "openapi-python-client needs Python 3.11 or newer" in capsys.readouterr().err


def test_the_extra_has_the_versions_of_the_checkout():
    """So that both write the same files."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extra, group = project["project"]["optional-dependencies"]["generator"], project["dependency-groups"]["generator"]
    assert [line.partition(";")[0] for line in extra] == [line.partition(";")[0] for line in group]


def test_another_document_needs_an_output(capsys):
    """Ours would be overwritten otherwise."""
    with pytest.raises(SystemExit):
        generate.main(["--spec", "other.yaml"])
    assert "OUTPUT is needed with SPEC" in capsys.readouterr().err


@pytest.fixture
def served():
    """The folder of these tests over HTTP."""
    handler = functools.partial(QuietHandler, directory=str(HERE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serve files and print nothing."""

    def log_message(self, *_):
        """Print nothing."""


def test_a_document_from_a_url(tmp_path, served, capsys):
    """As from a file; the header names the URL. What is not there is an error."""
    assert by_us(f"{served}/better.yaml", tmp_path / "client") == 0
    assert f"--spec {served}/better.yaml" in (tmp_path / "client" / "client.py").read_text()
    assert by_us(f"{served}/none.yaml", tmp_path / "none") == 1
    assert "cannot be fetched: 404" in capsys.readouterr().err
    assert by_us("http://127.0.0.1:9/x.yaml", tmp_path / "none") == 1
    assert "cannot be fetched" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_the_command_itself():
    """As a user runs it."""
    command = [sys.executable, str(Path("scripts/generate.py")), "--help"]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    assert "--fail-on-warning" in done.stdout
