"""Security schemes of documents, and the credentials that operations require."""

import pytest

from integry.generator._security import scheme

from .reading import arguments, data, operation, read_text, warnings

DOCUMENT = """
security: [{bearer: []}]
paths:
  /a: {get: {operationId: a}, put: {operationId: b, security: []}}
  /c: {get: {operationId: c, security: [{}, {key: []}]}}
  /d: {get: {operationId: d, security: [{key: [], tls: []}, {gone: []}]}}
  /e: {get: {operationId: e, security: 5}, put: {operationId: f, security: [5]}}
components:
  securitySchemes:
    bearer: {type: http, scheme: bearer}
    key: {$ref: '#/components/securitySchemes/other'}
    other: {type: apiKey, in: cookie, name: k}
    tls: {type: mutualTLS}
    odd: 5
"""


def names(credentials):
    """Return the names of the security schemes that are required together."""
    return [each.name for each in credentials]


@pytest.mark.parametrize(
    ("name", "first", "alternatives", "is_secured"),
    [
        ("a", ["bearer"], [], True),
        ("b", [], [], False),
        ("c", [], [[], ["key"]], False),
        ("d", ["key", "tls"], [["key", "tls"], ["gone"]], True),
        ("e", ["bearer"], [], True),
        ("f", [], [], False),
    ],
)
def test_operations_have_their_alternatives(name, first, alternatives, is_secured):
    """Operations without `security` have that of the document. An empty alternative makes credentials optional."""
    client, report = read_text(DOCUMENT, version="3.1.0")
    found = data(client, operation(client, name))
    assert names(found["security"]) == first
    assert [names(each) for each in found["alternatives"]] == alternatives
    assert found["is_secured"] is is_secured
    assert warnings(report) == ["a part is not an object, and is left out: securitySchemes odd"]


def test_only_schemes_with_a_place_take_credentials():
    """Schemes without a place, such as client certificates, take no credentials. Other schemes keep their order."""
    client, _ = read_text(DOCUMENT)
    found = client.document.data_of_modules()
    assert names(found["security_schemes"]) == ["bearer", "key", "other"]
    assert found["is_security_required"] is True
    for text in ("paths: {}", "paths: {/a: {get: {operationId: a, security: [{}]}}}"):
        assert read_text(text)[0].document.data_of_modules()["is_security_required"] is False


@pytest.mark.parametrize(
    ("raw", "place", "parameter", "code", "type_"),
    [
        ({"type": "apiKey", "in": "query", "name": "k"}, "query", "k", "ApiKey('query', 'k')", "Token"),
        ({"type": "apiKey", "in": "body"}, "", "", "", ""),
        ({"type": "http", "scheme": "BASIC"}, "header", "Authorization", "Basic()", "Login"),
        ({"type": "http"}, "header", "Authorization", "Bearer()", "Token"),
        ({"type": "http", "scheme": "digest"}, "header", "Authorization", "Bearer('Digest')", "AuthBase"),
        ({"type": "http", "scheme": "Negotiate"}, "header", "Authorization", "Bearer('Negotiate')", "AuthBase"),
        ({"type": "http", "scheme": "DPoP"}, "header", "Authorization", "Bearer('DPoP')", "Token"),
        ({"type": "openIdConnect"}, "header", "Authorization", "Bearer()", "OAuthToken"),
        (
            {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/t"}}},
            "header",
            "Authorization",
            "Bearer(token_url='/t')",
            "OAuthToken",
        ),
        ({"type": "oauth2", "flows": {"clientCredentials": 5}}, "header", "Authorization", "Bearer()", "OAuthToken"),
        ({"type": "oauth2", "flows": 5}, "header", "Authorization", "Bearer()", "OAuthToken"),
        ({"type": "mutualTLS"}, "", "", "", ""),
        (5, "", "", "", ""),
    ],
)
def test_schemes_are_generated_as_code(raw, place, parameter, code, type_):
    """The generated code has a class for each type of scheme, and a type for its credentials."""
    assert scheme("s", raw) == ("s", place, parameter, code, type_)


@pytest.mark.parametrize("name", ["Authorization", "accept", "Content-Type"])
def test_headers_of_the_client_are_optional_arguments(name):
    """Header parameters named like headers that a client sends itself, which OpenAPI ignores, are optional."""
    parameter = f"{{name: {name}, in: header, required: true, schema: {{type: string}}}}"
    client, _ = read_text(f"paths: {{/a: {{get: {{operationId: a, parameters: [{parameter}]}}}}}}")
    assert list(arguments(client, operation(client, "a")).values()) == ["Union[str, Unset]"]
