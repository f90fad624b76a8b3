"""The setting `pagination`: rules for pages of operations in the configuration file."""

import json

import pytest

from integry.generator import __main__ as generate
from integry.generator._errors import GenerationError
from integry.generator._repair import repair
from integry.generator._report import Report

CURSOR = {"kind": "cursor", "parameter": "after", "field": "next"}
KEPT = {**CURSOR, "items": ""}


def rules(settings, hint=None):
    """Return the rules for pages of the operations of a document, by operationId, and the report."""
    after = [{"name": "after", "in": "query", "schema": {"type": "string"}}]
    pets = {"operationId": "listPets", "tags": ["pets"], "parameters": after}
    toys = {"operationId": "listToys", "tags": ["toys"], "parameters": after}
    if hint:
        pets["x-pagination"] = hint
    paths = {"/pets": {"get": pets}, "/toys/{id}": {"get": toys}}
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}
    report = Report()
    found = repair(document, "a.json", report, pagination=settings)
    operations = [raw for item in found["paths"].values() for raw in item.values() if isinstance(raw, dict)]
    return {raw["operationId"]: raw.get("x-pagination") for raw in operations}, report


@pytest.mark.parametrize("name", ["listToys", "GET /toys/{id}", "get /toys/{id}"])
def test_an_operation_is_named_by_its_id_or_by_method_and_path(name):
    """A rule belongs to the operation that its key names. Other operations have none."""
    found, report = rules({name: CURSOR})
    assert found == {"listPets": None, "listToys": KEPT}
    assert not any("pagination" in cause for cause in report.causes)


def test_a_setting_takes_precedence_over_the_document():
    """A rule in the settings replaces the `x-pagination` of the document, also one that is invalid."""
    for hint in ({"kind": "link"}, {"kind": "none"}):
        found, report = rules({"listPets": CURSOR}, hint)
        assert found["listPets"] == KEPT
        assert not any("x-pagination" in cause for cause in report.causes)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"listPet": CURSOR}, r"pagination\.listPet names an operation that the document does not have; .* listPets\?"),
        ({"GET /pet": CURSOR}, r"pagination\.GET /pet names an operation .*; did you mean GET /pets\?"),
        ({"listPets": {"kind": "pages"}}, r"pagination\.listPets cannot be used, because its kind must be one of"),
        ({"listPets": {**CURSOR, "parameter": "x"}}, r"because the operation has no query parameter x"),
    ],
)
def test_rules_that_cannot_be_used_are_errors(settings, message):
    """An operation that does not exist, and an invalid rule, are errors that name the key of the setting."""
    with pytest.raises(GenerationError, match=message):
        rules(settings)


def test_a_document_without_operations_has_no_nearest_operation():
    """The error for an unknown operation has no suggestion if the document has no operations."""
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}
    with pytest.raises(GenerationError, match="the document does not have$"):
        repair(document, "a.json", Report(), pagination={"listPets": CURSOR})


def test_operations_that_are_left_out_may_have_rules(tmp_path, capsys):
    """The command reads the setting. A rule for an operation without the requested tags has no effect."""
    (tmp_path / "config.json").write_text(json.dumps({"pagination": {"GET /b": {"kind": "link"}}}))
    paths = {"/a": {"get": {"tags": ["a"]}}, "/b": {"get": {"tags": ["b"]}}}
    (tmp_path / "a.json").write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "T"}, "paths": paths}))
    command = [str(tmp_path / "a.json"), str(tmp_path / "client"), f"--config={tmp_path}/config.json"]
    assert generate.main([*command, "--include-tags=a"]) == 0, capsys.readouterr()
    (tmp_path / "config.json").write_text(json.dumps({"pagination": {"GET /b": "link"}}))
    assert generate.main([*command, "--dry-run"]) == 1
    assert "config.json: pagination.GET /b: Input should be a valid dictionary" in capsys.readouterr().err
