"""Docstrings of operations: summary, deprecation, responses by status, and documented errors."""

import json

import pytest

from integry.generator._yaml import load_yaml

from .reading import data, operation, read_text


def notes(text):
    """Return the texts for the docstring of an operation, which is given as one line of YAML."""
    client, _ = read_text(f"paths: {{/a: {{get: {{operationId: get_a, {text}}}}}}}")
    return data(client, operation(client, "get_a"))


def texts(*found):
    """Return UntrustedString objects as plain strings."""
    return [one.get_untrusted_value() for one in found]


@pytest.mark.parametrize(
    ("text", "title", "details"),
    [
        ("summary: Get it., description: More.", "Get it.", "More."),
        ("summary: Get it, description: Get  it.", "Get it", ""),
        ('summary: "Get\\n it "', "Get it", ""),
        ('description: "Get it. It is e.g. big.\\n\\nMore."', "Get it.", "It is e.g. big.\n\nMore."),
        ('description: "Get it, e.g. now"', "Get it, e.g. now", ""),
        ('description: "Get\\nit!\\n\\nMore."', "Get it!", "More."),
        ('description: "No sentence\\n\\nMore."', "No sentence", "More."),
        (f"description: {'x' * 400}", "GET /a", "x" * 400),
        ("summary: ' ', description: ''", "GET /a", ""),
        ("responses: {}", "GET /a", ""),
    ],
)
def test_the_first_line_is_the_summary_or_a_sentence(text, title, details):
    """The first line is the summary, or the first sentence of the description, or method and path."""
    found = notes(text)
    assert texts(found["title"], found["details"]) == [title, details]


@pytest.mark.parametrize(
    ("text", "expected"), [("deprecated: true", True), ("deprecated: false", False), ("tags: []", False)]
)
def test_docstrings_name_the_deprecation(text, expected):
    """The docstring of a deprecated operation has a section Deprecated."""
    assert notes(text)["is_deprecated"] is expected


RESPONSES = """
  "200":
    description: "It is\\n here.\\n\\nMore."
    content: {application/json: {schema: {type: array}}, text/csv: {}}
  "204": {}
  4xx:
    description: "No:"
    content: {application/json: {schema: {type: array}}, application/xml: {schema: {type: array}}}
"""


def test_responses_are_listed_by_status():
    """Each response is listed with its type and the first paragraph of its description."""
    found = notes(f"responses: {json.dumps(load_yaml(RESPONSES))}")["returned"]
    assert texts(*found) == ["200 (Union[List[Any], str]): It is here.", "204 (None)", "4XX (List[Any]): No"]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ("'200': {}", ""),
        ("'200': {}, '404': {}", "404"),
        ("'200': {}, '400': {}, '404': {}, 5xx: {}", "400, 404 and 5XX"),
        ("'200': {}, '404': {}, default: {}", "404 and other statuses from 400 on"),
        ("default: {}", ""),
    ],
)
def test_documented_errors_are_listed(statuses, expected):
    """Documented error statuses are listed. `default` is an error if a success is documented."""
    assert notes(f"responses: {{{statuses}}}")["errors"] == expected
