"""openapi.yaml is valid, complete and documented, and its examples match its schemas."""

import re

import pytest
from jsonschema import FormatChecker

from integry._results.schema import validator as schema_validator
from tests.spec_document import DOCUMENT, EXAMPLES, OPERATIONS, resolve

SIGNED, SIGNED_IN_QUERY = {"app_key", "user_id", "hash"}, {"app_key_query", "user_id_query", "hash_query"}
#: Parameters that the vendors do not document. Descriptions of these parameters must say so.
UNDOCUMENTED = {
    "list_apps": ["search", "page_size"],
    "list_functions": ["search"],
    "predict_function": ["connected_only"],
    "get_function": ["allow_workspace_connected_accounts"],
    "call_function": ["allow_workspace_connected_accounts", "integration_id"],
    "disconnect_account": ["force"],
}


def parameters(operation):
    """Return the parameters of an operation, including those of its path, by name."""
    listed = [*operation.item.get("parameters", []), *operation.data.get("parameters", [])]
    return {parameter["name"]: parameter for parameter in map(resolve, listed)}


def test_the_document_is_valid():
    """openapi-spec-validator accepts openapi.yaml as OpenAPI 3.1."""
    pytest.importorskip("openapi_spec_validator").validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1.")


def test_all_operations_are_there():
    """openapi.yaml has exactly the listed methods and paths."""
    organisation = "/organisations/{organisation_id}/integrations"
    channel = organisation + "/{integration_id}/channels/{channel_id}/settings"
    slack = "/slack/organisations/{organisation_id}"
    assert {(operation.method.upper(), operation.path) for operation in OPERATIONS.values()} == {
        ("POST", "/apps/list/"),
        ("POST", "/apps/{app_name}/get/"),
        ("POST", "/functions/list/"),
        ("POST", "/functions/predict/"),
        ("POST", "/functions/{function_name}/get/"),
        ("POST", "/functions/{function_name}/call/"),
        ("DELETE", "/connected-accounts/{connected_account_id}"),
        ("POST", slack + "/token-exchg"),
        ("GET", slack),
        ("POST", organisation),
        ("GET", organisation),
        ("PATCH", organisation + "/{integration_id}"),
        ("DELETE", organisation + "/{integration_id}"),
        ("POST", organisation + "/{integration_id}/settings"),
        ("GET", organisation + "/{integration_id}/settings"),
        ("PATCH", organisation + "/{integration_id}/settings"),
        ("POST", channel),
        ("GET", channel),
        ("PATCH", channel + "/{setting_id}"),
        ("DELETE", channel + "/{setting_id}"),
        ("POST", organisation + "/custom"),
        ("GET", organisation + "/custom"),
        ("PUT", organisation + "/custom/{integration_id}"),
        ("DELETE", organisation + "/custom/{integration_id}"),
        ("PUT", organisation + "/custom/{integration_id}/settings"),
        ("GET", organisation + "/custom/{integration_id}/settings"),
    }, "list the method and path of the operation in this test, tests/spec/test_openapi.py"


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_documented(name):
    """Each operation has a tag, a summary, descriptions, an example of its body, security and a server."""
    operation = OPERATIONS[name]
    data = operation.data
    assert data["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert re.fullmatch(r"[^\n]{10,80}\.", data["summary"])
    assert len(data["description"]) > 30
    for parameter in parameters(operation).values():
        assert parameter["description"].endswith(".")
    if "requestBody" in data:
        assert data["requestBody"]["description"]
        (media,) = data["requestBody"]["content"].values()
        assert "example" in media or "examples" in media
    for response in map(resolve, data["responses"].values()):
        assert response["description"].endswith(".")
    assert "security" in data, "say in openapi.yaml with security: how the operation is authenticated"
    (alternative,) = data["security"]
    servers = operation.item.get("servers", DOCUMENT["servers"])
    expected = {
        "https://api.integry.io": SIGNED,
        "https://app.integry.io": SIGNED_IN_QUERY,
        "https://api.telex.im/api/v1": {"bearer"},
    }
    assert set(alternative) == expected[servers[0]["url"]]


@pytest.mark.parametrize("name", OPERATIONS)
def test_responses_have_schemas_and_examples(name):
    """Every response has a schema and an example, except 2XX responses, which stand for any success."""
    for status, reference in OPERATIONS[name].data["responses"].items():
        response = resolve(reference)
        if status != "2XX":
            (media,) = response["content"].values()
            assert "schema" in media
            assert "example" in media or "examples" in media


@pytest.mark.parametrize("name", UNDOCUMENTED)
def test_undocumented_parameters_are_marked(name):
    """Descriptions of undocumented parameters contain "Undocumented"."""
    found = parameters(OPERATIONS[name])
    for parameter in found:
        marked = "Undocumented" in found[parameter]["description"]
        assert marked == (parameter in UNDOCUMENTED[name]), parameter
    if name == "disconnect_account":
        assert OPERATIONS[name].data["description"].startswith("Undocumented")


def test_passthrough_is_explained():
    """The introduction of openapi.yaml, and its operations to call and list functions, explain passthrough requests."""
    for text in (
        DOCUMENT["info"]["description"],
        OPERATIONS["call_function"].data["description"],
        OPERATIONS["list_functions"].data["description"],
    ):
        assert "passthrough" in text.lower()


def validator(schema):
    """Return a validator that resolves references in the document and checks formats."""
    rooted = {**schema, "components": DOCUMENT["components"]}
    return schema_validator(rooted).evolve(format_checker=FormatChecker())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.operation}-{e.place}-{e.name}")
