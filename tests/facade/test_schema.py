"""JSON schemas: checked with any jsonschema from 4.0 on, which fetches nothing."""

import sys
import warnings

import pytest

from integry._results.schema import validator

SCHEMA = {"$ref": "#/$defs/text", "$defs": {"text": {"type": "string"}}}
AWAY = {"$ref": "http://127.0.0.1:9/schema"}


@pytest.fixture(params=["as installed", "without referencing"])
def _installed(request, monkeypatch):
    """Jsonschema before 4.18 had no `referencing`, and found references by itself."""
    if request.param == "without referencing":
        monkeypatch.setitem(sys.modules, "referencing", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the old way, in a new jsonschema
        yield


@pytest.mark.usefixtures("_installed")
def test_references_inside():
    """They are followed."""
    assert [error.validator for error in validator(SCHEMA).iter_errors(5)] == ["type"]
    assert list(validator(SCHEMA).iter_errors("text")) == []


@pytest.mark.usefixtures("_installed")
def test_references_elsewhere():
    """They are errors, and nothing is fetched: a refused connection would be another one."""
    with pytest.raises(Exception, match="127.0.0.1:9") as caught:
        list(validator(AWAY).iter_errors(5))
    assert "resol" in type(caught.value).__name__.lower() + str(caught.value).lower()
    assert "refused" not in str(caught.value)
