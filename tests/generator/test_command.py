"""The command: its arguments, its exit codes, and its output."""

import json

import pytest

from integry.generator import __main__ as generate

DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "paths": {"/a": {"get": {"operationId": "a"}}, "/b": {"get": {"operationId": "b"}}},
    "components": {"schemas": {"A": {"type": "object", "properties": {"a": {"type": "string"}}}}},
}


@pytest.fixture
def spec(tmp_path):
    """Return the path of a document."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


@pytest.fixture
def odd(tmp_path):
    """Return the path of a document in which two parts cannot be generated, both for one reason."""
    path = tmp_path / "odd.json"
    get = {"responses": {"2OO": {"description": "ok"}}}
    path.write_text(json.dumps({**DOCUMENT, "paths": {"/a": {"get": get}, "/b": {"get": get}}}))
    return path


def test_arguments_are_positional_or_options(tmp_path, spec, capsys):
    """Document and folder are positional arguments or options. The last line has the numbers of generated parts."""
    for number, names in enumerate([("", ""), ("--spec=", "--output="), ("", "--output=")]):
        output = tmp_path / f"client{number}"
        assert generate.main([f"{names[0]}{spec}", f"{names[1]}{output}"]) == 0
        assert capsys.readouterr().out == f"{output} is written\nmade 2 of 2 operations, 1 of 1 schemas\n"
        assert (output / "client.py").exists()


def test_extra_arguments_are_refused(tmp_path, spec, capsys):
    """An extra argument is an error that names it."""
    with pytest.raises(SystemExit) as exited:
        generate.main([str(spec), str(tmp_path / "client"), "more"])
    assert exited.value.code == 2
    assert "unrecognized arguments: more" in capsys.readouterr().err


def test_a_dry_run_writes_nothing(tmp_path, spec, capsys):
    """`--dry-run` prints the numbers of parts, and writes nothing."""
    assert generate.main([str(spec), str(tmp_path / "client"), "--dry-run"]) == 0
    assert "client would be written\nmade 2 of 2 operations" in capsys.readouterr().out
    assert not (tmp_path / "client").exists()


def test_check_prints_that_the_client_is_up_to_date(tmp_path, spec, capsys):
    """`--check` prints a line if the client is up to date."""
    assert generate.main([str(spec), str(tmp_path / "client")]) == 0
    assert generate.main([str(spec), str(tmp_path / "client"), "--check"]) == 0
    assert "client is up to date\nmade 2 of 2" in capsys.readouterr().out


def test_each_cause_is_one_warning(tmp_path, odd, capsys):
    """Places with an equal cause are listed in one warning, and the rest of the document is generated."""
    assert generate.main([str(odd), str(tmp_path / "client")]) == 0
    said = capsys.readouterr()
    assert said.err == "warning: a response has no valid status, and is left out: GET /a 2OO, GET /b 2OO\n"
    assert said.out.endswith("made 2 of 2 operations, 1 of 1 schemas\n")


def test_warnings_are_errors_with_fail_on_warning(tmp_path, odd, spec, capsys):
    """`--fail-on-warning` ends with an exit code of its own if there are warnings, and writes nothing."""
    assert generate.main([str(odd), str(tmp_path / "client"), "--fail-on-warning"]) == 3
    assert capsys.readouterr().err.endswith("error: nothing was written, because there is 1 warning\n")
    assert not (tmp_path / "client").exists()
    assert generate.main([str(spec), str(tmp_path / "client"), "--fail-on-warning"]) == 0


def test_check_accepts_other_paths_of_document_and_folder(tmp_path, spec, capsys, monkeypatch):
    """`--check` accepts a client that was generated with other paths of the same document and the same folder."""
    (tmp_path / "inner").mkdir()
    assert generate.main([str(spec), str(tmp_path / "client")]) == 0
    monkeypatch.chdir(tmp_path / "inner")
    assert generate.main(["../a.json", "../inner/../client", "--check"]) == 0
    monkeypatch.chdir(tmp_path / "client")
    assert generate.main(["--spec=../inner/../a.json", "--output=.", "--check"]) == 0
    assert capsys.readouterr().err == ""


def test_check_with_fail_on_warning_compares_first(tmp_path, odd, capsys):
    """`--check --fail-on-warning` ends with 3 for a client that is up to date, and with 1 for another."""
    client = str(tmp_path / "client")
    assert generate.main([str(odd), client]) == 0
    assert generate.main([str(odd), client, "--check", "--fail-on-warning"]) == 3
    assert capsys.readouterr().err.endswith("error: client is up to date, but there is 1 warning\n")
    (tmp_path / "client" / "client.py").unlink()
    assert generate.main([str(odd), client, "--check", "--fail-on-warning"]) == 1
    assert "missing: client/client.py" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "better"), [("my-client", "my_client"), ("class", "api_class"), ("3d", "api_3d"), ("a b", "a_b")]
)
def test_folders_that_cannot_be_imported_are_refused(tmp_path, spec, capsys, name, better):
    """A folder that cannot be imported as a package is an error, which suggests another name."""
    assert generate.main([str(spec), str(tmp_path / name)]) == 1
    message = f"error: a package called {name!r} cannot be imported: call the folder {better!r}\n"
    assert capsys.readouterr().err == message
    assert not (tmp_path / name).exists()