def test_examples_match_their_schemas(example):
    """Every example of a body is valid for its schema, including formats."""
    assert [error.message for error in validator(example.schema).iter_errors(example.value)] == []


def test_parameter_examples_match_their_schemas():
    """Every example of a parameter is valid for its schema."""
    found = [parameter for operation in OPERATIONS.values() for parameter in parameters(operation).values()]
    examples = [parameter for parameter in found if "example" in parameter]
    assert len(examples) > 20
    for parameter in examples:
        assert list(validator(parameter["schema"]).iter_errors(parameter["example"])) == []


def test_invalid_examples_are_found():
    """The validator reports errors, so the tests of examples can fail."""
    schema = {"$ref": "#/components/schemas/App"}
    assert list(validator(schema).iter_errors({"id": 1}))
    account = {"id": 1, "modified_at": "yesterday"}
    assert list(validator(schema).iter_errors({"id": 1, "name": "x", "connected_accounts": [account]}))


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_schemas_are_tolerant(name):
    """Every object allows additional properties, and has descriptions of its own properties."""
    schema = DOCUMENT["components"]["schemas"][name]
    assert schema["description"]
    for part in [schema, *schema.get("allOf", [])]:
        assert part.get("additionalProperties", True) is True
        for field in part.get("properties", {}).values():
            assert "description" in field or "description" in resolve(field)


def test_only_indispensable_fields_are_required():
    """Only indispensable fields are required, because a missing field must not make a page unreadable."""
    schemas = DOCUMENT["components"]["schemas"]
    required = {name: schema["required"] for name, schema in schemas.items() if "required" in schema}
    assert {name: fields for name, fields in required.items() if not name.endswith("Request")} == {
        "App": ["name"],
        "AppPage": ["apps"],
        "Function": ["name"],
        "FunctionPage": ["functions"],
        "FunctionResult": ["network_code"],
    }, "list the required fields of the schema in this test, tests/spec/test_openapi.py"
    assert schemas["Cursor"]["type"] == ["string", "number", "object", "null"]


def test_links_lead_to_existing_operations():
    """Operations that create objects have links. Links use operations and parameters that exist."""
    for name in ("create_integration", "add_integration_setting", "add_channel_setting", "create_custom_integration"):
        success = next(status for status in OPERATIONS[name].data["responses"] if status.startswith("20"))
        assert OPERATIONS[name].data["responses"][success]["links"]
    links = [
        link
        for operation in OPERATIONS.values()
        for response in operation.data["responses"].values()
        for link in resolve(response).get("links", {}).values()
    ]
    assert len(links) > 10
    for link in links:
        assert set(link["parameters"]) <= set(parameters(OPERATIONS[link["operationId"]]))
