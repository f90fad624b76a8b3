"""The generated client against Prism, which validates by openapi.yaml alone."""

import pytest

from generated import AuthenticatedClient
from generated.models import PredictRequest
from tests.calls import CALLS, credentials, module
from tests.generated.test_operations import canonical
from tests.spec_document import EXAMPLES

from .conftest import mock

pytestmark = pytest.mark.contract

RESPONSE_EXAMPLES = [example for example in EXAMPLES if example.place.isdigit()]


def call(prism, name, prefer=None):
    """Send an operation to Prism, with its arguments in tests/calls.py."""
    token, auth = credentials(name)
    with AuthenticatedClient(prism.url, token=token, auth=auth) as client:
        if prefer:
            client = client.with_headers({"Prefer": prefer})  # noqa: PLW2901 (a copy for this request)
        return module(name).sync_detailed(client=client, **CALLS[name].arguments)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_operation_is_accepted(prism, name):
    """Prism responds to every operation with success, because credentials, parameters and body fit the document."""
    assert 200 <= call(prism, name).status_code < 300


@pytest.mark.parametrize(
    "example", RESPONSE_EXAMPLES, ids=lambda example: f"{example.operation}-{example.place}-{example.name}"
)
def test_every_response_is_parsed(prism, example):
    """Each example of each documented status is parsed without loss of data."""
    prefer = f"code={example.place}" + (f", example={example.name}" if example.name != "example" else "")
    response = call(prism, example.operation, prefer)
    assert response.status_code == int(example.place)
    assert canonical(response.parsed.to_dict()) == canonical(example.value)


def test_prism_reports_no_violation(prism):
    """Prism's log has no violation for any request or response of the tests in this module."""
    prism.stop()
    assert sum("Request received" in line for line in prism.log) >= len(CALLS)
    assert [line for line in prism.log if "VALIDATOR" in line and "error" in line] == []


def test_prism_reports_violations():
    """Prism refuses and logs invalid requests, so the tests of this module can fail."""
    prism, name = mock(), "predict_function"
    with AuthenticatedClient(prism.url, token="x", raise_on_unexpected_status=False) as client:
        assert module(name).sync_detailed(client=client, **CALLS[name].arguments).status_code == 401
    _, auth = credentials(name)
    with AuthenticatedClient(prism.url, auth=auth) as client:
        assert module(name).sync_detailed(client=client, body=PredictRequest(prompt=5)).status_code == 400
    prism.stop()
    reported = "".join(line for line in prism.log if "VALIDATOR" in line and "error" in line)
    assert "Invalid security scheme used" in reported
    assert "Violation: request.body.prompt" in reported
