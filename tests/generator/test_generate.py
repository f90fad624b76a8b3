"""The generator command: its output and its errors. Failures leave no partial files."""

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
    """Return the path of a small document."""
    path = tmp_path / "small.json"
    path.write_text(json.dumps(SMALL))
    return path


def tree(folder):
    """Return the contents of all files in a folder by relative path."""
    paths = (path for path in sorted(folder.rglob("*")) if "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths if path.is_file()}


def names(folder):
    """Return the sorted names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_the_committed_client_is_up_to_date(capsys):
    """The committed client is up to date, so `make check-generated` passes."""
    assert generate.main(["--check"], project=ROOT) == 0, capsys.readouterr().err


def test_surrounding_settings_have_no_effect(tmp_path):
    """Settings of ruff, .gitignore and excluded folders around the output folder do not change the output."""
    folder = tmp_path / "project" / "build"
    folder.mkdir(parents=True)
    (folder.parent / ".git").mkdir()  # ruff applies .gitignore only in a git repository
    (folder / ".gitignore").write_text("*\n")  # virtual environments have this file
    (folder.parent / "pyproject.toml").write_text("[tool.ruff]\nline-length = 40\n")
    assert generate.main(["--output", str(folder / "client")], project=ROOT) == 0
    written, committed = tree(folder / "client"), tree(ROOT / "generated")
    assert written.keys() == committed.keys()
    for name, content in written.items():
        assert content.splitlines()[1:] == committed[name].splitlines()[1:], name


@pytest.mark.slow
def test_the_output_is_reproducible(tmp_path):
    """Two runs write the same bytes with any hash seed, folder and locale."""
    outputs = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        shutil.copy(HERE / "constructs.yaml", folder)
        command = [sys.executable, ROOT / "scripts/generate.py", "--spec", "constructs.yaml", "--output", "client"]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C"}
        subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)
        outputs.append(tree(folder / "client"))
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 20


def test_check_lists_the_differences(tmp_path, spec, capsys):
    """`--check` lists changed, missing and extra files, and writes nothing."""
    output = tmp_path / "client"
    assert by_us(spec, output) == 0
    arguments = ["--spec", str(spec), "--output", str(output), "--check"]
    assert generate.main(arguments) == 0
    (output / "client.py").write_text("changed")
    assert generate.main(arguments) == 1
    assert "client/ is not up to date with small.json (1 file differs): changed: cl" in capsys.readouterr().err
    (output / "errors.py").unlink()
    (output / "extra.py").write_text("")
    before = tree(output)
    assert generate.main(arguments) == 1
    message = capsys.readouterr().err
    assert "client/ is not up to date with small.json (3 files differ)" in message
    assert "changed: client/client.py; missing: client/errors.py; extra: client/extra.py" in message
    assert tree(output) == before


def test_check_of_a_missing_folder_fails(tmp_path, spec, capsys):
    """`--check` reports all files as missing, and does not create the folder."""
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
def test_invalid_documents_are_refused(tmp_path, capsys, text, message):
    """An invalid document causes one line of error and status 1, and leaves the output folder unchanged."""
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


def test_a_folder_with_foreign_files_is_not_changed(tmp_path, spec, capsys):
    """A folder with files that were not generated is not changed, even if one has the name of a generated file."""
    output = tmp_path / "client"
    output.mkdir()
    (output / "mine.py").write_text("mine")
    (output / "client.py").write_text("mine too")
    assert by_us(spec, output) == 1
    assert "has files that were not generated, so nothing was written" in capsys.readouterr().err
    assert tree(output) == {"mine.py": b"mine", "client.py": b"mine too"}


def test_large_foreign_files_are_not_read(tmp_path, spec, capsys):
    """The search for files that were not generated does not read large files, and uses little memory."""
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
    """The command refuses a file as output, and does not overwrite it."""
    output = spec.with_name("taken")
    output.write_text("mine")
    assert by_us(spec, output) == 1
    assert "is not a folder" in capsys.readouterr().err
    assert output.read_text() == "mine"


def test_links_in_the_output_are_foreign_files(tmp_path, spec, capsys):
    """Symbolic links in the output folder, even broken ones, are refused like files that were not generated."""
    output = tmp_path / "client"
    assert by_us(spec, output) == 0
    (output / "broken").symlink_to(tmp_path / "nowhere")
    assert by_us(spec, output) == 1
    assert "files that were not generated" in capsys.readouterr().err


@pytest.mark.parametrize("output", ["small.json/x", "/", "/proc/x"])
def test_impossible_output_folders_are_refused(tmp_path, spec, capsys, output):
    """For an output folder that cannot be created, the command prints one line, and writes nothing."""
    assert by_us(spec, tmp_path / output) == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert names(tmp_path) == ["small.json"]


def test_urls_are_validated_and_stripped_of_credentials(tmp_path, capsys):
    """An invalid URL causes one line of error. The first line of generated files has no credentials of the URL."""
    assert by_us("http://[::1", tmp_path / "client") == 1
    assert capsys.readouterr().err.count("\n") == 1
    first = header("https://me:secret@example.com/a.yaml?key=secret", "out")
    assert "secret" not in first
    assert "--spec a.yaml --output out" in first
    assert "made from example.com by" in header("https://me:secret@example.com/?key=secret", "out")
    assert "--spec 'my spec.yaml' --output client" in header("../my spec.yaml", "../client")


def test_the_own_document_is_recognised_by_any_path(capsys):
    """A path with `..` to this project's document is recognised as that document."""
    arguments = ["--check", "--spec", str(ROOT / "scripts" / ".." / "openapi.yaml")]
    assert generate.main(arguments, project=ROOT) == 0, capsys.readouterr()


def test_a_failure_leaves_no_folders(tmp_path, capsys):
    """A failure does not create parent folders of the output."""
    assert by_us(tmp_path / "none.yaml", tmp_path / "a" / "b") == 1
    assert names(tmp_path) == []
    assert "cannot be read" in capsys.readouterr().err


def test_an_older_client_is_replaced(tmp_path, spec):
    """An older client is replaced, and modules of operations that the document no longer has are deleted."""
    output = tmp_path / "client"
    assert by_us(HERE / "constructs.yaml", output) == 0
    assert (output / "models" / "thing.py").exists()
    assert by_us(spec, output) == 0
    assert not (output / "models" / "thing.py").exists()
    assert names(tmp_path) == ["client", "small.json"]


@pytest.mark.slow
def test_a_failing_tool_leaves_no_output(tmp_path, spec):
    """A failure of ruff is printed with its message, and nothing is written."""
    tools = tmp_path / "tools"
    tools.mkdir()
    # With this module, the command runs `python check …` instead of `ruff check …`.
    (tools / "ruff.py").write_text("import sys\n\ndef find_ruff_bin():\n    return sys.executable\n")
    command = [sys.executable, ROOT / "scripts/generate.py", "--spec", spec, "--output", tmp_path / "client"]
    environment = {**os.environ, "PYTHONPATH": str(tools)}
    completed = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    assert (completed.returncode, completed.stderr[:26]) == (1, "error: ruff check failed: ")
    assert names(tmp_path) == ["small.json", "tools"]


def test_warnings_are_printed(tmp_path, capsys):
    """A warning names each part that openapi-python-client does not support, and the rest is generated."""
    path = tmp_path / "odd.json"
    odd = {"get": {"responses": {"2OO": {"description": "ok", "content": {"image/png": {"schema": {}}}}}}}
    path.write_text(json.dumps({**SMALL, "paths": {"/x": odd}}))
    assert by_us(path, tmp_path / "client") == 0
    assert "warning: a response has no valid status, and is left out: GET /x 2OO\n" in capsys.readouterr().err
    assert (tmp_path / "client" / "api" / "default" / "get_x.py").exists()


def test_warnings_about_the_own_document_are_errors(tmp_path, capsys):
    """A warning about this project's document is an error, and nothing is written."""
    text = (ROOT / "openapi.yaml").read_text().replace("        '404':\n", "        '4o4':\n", 1)
    (tmp_path / "openapi.yaml").write_text(text)
    assert generate.main([], project=tmp_path) == 3
    error = capsys.readouterr().err
    assert "warning: a response has no valid status, and is left out: POST /apps/{app_name}/get/ 4o4\n" in error
    assert "error: nothing was written, because there is 1 warning" in error
    assert not (tmp_path / "generated").exists()


def test_spec_is_required_without_a_checkout(tmp_path, capsys):
    """Outside of this repository, a document must be given, because there is no default document."""
    with pytest.raises(SystemExit):
        generate.main(["--output", "client"], project=tmp_path)
    assert "a document is needed: SPEC, a file or a URL" in capsys.readouterr().err


def test_missing_requirements_are_reported(spec, tmp_path, capsys, monkeypatch):
    """If a package is missing or Python is too old, the error names the extra to install or the lowest version."""
    arguments = ["--spec", str(spec), "--output", str(tmp_path / "client")]
    monkeypatch.setattr(generate, "find_spec", lambda _: None)
    with pytest.raises(SystemExit):
        generate.main(arguments)
    assert "pip install 'integry-requests[generator]'" in capsys.readouterr().err
    monkeypatch.setattr(sys, "version_info", (3, 10))
    with pytest.raises(SystemExit):
        generate.main(arguments)
    assert "openapi-python-client needs Python 3.11 or newer" in capsys.readouterr().err


def test_the_extra_pins_the_same_versions():
    """The extra `generator` pins the versions in the dependency group: both must generate the same files."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extra, group = project["project"]["optional-dependencies"]["generator"], project["dependency-groups"]["generator"]
    assert [line.partition(";")[0] for line in extra] == [line.partition(";")[0] for line in group]


def test_output_is_required_for_another_document(capsys):
    """For a document of the user, OUTPUT is required. The default would overwrite generated/ of this repository."""
    with pytest.raises(SystemExit):
        generate.main(["--spec", "other.yaml"])
    assert "OUTPUT is needed with SPEC" in capsys.readouterr().err


@pytest.fixture
def served():
    """Serve the folder of these tests over HTTP, and return its URL."""
    handler = functools.partial(QuietHandler, directory=str(HERE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """A request handler that serves files and prints nothing."""

    def log_message(self, *_):
        """Print nothing."""


def test_a_document_can_be_fetched_from_a_url(tmp_path, served, capsys):
    """The first line of a client's files has the file name of its document, and a failed download is an error."""
    assert by_us(f"{served}/better.yaml", tmp_path / "client") == 0
    assert "--spec better.yaml --output" in (tmp_path / "client" / "client.py").read_text()
    assert by_us(f"{served}/none.yaml", tmp_path / "none") == 1
    assert "cannot be fetched: 404" in capsys.readouterr().err
    assert by_us("http://127.0.0.1:9/x.yaml", tmp_path / "none") == 1
    assert "cannot be fetched" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_the_script_can_be_run():
    """`scripts/generate.py --help` prints the options."""
    command = [sys.executable, str(Path("scripts/generate.py")), "--help"]
    completed = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    assert "--fail-on-warning" in completed.stdout
