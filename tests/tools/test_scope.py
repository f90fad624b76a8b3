"""The functions that a toolbox offers: by app, name, type and connection."""

import pytest

from integry import ConfigurationError, InvalidRequest, NotFound, Organisation
from integry.tools import Toolbox

SLACK = ["slack-list-conversations", "slack-post-message"]
HUBSPOT = ["hubspot-list-properties", "hubspot-create-company", "hubspot-create-contact", "hubspot-create-deal"]


def types_of(toolbox):
    """Return the tools' names, with True for those that only read."""
    return {name: tool.read_only for name, tool in toolbox.tools.items()}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, SLACK),
        ({"connected_only": False, "apps": ["hubspot"]}, HUBSPOT),
        ({"apps": "HubSpot"}, HUBSPOT),
        ({"apps": ["slack", "hubspot"]}, SLACK + HUBSPOT),
        ({"apps": ["slack", "hubspot"], "connected_only": True}, SLACK),
        ({"apps": []}, []),
        ({"names": "hubspot-create-deal"}, ["hubspot-create-deal"]),
        ({"names": ["slack-post-message", "hubspot-create-deal"]}, ["slack-post-message", "hubspot-create-deal"]),
        ({"names": ["slack-post-message"], "connected_only": True}, ["slack-post-message"]),
        ({"names": ["slack-post-message"], "apps": ["slack"]}, ["slack-post-message"]),
        ({"names": ["slack-passthrough-request"]}, ["slack-passthrough-request"]),
        ({"names": ["slack-passthrough-request"], "apps": ["slack"]}, ["slack-passthrough-request"]),
        ({"names": ["slack-passthrough-request"], "connected_only": True}, ["slack-passthrough-request"]),
        ({"names": [*SLACK, "slack-passthrough-request"], "apps": ["slack"]}, [*SLACK, "slack-passthrough-request"]),
        ({"names": []}, []),
        ({"read_only": True}, SLACK[:1]),
        ({"names": SLACK[:1], "read_only": True}, SLACK[:1]),
        ({"functions": []}, []),
    ],
)
def test_functions_in_scope(client, options, expected):
    """Functions are selected by app, name, type and connection. Passthrough needs its name."""
    assert list(Toolbox(client, **options).tools) == expected


@pytest.mark.parametrize("options", [{"apps": ["slack"]}, {"names": SLACK}, {}])
def test_types_are_known(client, options):
    """Functions of the type QUERY are read-only, however they were listed."""
    assert types_of(Toolbox(client, **options)) == {SLACK[0]: True, SLACK[1]: False}


def test_fetched_functions_are_used(client):
    """Functions that were fetched are tools. Without their metadata, they count as ACTION."""
    fetched = client.functions.list(app="slack")
    assert set(types_of(Toolbox(client, functions=fetched)).values()) == {False}
    with_meta = client.functions.list(app="slack", include="meta")
    assert types_of(Toolbox(client, functions=with_meta))["slack-list-conversations"] is True
    queries = [each for each in with_meta if each.meta["type"] == "QUERY"]
    assert list(Toolbox(client, functions=queries, read_only=True).tools) == SLACK[:1]
    assert '"meta"' not in str(Toolbox(client, functions=with_meta).as_openai()).replace("'", '"')
    with pytest.raises(InvalidRequest, match="slack-list-conversations"):
        Toolbox(client, functions=fetched, read_only=True)


def test_passthrough_needs_its_name(client, sandbox):
    """A list of fetched functions contains those for passthrough requests, and they are not tools."""
    for include in (None, "meta"):
        fetched = list(client.functions.list(app="slack", include=include))
        assert "slack-passthrough-request" in [each.name for each in fetched]
        assert list(Toolbox(client, functions=fetched).tools) == SLACK
    # A server may list them as actions.
    sandbox.add_function("slack-passthrough-request", lambda call: call.arguments, app="slack", type="ACTION")
    assert list(Toolbox(client, apps=["slack"]).tools) == SLACK


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": ["slack-post-message"], "read_only": True}, "slack-post-message"),
        ({"names": ["slack-passthrough-request"], "read_only": True}, "QUERY"),
        ({"names": ["slack-nonsense"], "apps": ["slack"]}, "slack-nonsense"),
        ({"names": ["hubspot-create-deal"], "connected_only": True}, "not connected: hubspot-create-deal"),
        ({"names": ["hubspot-passthrough-request"], "apps": ["slack"]}, "hubspot-passthrough"),
        (
            {"names": ["hubspot-passthrough-request"], "apps": ["hubspot"], "connected_only": True},
            "hubspot-passthrough",
        ),
        ({"functions": [], "apps": ["slack"]}, "cannot be combined"),
        ({"functions": ["slack-post-message"]}, "integry.Function, got str"),
        ({"functions": "slack-post-message"}, "functions must be"),
        ({"apps": 1}, "apps must be"),
        ({"apps": [1]}, "each of apps must be a str"),
        ({"connected_only": 1}, "connected_only"),
        ({"read_only": None}, "read_only"),
        ({"optional": 1}, "optional"),
        ({"search": 1}, "search"),
        ({"max_tools": 0}, "max_tools must be 1 or more"),
        ({"max_tools": True}, "max_tools must be an int"),
        ({"max_output": 0}, "max_output must be 1 or more"),
        ({"max_output": None}, "max_output"),
        ({"confirm": "yes"}, "confirm must be a function"),
        ({"connect_url": "https://x.example"}, "connect_url must be a function"),
        ({"variables": "a"}, "variables must be a dict"),
        ({"accounts": ["a"]}, "accounts must be a dict"),
        ({"apps": ["slack"], "max_tools": 1, "search": False}, "2 functions, and max_tools is 1"),
    ],
)
def test_wrong_options(client, options, message):
    """A wrong option raises InvalidRequest, which names it."""
    with pytest.raises(InvalidRequest, match=message):
        Toolbox(client, **options)


