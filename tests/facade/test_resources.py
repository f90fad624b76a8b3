"""Resources are the same objects at each access, so that tests can replace their methods."""

import copy
import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from requests.auth import AuthBase

from integry import ConfigurationError, Integry

PATHS = [
    lambda integry, _: integry.apps,
    lambda integry, _: integry.functions,
    lambda _, organisation: organisation.integrations,
    lambda _, organisation: organisation.integrations.settings("i"),
    lambda _, organisation: organisation.integrations.channel("i", "c"),
    lambda _, organisation: organisation.integrations.channel("i", "c").settings,
    lambda _, organisation: organisation.custom_integrations,
    lambda _, organisation: organisation.custom_integrations.settings("i"),
    lambda _, organisation: organisation.slack,
]


@pytest.mark.parametrize("path", PATHS)
def test_a_resource_is_the_same_object_at_each_access(integry, organisation, path):
    """Repeated access returns the same resource, and another client has its own."""
    found = path(integry, organisation)
    assert path(integry, organisation) is found
    assert path(copy.copy(integry), copy.copy(organisation)) is not found


def test_resources_of_other_ids_are_other_objects(organisation):
    """Each integration and channel has its own settings object."""
    integrations = organisation.integrations
    settings = [integrations.settings("a"), integrations.settings("b")]
    channels = [integrations.channel(*ids).settings for ids in (("a", "b"), ("a", "c"), ("b", "a"))]
    assert len({id(each) for each in [*settings, *channels]}) == 5


@pytest.mark.parametrize("path", PATHS)
def test_a_client_and_its_resources_are_freed_at_once(integry, organisation, path):
    """Clients and resources form no reference cycle, so that connections are closed without the garbage collector."""
    clients = copy.copy(integry), copy.copy(organisation)
    references = [weakref.ref(each) for each in (*clients, path(*clients))]
    gc.disable()
    try:
        del clients
        assert [reference() for reference in references] == [None, None, None]
    finally:
        gc.enable()


def test_patched_methods_are_called(integry):
    """mock.patch.object() on a resource's method affects all calls through this client."""
    with mock.patch.object(integry.functions, "call", return_value="fake") as fake:
        assert integry.functions.call("slack-post-message", {"channel": "random"}) == "fake"
        assert integry.functions.passthrough("slack", "GET", "https://slack.com/api/x") == "fake"
    assert fake.call_count == 2
    assert integry.functions.call.__self__ is integry.functions


def test_a_bound_function_calls_the_patched_method(integry, answers):
    """A function that was fetched before a method was patched calls the patched method."""
    answers.post("https://api.integry.io/functions/f/get/", json={"name": "f", "parameters": {}})
    function = integry.functions.get("f")
    with mock.patch.object(integry.functions, "call", return_value="fake"):
        assert function({"a": 1}) == "fake"


class Tenant(Integry):
    """A client subclass with attributes that its authentication needs."""

    def __init__(self, name):
        self._name = name
        self.region = "eu"
        super().__init__("k", "s", user_id="1")

    def _auth(self, operation, user_id):
        return TenantAuth(super()._auth(operation, user_id), f"{self._name} {self.region}")


class TenantAuth(AuthBase):
    """Authentication that adds a header with the name of the tenant."""

    def __init__(self, auth, mark):
        self.auth, self.mark = auth, mark

    def __call__(self, request):
        """Add the tenant's header, and sign the request."""
        request.headers["X-Tenant"] = self.mark
        return self.auth(request)


def test_subclasses_keep_their_attributes(answers):
    """Copies keep the attributes of a client subclass, and resources use attributes that change later."""
    answers.post("https://api.integry.io/apps/slack/get/", json={"id": 1, "name": "slack", "connected_accounts": []})
    with Tenant("acme") as tenant:
        for client in (tenant, tenant.for_user("1"), copy.copy(tenant), tenant.with_options(timeout=5)):
            client.apps.get("slack")
        tenant.region = "us"
        tenant.apps.get("slack")
    sent = [call.request.headers["X-Tenant"] for call in answers.calls]
    assert sent == ["acme eu"] * 4 + ["acme us"]


def test_a_patched_client_is_used_by_its_resources(integry):
    """mock.patch.object(client, "send") affects resources that were fetched before."""
    apps = integry.apps
    with mock.patch.object(integry, "send", return_value="fake"):
        assert apps.get("slack") == "fake"
        assert integry.functions.call("f") == "fake"


def test_a_resource_outlives_its_client(answers):
    """A resource, and a function that it returned, still work after the client was deleted."""
    answers.post("https://api.integry.io/functions/f/get/", json={"name": "f", "parameters": {}})
    answers.post("https://api.integry.io/functions/f/call/", json={"network_code": 200, "output": 1})
    functions = Integry("k", "s", user_id="1").functions
    function = functions.get("f")
    assert functions.call("f").output == 1
    del functions
    assert function({}).output == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda integry: integry.functions.get("f"),
        lambda integry: integry.functions.list(),
        lambda integry: integry.apps.list(),
        lambda integry: integry.functions,
        lambda integry: integry.apps,
    ],
)
def test_deep_copies_work(integry, answers, make):
    """A deep copy of a function, page or resource shares the session and can be used."""
    answers.post("https://api.integry.io/functions/f/get/", json={"name": "f", "parameters": {}})
    answers.post("https://api.integry.io/functions/list/", json={"functions": [{"name": "f", "parameters": {}}]})
    answers.post("https://api.integry.io/apps/list/", json={"apps": []})
    answers.post("https://api.integry.io/functions/f/call/", json={"network_code": 200, "output": 1})
    copied = copy.copy(copy.deepcopy(make(integry)))
    assert type(copied) is type(make(integry))
    if hasattr(copied, "parameters"):
        assert copied({}).output == 1
    if hasattr(copied, "get"):
        assert copied.list() is not None


def test_threads_get_the_same_nested_resource(organisation):
    """Threads that access a nested resource at the same time get the same object."""
    for number in range(200):
        barrier = threading.Barrier(4)

        def settings(number=number, barrier=barrier):
            barrier.wait()
            return organisation.integrations.settings(str(number))

        with ThreadPoolExecutor(4) as pool:
            found = [future.result() for future in [pool.submit(settings) for _ in range(4)]]
        assert len({id(each) for each in found}) == 1
    assert organisation.integrations.settings(1) is organisation.integrations.settings("1")


def test_raw_responses_of_patched_methods_are_refused(integry):
    """`with_raw_response` refuses a method that a mock replaced, and sends no request."""
    replaced = mock.patch.object(integry.functions, "call", return_value="fake")
    with replaced, pytest.raises(ConfigurationError, match="No request was sent, so there is no response"):
        integry.with_raw_response.functions.call("f")
    replaced = mock.patch.object(integry.functions, "call_pages", return_value=iter(["fake"]))
    with replaced, pytest.raises(ConfigurationError, match="No request was sent"):
        next(integry.with_raw_response.functions.call_pages("f"))
