"""A hostile model: nothing leaves the bounds that the developer set, and no result has a secret."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry import sign
from integry.sandbox import Sandbox
from integry.tools import Toolbox
from tests.tools.responses import FORMATS, results_of
from tests.tools.test_running import error_of

POST = "slack-post-message"
#: Arguments that only the developer sets, in several spellings.
SET_BY_DEVELOPER = [
    *("user_id", "User-ID", "userId", "USER_ID", "connected_account_id", "connectedAccountId", "app_key", "App-Key"),
    *("app_secret", "appSecret", "hash", "Hash", "integration_id", "integrationId"),
    *("allow_workspace_connected_accounts", "allowWorkspaceConnectedAccounts"),
]
MEGABYTE = "x" * 1_000_000


@pytest.fixture
def sent(client):
    """Return a client that notes its requests, and the list of requests."""
    requests = []
    return client.with_options(on_request=requests.append), requests


@pytest.mark.parametrize("name", SET_BY_DEVELOPER)
def test_arguments_of_the_developer_are_refused(client, sandbox, bare, name):
    """Without a schema, and with one that does not declare them, arguments of the developer are refused."""
    toolbox = Toolbox(client, names=[bare, POST])
    for function, arguments in ((bare, {}), (POST, {"channel": "random", "text": "Hi"})):
        error = error_of(toolbox.run(function, {**arguments, name: "8"}))
        assert error["type"] == "InvalidArguments"
        assert error["arguments"] == {name: "is not an argument of the function"}
    assert sandbox.calls == []


def test_declared_arguments_may_have_any_name(client, sandbox):
    """An argument that the function itself declares is sent, such as the id of a user of Slack."""
    schema = {"type": "object", "properties": {"user_id": {"type": "string"}}}
    sandbox.add_function("slack-get-user", lambda call: call.arguments, app="slack", parameters=schema)
    toolbox = Toolbox(client, names=["slack-get-user"])
    assert toolbox.run("slack-get-user", {"user_id": "U1"})["output"] == {"user_id": "U1"}
    assert sandbox.calls[0].user_id == "7"


def test_a_function_without_a_schema_takes_other_arguments(client, bare):
    """Without a schema, arguments with other names are sent, with cursors, and without variables."""
    given_arguments = {"a": 1, "self": 2, "_variables": {"x": 1}, "_cursor": "c"}
    assert Toolbox(client, names=[bare]).run(bare, given_arguments)["output"] == {"a": 1, "self": 2}


@pytest.mark.parametrize("variables", [{"x": "M"}, "text", [1], None])
def test_variables_of_the_model_are_dropped(sent, bare, variables):
    """The model's `_variables` are never sent, whatever they are."""
    client, requests = sent
    toolbox = Toolbox(client, names=[bare], variables={"y": "D"})
    assert toolbox.run(bare, {"text": "{x} {y}", "_variables": variables})["output"] == {"text": "{x} D"}
    assert json.loads(requests[-1].body)["_variables"] == {"y": "D"}


def test_requests_are_for_the_user_and_the_account_of_the_developer(sent, bare):
    """Headers, query and path of a call come from the developer, whatever the model writes."""
    client, requests = sent
    toolbox = Toolbox(client, names=[bare])
    hostile = {"headers": {"User-ID": "8"}, "options": {"user_id": "8"}, "timeout": 9, "name": "../apps", "cursor": "c"}
    assert toolbox.run(bare, hostile)["ok"] is True
    request = requests[-1]
    assert request.headers["User-ID"] == "7"
    assert request.headers["Hash"] == client.sign("7")
    assert request.url.endswith(f"/functions/{bare}/call/")
    assert json.loads(request.body) == hostile


