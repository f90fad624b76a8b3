"""Validation with JSON schemas: works with jsonschema 4.0 and newer, and fetches nothing."""

import sys
import warnings

import pytest

from integry._results.schema import validator

SCHEMA = {"$ref": "#/$defs/text", "$defs": {"text": {"type": "string"}}}
REMOTE = {"$ref": "http://127.0.0.1:9/schema"}


@pytest.fixture(params=["as installed", "without referencing"])
def _jsonschema(request, monkeypatch):
    """Run each test with the installed jsonschema, and as with versions before 4.18, which lack `referencing`."""
    if request.param == "without referencing":
        monkeypatch.setitem(sys.modules, "referencing", None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # RefResolver is deprecated in new versions
        yield


@pytest.mark.usefixtures("_jsonschema")
def test_local_references_are_followed():
    """A reference inside the schema is resolved."""
    assert [error.validator for error in validator(SCHEMA).iter_errors(5)] == ["type"]
    assert list(validator(SCHEMA).iter_errors("text")) == []


@pytest.mark.usefixtures("_jsonschema")
def test_remote_references_are_errors():
    """A reference to another document is an error, and nothing is fetched."""
    with pytest.raises(Exception, match="127.0.0.1:9") as caught:
        list(validator(REMOTE).iter_errors(5))
    assert "resol" in type(caught.value).__name__.lower() + str(caught.value).lower()
    assert "refused" not in str(caught.value)
