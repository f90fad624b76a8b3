"""The steps of the generator in isolation: reading, repairing, naming, rendering, replacing."""

import json
import sys
from pathlib import Path

import pytest
from openapi_python_client.parser import GeneratorData

from integry.generator import _output, _render
from integry.generator._errors import GenerationError
from integry.generator._operations import Document
from integry.generator._repair import repair
from integry.generator._report import Report
from integry.generator._types import Types

from .conftest import by_us


def document(**parts):
    """Return a small document."""
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}, **parts}


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a document or text to a file."""

    def run(content):
        path = tmp_path / "document.yaml"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return run


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ("x-a: &a [*a]", "a YAML alias refers to a node that contains it"),
        ("\n".join(f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 99)}]" for n in range(1, 5)), "it has 2e+08 values"),
    ],
)
def test_documents_with_too_many_values_are_refused(write, tmp_path, capsys, tail, message):
    """A document is refused if it has too many values after its YAML aliases are expanded."""
    path = write("openapi: 3.0.3\nx-0: &a0 [ha]\n" + tail)
    # Check the output and not the exception: tests search the frames of exceptions for secrets, which would expand the
    # aliases.
    assert by_us(path, tmp_path / "client") == 1
    assert message in capsys.readouterr().err


def test_a_too_deeply_nested_document_is_refused(write, tmp_path, capsys):
    """A document that can be parsed, but is nested too deeply for a recursive function, is refused."""
    depth = sys.getrecursionlimit() * 6 // 10
    deep = {**document(), "components": {"schemas": {"A": "DEEP"}}}
    path = write(json.dumps(deep).replace('"DEEP"', '{"type": "array", "items": ' * depth + "{}" + "}" * depth))
    assert by_us(path, tmp_path / "client") == 1
    assert "cannot be used: it is nested too deeply" in capsys.readouterr().err


def test_a_too_deeply_nested_yaml_document_is_refused(write, tmp_path, capsys):
    """A YAML document that is nested more deeply than Python's limit of recursion allows is refused."""
    depth = sys.getrecursionlimit() * 6 // 10
    assert by_us(write("openapi: 3.1.0\nx-a: " + "[" * depth + "]" * depth), tmp_path / "client") == 1
    assert "cannot be used: it is nested too deeply" in capsys.readouterr().err


def test_documents_are_repaired_for_the_parser():
    """The repaired document has the same meaning. An unresolvable reference is typed as Any, with a warning."""
    reference = {"$ref": "#/components/schemas/Good"}
    schemas = {
        "Good": {"type": "object", "enum": [{"a": 1}, {"a": 1}], "default": {"enum": [1, 1]}},
        "Array": {"type": "array"},
        "Beside": {"oneOf": [reference], "properties": {"a": {}}, "required": ["a"]},
        "Also": reference,
        "Circle": {"$ref": "#/components/schemas/Circle"},
        "Elsewhere": {"$ref": "http://127.0.0.1:9/x"},
    }
    report = Report()
    repaired = repair(document(components={"schemas": schemas}), "https://example.com/a.yaml", report)
    assert repaired["components"]["schemas"] == {
        "Good": {"type": "object"},
        "Array": {"type": "array", "items": {}},
        "Beside": {"allOf": [reference, {"type": "object", "properties": {"a": {}}, "required": ["a"]}]},
        "Also": reference,
        "Circle": {},
        "Elsewhere": {},
    }
    assert list(report.lines()) == [
        "a reference to a schema that the document does not have is typed as Any: Elsewhere",
        "a schema that refers to itself without an object in between is typed as Any: Circle",
    ]


def test_following_references_terminates():
    """Following a circular reference ends, and so does following a path through a value that is not an object."""
    raw = Document({"a": {"$ref": "#/a"}, "b": {"$ref": "#/c/d/e"}, "c": 5, "d~/": 1}, Types(set()))
    assert raw.resolve({"$ref": "#/a"}) == {"$ref": "#/a"}
    assert raw.resolve({"$ref": "#/b"}) == {}
    assert raw.resolve({"$ref": "#/d~0~1"}) == 1


def test_nan_and_list_defaults_are_rendered(write, tmp_path):
    """In generated code, the default NaN is a call of float(), and the default of a list is a factory."""
    schema = {
        "properties": {
            "n": {"type": "number", "default": float("nan")},
            "anything": {"default": [1]},
            "required": {"type": "string", "default": "x"},
        }
    }
    path = write(document(components={"schemas": {"A": schema}}))
    assert by_us(path, tmp_path / "client") == 0
    text = (tmp_path / "client" / "models" / "a.py").read_text()
    assert 'n: Union[float, Unset] = float("nan")' in text
    assert "anything: Any = _field(factory=lambda: [1])" in text


def test_operations_with_the_same_name_get_unique_keys(write, tmp_path):
    """In OPERATIONS, equal names of operations get the tag as prefix, and an underscore if that name is taken."""
    get = {"operationId": "get", "responses": {"200": {"description": "ok"}}}
    paths = {
        "/a": {"get": {**get, "tags": ["a"]}},
        "/b": {"get": {**get, "tags": ["b"]}},
        "/c": {"get": {**get, "operationId": "a_get", "tags": ["c"]}},
    }
    assert by_us(write(document(paths=paths)), tmp_path / "client") == 0
    text = (tmp_path / "client" / "operations.py").read_text()
    assert all(f'"{name}": ' in text for name in ("a_get", "a_get_", "b_get"))


def test_a_parser_error_is_one_line(write, tmp_path, capsys, monkeypatch):
    """The command prints any exception of openapi-python-client as one line."""
    monkeypatch.setattr(GeneratorData, "from_dict", lambda *_, **__: 1 / 0)
    assert by_us(write(document()), tmp_path / "client") == 1
    assert capsys.readouterr().err.endswith("document.yaml: division by zero\n")


def test_a_ruff_error_is_one_line(monkeypatch):
    """A failure of ruff raises GenerationError with ruff's message on one line."""
    monkeypatch.setattr(_render, "FORMAT", ("--no-such-option",))
    with pytest.raises(GenerationError, match="ruff format failed: error: unexpected argument '--no-such-option'"):
        _render.ruff("format")


@pytest.mark.parametrize("has_old_client", [True, False])
def test_a_failed_rename_restores_the_old_client(tmp_path, monkeypatch, has_old_client):
    """If the rename of the new client fails, an existing client is moved back."""
    output, new_client = tmp_path / "client", tmp_path / "work" / "client"
    for folder in (output, new_client) if has_old_client else (new_client,):
        folder.mkdir(parents=True)
        (folder / "a.py").write_text(str(folder))
    rename = Path.rename

    def fail(path, target):
        if path == new_client:
            raise OSError("no")  # noqa: EM101 (the message is not under test)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="no"):
        _output.replace(output, new_client)
    assert output.exists() is has_old_client
    assert not has_old_client or (output / "a.py").read_text() == str(output)
