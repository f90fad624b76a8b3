"""Rendering: docstrings, the cache of compiled templates, and patches that a run must remove at its end."""

import gc
import sys
from ast import literal_eval
from contextlib import suppress
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.bccache import Bucket
from jinja2.filters import do_indent, do_wordwrap
from openapi_python_client import strings
from openapi_python_client.parser import GeneratorData
from openapi_python_client.schema.untrusted_string import UntrustedString

from integry.generator import _generate, _reading
from integry.generator._config import configuration
from integry.generator._docstrings import in_double_quote_literal, indent, safe_for_docstring, wordwrap
from integry.generator._patches import _with_fast_path, lenient
from integry.generator._report import Report
from integry.generator._templates import CompiledTemplates
from integry.generator._yaml import load_yaml

from .reading import HEAD

TEXTS = [
    "plain",
    "",
    'a "quote" and """three"""',
    "a\\b \\N{DASH}",
    "null \x00, \x7f and \x9b",
    "\ttab\nline\r\n",
    "é 宠物 \u2028 \xa0",
    "\\" * 300,
    5,
    None,
    strings.PythonCode("1"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_docstrings_are_escaped_as_by_the_parser(text):
    """Texts in docstrings are escaped in the same way as by openapi-python-client's function."""
    for value in (text, UntrustedString(text)) if isinstance(text, str) else (text,):
        assert safe_for_docstring(value) == strings.safe_for_docstring(value)


@pytest.mark.parametrize("text", [text for text in TEXTS if isinstance(text, str)])
def test_texts_are_escaped_and_indented_as_by_the_libraries(text):
    """Texts in quotes are escaped, also what openapi-python-client drops. Lines are indented as by jinja2."""
    for value in (text, UntrustedString(text)):
        assert in_double_quote_literal(value).isprintable()
        assert literal_eval(f'"{in_double_quote_literal(value)}"') == text
        assert in_double_quote_literal(value) == strings.in_double_quote_literal(value) or not text.isprintable()
    code = strings.PythonCode(text)
    assert in_double_quote_literal(code) == strings.in_double_quote_literal(code)
    assert indent(text, 4) == do_indent(text, 4)
    assert indent(text) == do_indent(text)
    assert indent(text, 4, first=True) == indent(text, *[4, True]) == do_indent(text, 4, first=True)
    assert strings.sanitize(text) == _with_fast_path(strings.sanitize)(text)


@pytest.mark.parametrize(
    "text",
    ["", "short", "two\n\nlines\n", "  before", "after  ", "a\n   \nb", "long " * 30, "x" * 200, "a\r\nb", "a\xa0"],
)
def test_lines_are_wrapped_as_by_jinja(text):
    """Lines are wrapped in the same way as by jinja2's filter `wordwrap`."""
    environment = Environment(autoescape=True)
    assert wordwrap(environment, text, 40) == do_wordwrap(environment, text, 40)


def test_compiled_templates_are_cached(tmp_path, monkeypatch):
    """Compiled templates are cached if the folder is writable and Python may write bytecode."""
    environment = Environment(autoescape=True)
    bucket = Bucket(environment, "key", "checksum")
    bucket.code = compile("1", "template", "eval")
    (tmp_path / "file").touch()
    CompiledTemplates(str(tmp_path / "file" / "none")).dump_bytecode(bucket)
    cache = CompiledTemplates(str(tmp_path / "cache"))
    monkeypatch.setattr(CompiledTemplates, "known", {})
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    cache.dump_bytecode(bucket)
    assert not (tmp_path / "cache").exists()
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    cache.dump_bytecode(bucket)
    for known in (CompiledTemplates.known, {}):
        monkeypatch.setattr(CompiledTemplates, "known", known)
        found = Bucket(environment, "key", "checksum")
        cache.load_bytecode(found)
        assert found.code == bucket.code


def test_the_patches_of_the_parser_are_removed():
    """The functions and methods that a run patches, even inherited methods, are restored at its end."""
    before = dict(vars(strings)), dict(vars(UntrustedString))
    with suppress(KeyError), lenient(Report(), set(), []):
        assert repr(UntrustedString("a")) == '"a"'
        assert strings.snake_case is not before[0]["snake_case"]
        raise KeyError
    assert (dict(vars(strings)), dict(vars(UntrustedString))) == before


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_state_of_the_garbage_collector_is_restored(is_enabled):
    """The garbage collector does not run while a client is generated, and has its former state afterwards."""
    if not is_enabled:
        gc.disable()
    with suppress(KeyError), _generate._no_collections():
        assert not gc.isenabled()
        raise KeyError
    found = gc.isenabled()
    gc.enable()
    assert found is is_enabled


def test_an_invalid_class_is_typed_as_any_if_its_name_is_taken():
    """A schema that cannot be generated as a class is typed as Any, even if the name of the class is taken."""
    document = load_yaml(
        HEAD.format(version="3.0.3")
        + "paths: {}\ncomponents: {schemas: {A: {type: object, properties: {x: {enum: [1, two]}}}}}"
    )
    report = Report()
    with lenient(report, {"A", "AX"}, ["A"]):
        data = GeneratorData.from_dict(_reading.read(document), config=configuration("a.yaml", Path("client")))
    assert [found.class_info.name for found in data.models] == ["A"]
    (line,) = report.lines()
    assert line.endswith("A.x")
