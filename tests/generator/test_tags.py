"""`--include-tags`: the operations of some tags, and the components that they need."""

import pytest

from integry.generator._config import configuration
from integry.generator._errors import GenerationError
from integry.generator._parse import parse
from integry.generator._repair import repair
from integry.generator._report import Report
from integry.generator._yaml import load_yaml

from .reading import HEAD, Client, classes, warnings

URL = "https://example.com/a.yaml"
#: Operations with several tags. The operation `lost` cannot be generated.
PATHS = """
paths:
  /a:
    get: {operationId: a, tags: [one], responses: {"200": {$ref: '#/components/responses/A'}}}
    post: {operationId: b, tags: [two, one], requestBody: {$ref: '#/components/requestBodies/B'}}
    parameters: [{name: p, in: query, schema: {$ref: '#/components/schemas/Parameter'}}]
  /b:
    get: {operationId: c, responses: {"2OO": {description: lost}}}
    put: {operationId: d, tags: [three], responses: {"200": {$ref: '#/paths/~1a/get/responses/200'}}}
  /c: {$ref: '#/x-items/c'}
x-items: {c: {get: {operationId: e, tags: [two]}}}
"""
COMPONENTS = """
components:
  responses: {A: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
  requestBodies: {B: {content: {application/json: {schema: {$ref: '#/components/schemas/B'}}}}}
  schemas:
    A: {properties: {part: {$ref: '#/components/schemas/Whole/properties/part'}, b: {$ref: 'https://x.org/b'}}}
    B: {properties: {base: {$ref: '#/components/schemas/Base'}}}
    Base: {properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
    Child: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {child: {type: string}}}]}
    Mapped: {properties: {mapped: {type: string}}}
    MappedToo: {properties: {mapped: {type: string}}}
    Other: {properties: {other: {type: string}}}
    Parameter: {type: string, enum: [x]}
    Tree: {oneOf: [{$ref: '#/components/schemas/Leaf'}], discriminator: {propertyName: k, mapping: {m: Mapped}}}
    Leaf: {properties: {tree: {$ref: '#/components/schemas/Tree'}}}
    Whole: {properties: {part: {properties: {leaf: {$ref: '#/components/schemas/Leaf'}}}}}
"""


def made(*tags, text=PATHS + COMPONENTS):
    """Return client and report of the operations with some tags."""
    report = Report()
    document = repair(load_yaml(HEAD.format(version="3.1.0") + text), URL, report, tags)
    return Client(document, parse(document, configuration(URL, None), report)), report


def operations(client):
    """Return the names of the operations."""
    return sorted(str(operation.name) for operation in client.operations)


@pytest.mark.parametrize(
    ("tags", "names", "models"),
    [
        (("one",), "ab", ["A", "B", "Base", "Child", "Leaf", "Mapped", "Parameter", "Whole", "WholePart"]),
        (("two",), "be", ["B", "Base", "Child", "Parameter"]),
        (("three",), "d", ["A", "Leaf", "Mapped", "Whole", "WholePart"]),
        (("default",), "c", []),
        (("three", "default"), "cd", ["A", "Leaf", "Mapped", "Whole", "WholePart"]),
    ],
)
def test_tags_select_operations_and_their_components(tags, names, models):
    """Operations with the tags, and all components that they need, are generated. Other parts are not counted."""
    client, report = made(*tags)
    assert (operations(client), classes(client)) == ([*names], models)
    assert report.operations.made == report.operations.all == len(names)
    assert report.schemas.made == report.schemas.all < 11


def test_everything_is_generated_without_tags():
    """All operations and components are generated without tags."""
    client, report = made()
    assert operations(client) == [*"abcde"]
    assert {"Other", "MappedToo"} <= {*classes(client)}
    assert str(report.schemas) == "11 of 11"


def test_other_operations_cause_no_warning():
    """Faults in operations of other tags cause no warning."""
    assert warnings(made("two")[1]) == []
    assert warnings(made("default")[1]) == ["a response has no valid status, and is left out: GET /b 2OO"]


def test_unsupported_methods_are_counted_by_their_tags():
    """An operation with an unsupported method is counted and warned of only if it has one of the tags."""
    text = "paths: {/a: {get: {operationId: a, tags: [x]}, query: {tags: [y]}, additionalOperations: {LOCK: {}}}}"
    assert str(made("x", text=text)[1].operations) == "1 of 1"
    assert str(made("x", "y", text=text)[1].operations) == "1 of 2"
    assert str(made(text=text)[1].operations) == "1 of 3"


def test_an_unknown_tag_is_refused():
    """An unknown tag is an error, which lists the known tags."""
    message = "has no operation with the tag 'four'; its tags are: one, two, default, three"
    with pytest.raises(GenerationError, match=message):
        made("one", "four")
    many = ", ".join(f"/{n}: {{get: {{tags: [t{n}]}}}}" for n in range(30))
    with pytest.raises(GenerationError, match=", t19, …$"):
        made("four", text=f"paths: {{{many}}}")