@pytest.mark.parametrize("name", [*FORMATS])
def test_names_out_of_scope(client, sandbox, name):
    """Tools that are not in the toolbox are not called, whatever their name."""
    toolbox = Toolbox(client, apps=["slack"], read_only=True)
    names = [
        *(
            POST,
            "hubspot-create-deal",
            "slack-passthrough-request",
            "../apps/list",
            "call_function",
            "__class__",
            "run",
        ),
        MEGABYTE,
    ]
    made = FORMATS[name](*((str(number), each, {}) for number, each in enumerate(names)))
    found = results_of(toolbox.handle(made))
    assert [found[str(number)]["error"]["type"] for number in range(len(names))] == ["UnknownTool"] * len(names)
    assert max(len(json.dumps(result)) for result in found.values()) < 500
    assert sandbox.calls == []


@pytest.mark.parametrize(
    "arguments",
    [
        {MEGABYTE: 1},
        {str(number): 1 for number in range(10_000)},
        {"channel": "random", "text": "Hi", "nonsense": MEGABYTE},
        MEGABYTE,
        json.dumps([MEGABYTE]),
        json.dumps({"channel": "random", "nonsense": {"a": [MEGABYTE] * 2}}),
    ],
)
def test_a_megabyte_of_arguments_is_not_repeated(client, sandbox, arguments):
    """The error for huge arguments is small."""
    result = Toolbox(client, names=[POST]).run(POST, arguments)
    assert error_of(result)["type"] == "InvalidArguments"
    assert len(json.dumps(result)) < 20_000
    assert sandbox.calls == []


def test_a_megabyte_that_the_function_takes(client, sandbox, bare):
    """Huge arguments that are valid are sent, and a function that repeats them gives a cut result."""
    result = Toolbox(client, names=[bare]).run(bare, {"text": MEGABYTE})
    assert result["ok"] is True
    assert len(json.dumps(result)) < 60_000
    assert sandbox.calls[0].arguments == {"text": MEGABYTE}


def test_no_secret_in_a_result(client, sandbox, bare):
    """A function that repeats the credentials of its request gives a result in which they are masked."""
    secrets = [sandbox.app_key, sandbox.app_secret, sign(sandbox.app_secret, "7")]
    sandbox.add_function(bare, lambda _: {"headers": secrets, secrets[1]: f"Hash: {secrets[2]}", "token": "kept 1"})
    result = Toolbox(client, names=[bare]).run(bare, {})
    assert result["output"] == {"headers": ["***"] * 3, "***": "Hash: ***", "token": "kept 1"}
    for status in (400, 500):
        sandbox.fail(status, {"error": " ".join(secrets), "error_details": {"a": secrets}}, path="/call/")
        text = json.dumps(Toolbox(client, names=[bare]).run(bare, {}))
        assert not [secret for secret in secrets if secret in text]


def test_no_secret_in_a_repr(client):
    """Reprs of toolboxes, tools and calls have no secret."""
    toolbox = Toolbox(client, apps=["slack"], variables={"v": "variable-90"})
    shown = [repr(each) for each in (toolbox, *toolbox.tools.values(), toolbox._runner)]
    assert "variable-90" not in "".join(shown)
    assert "sandbox-app" not in "".join(shown)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(SET_BY_DEVELOPER), inner, max_size=3)
    ),
    max_leaves=5,
)
SANDBOX = Sandbox()
SANDBOX.connect("slack", user_id="7")
SANDBOX.add_function("slack-any", lambda call: call.arguments, app="slack", parameters={})
TOOLBOXES = [Toolbox(SANDBOX.client(user_id="7"), names=["slack-any"], search=search) for search in (False, True)]
NAMES = st.sampled_from(["slack-any", "call_function", "get_function", "search_functions", "connect_app"]) | st.text()


@pytest.mark.parametrize("toolbox", TOOLBOXES, ids=["tools", "search"])
@given(NAMES, JSON | st.fixed_dictionaries({"name": NAMES, "arguments": JSON}))
def test_any_call_gives_a_result(toolbox, name, arguments):
    """Any name with any arguments gives a result as JSON, and calls only the one function, for the one user."""
    result = toolbox.run(name, arguments)
    assert isinstance(result["ok"], bool)
    json.dumps(result)
    for call in SANDBOX.calls[-1:]:
        assert (call.function, call.user_id) == ("slack-any", "7")
        assert not {"_variables", "user_id", "app_secret"} & call.arguments.keys()
