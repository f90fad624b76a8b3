"""The steps of the generator, each by itself: reading, repairing, naming, rendering, replacing."""

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
    """A small document."""
    return {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}, **parts}


@pytest.fixture
def write(tmp_path):
    """Write a document, or a text, into a file."""

    def run(content):
        path = tmp_path / "document.yaml"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return run


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        ("x-a: &a [*a]", "an alias stands inside of what it is an alias of"),
        ("\n".join(f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 99)}]" for n in range(1, 5)), "it has 2e+08 values"),
    ],
)
def test_documents_that_are_endless_or_large(write, tmp_path, capsys, tail, message):
    """By aliases; the number of values counts with these written out."""
    path = write("openapi: 3.0.3\nx-0: &a0 [ha]\n" + tail)
    # Not by the exception: what searches its frames for secrets would write the aliases out.
    assert by_us(path, tmp_path / "client") == 1
    assert message in capsys.readouterr().err


def test_a_document_that_is_nested_too_deeply(write, tmp_path, capsys):
    """Python reads it, but cannot walk it in two frames for each level."""
    depth = sys.getrecursionlimit() * 6 // 10
    deep = document()
    deep["x-a"] = "DEEP"
    path = write(json.dumps(deep).replace('"DEEP"', "[" * depth + "]" * depth))
    assert by_us(path, tmp_path / "client") == 1
    assert "cannot be used: it is nested too deeply" in capsys.readouterr().err


def test_what_the_parser_fails_on_is_repaired():
    """With the same meaning; what leads nowhere is any JSON, with a warning."""
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
        "a reference leads to no schema of this document, and is typed as Any: Elsewhere",
        "a schema that refers to itself without an object between is typed as Any: Circle",
    ]


def test_references_are_followed_a_bounded_number_of_times():
    """A circle ends, and so does a path through what is not an object."""
    raw = Document({"a": {"$ref": "#/a"}, "b": {"$ref": "#/c/d/e"}, "c": 5, "d~/": 1}, Types(set()))
    assert raw.resolve({"$ref": "#/a"}) == {"$ref": "#/a"}
    assert raw.resolve({"$ref": "#/b"}) == {}
    assert raw.resolve({"$ref": "#/d~0~1"}) == 1


def test_defaults_of_all_kinds(write, tmp_path):
    """Also numbers that JSON has no name for, and lists, which each model has for itself."""
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


def test_operations_with_one_name(write, tmp_path):
    """Have their tags before it in the list of all, and a line beneath if that is taken too."""
    get = {"operationId": "get", "responses": {"200": {"description": "ok"}}}
    paths = {
        "/a": {"get": {**get, "tags": ["a"]}},
        "/b": {"get": {**get, "tags": ["b"]}},
        "/c": {"get": {**get, "operationId": "a_get", "tags": ["c"]}},
    }
    assert by_us(write(document(paths=paths)), tmp_path / "client") == 0
    text = (tmp_path / "client" / "operations.py").read_text()
    assert all(f'"{name}": ' in text for name in ("a_get", "a_get_", "b_get"))


def test_a_failure_of_the_parser_is_one_line(write, tmp_path, capsys, monkeypatch):
    """Whatever it raises."""
    monkeypatch.setattr(GeneratorData, "from_dict", lambda *_, **__: 1 / 0)
    assert by_us(write(document()), tmp_path / "client") == 1
    assert capsys.readouterr().err.endswith("document.yaml: division by zero\n")


def test_a_failure_of_ruff_is_one_line(monkeypatch):
    """With what it said."""
    monkeypatch.setattr(_render, "FORMAT", ("--no-such-option",))
    with pytest.raises(GenerationError, match="ruff format failed: error: unexpected argument '--no-such-option'"):
        _render.ruff("format")


@pytest.mark.parametrize("there", [True, False])
def test_a_failed_rename_leaves_the_old_client(tmp_path, monkeypatch, there):
    """The last step is taken back, if there was a client."""
    output, made = tmp_path / "client", tmp_path / "work" / "client"
    for folder in (output, made) if there else (made,):
        folder.mkdir(parents=True)
        (folder / "a.py").write_text(str(folder))
    rename = Path.rename

    def fail(path, target):
        if path == made:
            raise OSError("no")  # noqa: EM101 (what the system says)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="no"):
        _output.replace(output, made)
    assert output.exists() is there
    assert not there or (output / "a.py").read_text() == str(output)
