"""Routing of the sandbox by the generated operations, and a handler for each."""

import attr
import pytest

from integry import ServerError
from integry._generated.operations import OPERATIONS
from integry.sandbox._http import HTTPError
from integry.sandbox._routes import Routes
from tests.calls import takes_token


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_operation_has_a_route(name, slash):
    """An operation is found by method and path, with or without a slash at the end and with any id."""
    operation = OPERATIONS[name]
    path = "/api/v1" * takes_token(name) + operation.path.rstrip("/") + slash
    ids = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    for value in ("7", "a b", "é", "..", "a%2Fb"):
        found, given = Routes().find(operation.method, path.format(**dict.fromkeys(ids, value)))
        assert (found.name, given) == (name, dict.fromkeys(ids, value))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_a_handler(sandbox, name):
    """The sandbox does not respond with 501 to any operation of openapi.yaml."""
    api = sandbox.application.organisation if takes_token(name) else sandbox.application.integry
    file = "_organisation.py" if takes_token(name) else "_integry.py"
    message = f"add a method do_{name} to integry/sandbox/{file}"
    assert callable(getattr(api, f"do_{name}", None)), message


@pytest.mark.parametrize(("name", "path"), [("get_app", "/apps/x/dream/"), ("list_integrations", "/dreams")])
def test_an_operation_without_a_handler_gets_501(sandbox, name, path):
    """An operation that the sandbox does not implement gets 501, and the error names the operation."""
    operation = attr.evolve(OPERATIONS[name], name="dream", path=path)
    sandbox.application.routes = Routes({**OPERATIONS, "dream": operation})
    client = sandbox.client() if name == "get_app" else sandbox.organisation()
    with pytest.raises(ServerError, match="501 The sandbox does not implement dream yet"):
        client.request(operation.method, path, max_retries=0)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/apps/list/", 405),
        ("DELETE", "/api/v1/organisations/x/integrations", 405),
        ("POST", "/nope", 404),
        ("POST", "/apps/a/b/get/", 404),
    ],
)
def test_unknown_routes_are_refused(method, path, status):
    """An unknown path gets 404, and another method of a known path gets 405."""
    with pytest.raises(HTTPError) as caught:
        Routes().find(method, path)
    assert caught.value.response.status == status


def test_get_predict_is_a_function_name():
    """A GET request takes `predict` in the path as the name of a function."""
    found, ids = Routes().find("GET", "/functions/predict/")
    assert (found.name, ids) == ("get_function", {"function_name": "predict"})


def test_405_lists_the_allowed_methods(sandbox):
    """A response with 405 has an Allow header, as HTTP requires."""
    path = f"{sandbox.organisation_url}/organisations/x/integrations"
    response = sandbox.session().delete(path)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, POST")
