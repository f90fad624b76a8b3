"""Clients generated from public OpenAPI documents, against Prism as a mock and as a validating proxy."""

import importlib
import inspect
import json
import pkgutil
from typing import Any, Dict, NamedTuple

import pytest

from tests.generated.test_operations import canonical

from .applications import generate
from .conftest import NODE, Prism, need

pytestmark = pytest.mark.contract


class Case(NamedTuple):
    """A public OpenAPI document, and the operations that the tests call.

    Attributes:
        path: Path of the document below node_modules.
        gets: Number of GET operations without required parameters.
        create: Module of an operation that creates something, its arguments, and the status of the response.
        body: Class of the request body of `create`, and the fields of the body; or None, and the body as bytes.
        error: Module of an operation, its arguments, a documented error status and the class of the error's body.
    """

    path: str
    gets: int
    create: Any
    body: Any
    error: Any


TRIP = "4f4e4e1a-6d4a-4b0f-9f1e-0c8f0e9f1a2b"
CASES: Dict[str, Case] = {
    "galaxy": Case(
        "@scalar/galaxy/dist/3.1.json",
        2,
        ("planets.upload_image", [1], 200),
        ("UploadImageBody", {"image": b"\x89PNG"}),
        ("planets.get_planet", [1], 404, "NotFoundError"),
    ),
    "train": Case(
        "@readme/oas-examples/3.1/json/train-travel.json",
        2,
        ("bookings.create_booking", [], 201),
        ("Booking", {"trip_id": TRIP, "passenger_name": "Ann", "has_dog": True}),
        ("bookings.get_booking", [TRIP], 404, "Problem"),
    ),
    "blockfrost": Case(
        "@blockfrost/openapi/openapi.yaml",
        25,
        ("cardano_transactions.post_tx_submit", [], 200),
        (None, b"\x84\xa3\x00"),
        ("cardano_assets.get_assets_asset", ["a"], 404, "GetAssetsAssetResponse404"),
    ),
}
#: An operation whose example does not match its schema, so that Prism refuses to respond with the example.
UNFIT = {"get_pools_extended"}


class Served:
    """A document, its client and its Prisms.

    Attributes:
        case: The case.
        package: The package of the client.
        mock: A Prism that answers with the examples of the document, and invalid requests with an error.
        proxy: A Prism in front of the mock, which validates requests and responses.
    """

    def __init__(self, case, package, document):
        self.case, self.package = case, package
        # With a seed, Prism makes up the same values in each run.
        self.mock = Prism("mock", "--errors", "--seed", "7", document)
        self.proxy = Prism("proxy", document, self.mock.url)

    def stop(self):
        """Stop the mock and the proxy."""
        self.proxy.stop()
        self.mock.stop()

    def module(self, name):
        """Return a module of the package."""
        return importlib.import_module(f"{self.package.__name__}.{name}")

    def client(self, prism, **options):
        """Return a client with a credential for each scheme."""
        schemes = self.module("security").SCHEMES
        kinds = {name: type(scheme).__name__ for name, scheme in schemes.items()}
        credentials = {name: ("ann", "fake") if kind == "Basic" else "fake" for name, kind in kinds.items()}
        return self.package.AuthenticatedClient(prism.url, credentials=credentials, **options)

    def gets(self):
        """Yield the modules of GET operations without required parameters."""
        api = self.module("api")
        for found in pkgutil.walk_packages(api.__path__, f"{api.__name__}."):
            module = importlib.import_module(found.name)
            if not found.ispkg and module.OPERATION.method == "GET":
                parameters = inspect.signature(module.build).parameters.values()
                if all(parameter.default is not parameter.empty for parameter in parameters):
                    yield module

    def assert_same(self, response):
        """Assert that the parsed body has all data of the response."""
        parsed = self.module("converter").unstructure(response.parsed)
        assert canonical(parsed) == canonical(json.loads(response.content) if response.content else None)


@pytest.fixture(scope="module", params=sorted(CASES))
def served(request, tmp_path_factory):
    """Return a document with its client and its Prisms."""
    case = CASES[request.param]
    document = str(need(NODE / case.path))
    package = generate(document, tmp_path_factory.mktemp("prism") / f"{request.param}_client")
    served = Served(case, package, document)
    yield served
    served.stop()


def test_gets_are_answered_with_the_examples(served):
    """Each GET without required parameters is accepted, and its example is parsed without loss."""
    modules = [module for module in served.gets() if module.OPERATION.name not in UNFIT]
    assert len(modules) == served.case.gets
    with served.client(served.mock) as client:
        for module in modules:
            response = module.sync_detailed(client=client)
            assert response.status_code == 200, module.OPERATION
            served.assert_same(response)


def test_gets_pass_the_proxy(served):
    """Prism finds no violation in requests and made-up responses, and these are parsed without loss."""
    with served.client(served.proxy, headers={"Prefer": "dynamic=true"}) as client:
        for module in served.gets():
            response = module.sync_detailed(client=client)
            assert "sl-violations" not in response.headers, response.headers["sl-violations"]
            served.assert_same(response)


def test_something_is_created(served):
    """A body of a model, or of bytes, is accepted by the mock and by the proxy."""
    name, arguments, status = served.case.create
    cls, fields = served.case.body
    body = getattr(served.module("models"), cls)(**fields) if cls else fields
    for prism in (served.mock, served.proxy):
        with served.client(prism) as client:
            response = served.module(f"api.{name}").sync_detailed(*arguments, client=client, body=body)
        assert response.status_code == status
        assert "sl-violations" not in response.headers
        served.assert_same(response)


def test_errors_are_parsed_or_raised(served):
    """The body of a documented error is parsed as its model. With raise_on_error_status=True, the exception has it."""
    name, arguments, status, cls = served.case.error
    headers = {"Prefer": f"code={status}"}
    with served.client(served.mock, headers=headers) as client:
        response = served.module(f"api.{name}").sync_detailed(*arguments, client=client)
    assert (response.status_code, type(response.parsed).__name__) == (status, cls)
    raising = served.client(served.mock, headers=headers, raise_on_error_status=True)
    with raising as client, pytest.raises(served.module("errors").ClientError) as caught:
        served.module(f"api.{name}").sync(*arguments, client=client)
    assert caught.value.parsed == response.parsed


def test_prism_refuses_violations(served):
    """Prism answers a request without credentials with an error, so the tests above can fail."""
    name, arguments, _ = served.case.create
    cls, fields = served.case.body
    body = getattr(served.module("models"), cls)(**fields) if cls else fields
    options = {"auth": lambda request: request, "raise_on_unexpected_status": False}
    with served.package.AuthenticatedClient(served.mock.url, **options) as client:
        response = served.module(f"api.{name}").sync_detailed(*arguments, client=client, body=body)
    assert response.status_code in (401, 403)
