"""Resources are the same objects at each access, so that tests can replace their methods."""

import copy
import gc
import weakref
from unittest import mock

import pytest

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
    """The second access returns the object of the first, and another client's is another object."""
    found = path(integry, organisation)
    assert path(integry, organisation) is found
    assert path(copy.copy(integry), copy.copy(organisation)) is not found


def test_resources_of_other_ids_are_other_objects(organisation):
    """The settings of each integration and channel are their own."""
    integrations = organisation.integrations
    settings = [integrations.settings("a"), integrations.settings("b")]
    channels = [integrations.channel(*ids).settings for ids in (("a", "b"), ("a", "c"), ("b", "a"))]
    assert len({id(each) for each in [*settings, *channels]}) == 5


@pytest.mark.parametrize("path", PATHS)
def test_a_client_and_its_resources_are_freed_at_once(integry, organisation, path):
    """No reference circle keeps a client, so that its connections are closed without the garbage collector."""
    clients = copy.copy(integry), copy.copy(organisation)
    references = [weakref.ref(each) for each in (*clients, path(*clients))]
    gc.disable()
    try:
        del clients
        assert [reference() for reference in references] == [None, None, None]
    finally:
        gc.enable()


def test_patched_methods_are_called(integry):
    """mock.patch.object() replaces a method for all users of a client, bound functions included."""
    with mock.patch.object(integry.functions, "call", return_value="fake") as fake:
        assert integry.functions.call("slack-post-message", {"channel": "random"}) == "fake"
        assert integry.functions.passthrough("slack", "GET", "https://slack.com/api/x") == "fake"
    assert fake.call_count == 2
    assert integry.functions.call.__self__ is integry.functions


def test_a_bound_function_calls_the_patched_method(integry, answers):
    """A function that was fetched before a method is patched calls the patched one, too."""
    answers.post("https://api.integry.io/functions/f/get/", json={"name": "f", "parameters": {}})
    function = integry.functions.get("f")
    with mock.patch.object(integry.functions, "call", return_value="fake"):
        assert function({"a": 1}) == "fake"


def test_subclasses_keep_their_attributes_in_copies(integry):
    """A copy of a client has the public attributes that a subclass set."""

    class Tenant(type(integry)):
        def __init__(self, name):
            super().__init__("k", "s")
            self.name = name

    with Tenant("acme") as tenant:
        assert tenant.for_user("1").name == "acme"