@pytest.fixture
def sent(client):
    """Return a client that records its requests, and the list of their paths."""
    paths = []
    return client.with_options(on_request=lambda request: paths.append(request.path_url.partition("?")[0])), paths


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"apps": ["slcak"]}, r"apps= .* 'slcak' \(did you mean slack\?\)\. The apps are: .*slack"),
        ({"apps": "SLCAK", "connected_only": True}, r"apps= .* 'SLCAK' \(did you mean slack\?\)"),
        ({"apps": ["slack", "qqqq", "hubspto"]}, r"apps= .* 'qqqq', 'hubspto' \(did you mean hubspot\?\)\. The apps"),
        ({"apps": ["slcak"], "names": ["slack-post-message"]}, "apps= .* 'slcak'"),
        ({"apps": ["slcak"], "read_only": True}, "apps= .* 'slcak'"),
        ({"accounts": {"slcak": 1}}, r"accounts= .* 'slcak' \(did you mean slack\?\)"),
        ({"accounts": {"slack": 1, "hubspto": 1}}, r"accounts= .* 'hubspto' \(did you mean hubspot\?\)"),
        ({"accounts": {"slcak": 1}, "apps": ["slack"]}, "accounts= .* 'slcak'"),
        ({"accounts": {"slcak": 1}, "names": ["slack-post-message"]}, "accounts= .* 'slcak'"),
        ({"accounts": {"slcak": 1}, "functions": []}, "accounts= .* 'slcak'"),
        ({"accounts": {"": 1}}, "accounts= .* ''"),
        ({"accounts": {"x" * 200: 1}}, "'" + "x" * 99 + "…'"),
    ],
)
def test_misspelt_apps(client, options, message):
    """An app that does not exist raises InvalidRequest with the argument, the name, and the apps that exist."""
    with pytest.raises(InvalidRequest, match=message):
        Toolbox(client, **options)


def test_many_apps_are_not_all_listed(client, sandbox):
    """The message for a misspelt app lists only some apps."""
    for number in range(60):
        sandbox.add_app(f"app{number}")
    with pytest.raises(InvalidRequest, match=r"did you mean app59\?.* are: (\S+, ){10}\.\.\.$"):
        Toolbox(client, apps=["apq59"])


@pytest.mark.parametrize(
    ("options", "extra"),
    [
        ({"accounts": {"slack": 1}}, []),
        ({"accounts": {"Slack": 1}}, []),
        ({"accounts": {"hubspot": 1}, "apps": ["HubSpot"]}, []),
        ({"accounts": {"slack": 1}, "apps": ["slack", "SLACK"]}, []),
        ({"accounts": {"hubspot": 1}}, ["/apps/hubspot/get/"]),
        ({"accounts": {"HubSpot": 1}}, ["/apps/HubSpot/get/", "/apps/list/"]),
        ({"apps": ["hubspot"], "connected_only": True, "accounts": {"hubspot": 1}}, ["/apps/hubspot/get/"]),
    ],
)
def test_apps_are_looked_up_only_in_doubt(sent, options, extra):
    """An app that has functions here needs no further request. An app that exists does not raise, connected or not."""
    client, paths = sent
    Toolbox(client, **options)
    assert [path for path in paths if path != "/functions/list/"] == extra


def test_an_unknown_name_is_not_found(client):
    """The server's error for an unknown function is raised."""
    with pytest.raises(NotFound):
        Toolbox(client, names=["nonsense"])


def test_a_client_with_a_user_is_needed(sandbox):
    """A client without a user, and anything that is not a client of Integry, raise ConfigurationError."""
    with pytest.raises(ConfigurationError, match="for_user"):
        Toolbox(sandbox.client(user_id=None))
    for wrong in (None, sandbox, Organisation("o", "t"), sandbox.client().with_raw_response):
        with pytest.raises(ConfigurationError, match="client must be an Integry client"):
            Toolbox(wrong)


def test_functions_are_listed_once(client, sandbox):
    """A toolbox lists each type once, when it is created, and not again."""
    sent = []
    client = client.with_options(on_request=lambda request: sent.append(request.url.partition("?")[2]))
    toolbox = Toolbox(client, apps=["slack"])
    assert [query.replace("app=slack&", "") for query in sent] == ["type=QUERY", "type=ACTION"]
    sandbox.add_function("slack-later", print, app="slack", parameters={})
    assert toolbox.as_openai()
    assert list(toolbox.tools) == SLACK
    assert len(sent) == 2


def test_apps_and_functions_stand_for_their_names(client):
    """Apps and functions can be passed as objects."""
    app = client.apps.get("slack")
    function = client.functions.get("slack-post-message")
    assert list(Toolbox(client, apps=[app], names=[function]).tools) == ["slack-post-message"]
