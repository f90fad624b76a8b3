"""Rendering: texts in docstrings, the cache of compiled templates, and what is changed for the time of a run."""

import gc
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.bccache import Bucket
from jinja2.filters import do_wordwrap
from openapi_python_client import strings
from openapi_python_client.parser import GeneratorData
from openapi_python_client.schema.untrusted_string import UntrustedString

from integry.generator import _generate
from integry.generator._config import configuration
from integry.generator._docstrings import safe_for_docstring, wordwrap
from integry.generator._patches import lenient
from integry.generator._render import CompiledTemplates
from integry.generator._report import Report
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
def test_texts_in_docstrings(text):
    """They are what the parser's function makes of them."""
    for value in (text, UntrustedString(text)) if isinstance(text, str) else (text,):
        assert safe_for_docstring(value) == strings.safe_for_docstring(value)


@pytest.mark.parametrize(
    "text",
    ["", "short", "two\n\nlines\n", "  before", "after  ", "a\n   \nb", "long " * 30, "x" * 200, "a\r\nb", "a\xa0"],
)
def test_broken_lines(text):
    """They are what jinja2's filter makes of them."""
    environment = Environment(autoescape=True)
    assert wordwrap(environment, text, 40) == do_wordwrap(environment, text, 40)


def test_compiled_templates_are_kept(tmp_path, monkeypatch):
    """They are, where the folder can be written, and where Python keeps modules."""
    environment = Environment(autoescape=True)
    bucket = Bucket(environment, "key", "checksum")
    bucket.code = compile("1", "template", "eval")
    (tmp_path / "file").touch()
    CompiledTemplates(str(tmp_path / "file" / "none")).dump_bytecode(bucket)
    cache = CompiledTemplates(str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    cache.dump_bytecode(bucket)
    assert not (tmp_path / "cache").exists()
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    cache.dump_bytecode(bucket)
    found = Bucket(environment, "key", "checksum")
    cache.load_bytecode(found)
    assert found.code == bucket.code


def test_the_parser_is_as_before_after_a_run():
    """Functions and methods that a run replaces are put back, also those that were inherited."""
    before = dict(vars(strings)), dict(vars(UntrustedString))
    with suppress(KeyError), lenient(Report(), set(), []):
        assert repr(UntrustedString("a")) == '"a"'
        assert strings.sanitize is not before[0]["sanitize"]
        raise KeyError
    assert (dict(vars(strings)), dict(vars(UntrustedString))) == before


def test_the_garbage_collector_is_as_before_after_a_run():
    """Its thresholds are those of the process again."""
    before = gc.get_threshold()
    with suppress(KeyError), _generate._rare_collections():
        assert gc.get_threshold() != before
        raise KeyError
    assert gc.get_threshold() == before


def test_a_class_whose_name_is_taken_may_be_invalid():
    """It is any JSON then, as it is if its name is free."""
    document = load_yaml(
        HEAD.format(version="3.0.3")
        + "paths: {}\ncomponents: {schemas: {A: {type: object, properties: {x: {enum: [1, two]}}}}}"
    )
    report = Report()
    with lenient(report, {"A", "AX"}, ["A"]):
        data = GeneratorData.from_dict(document, config=configuration("a.yaml", Path("client")))
    assert [found.class_info.name for found in data.models] == ["A"]
    (line,) = report.lines()
    assert line.endswith("A.x")
