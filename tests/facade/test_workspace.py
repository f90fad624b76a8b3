"""Accounts of the workspace, integration ids, and the data that initialises the browser SDK."""

import json
import pickle
import uuid

import pytest

from integry import ConfigurationError, Function, Integry, InvalidRequest, sign
from tests.facade.conftest import API, KEY, SECRET

RESULT = {"network_code": 200, "output": [1]}
FUNCTION = {"name": "f", "description": "", "parameters": {}}
WORKSPACE = "allow_workspace_connected_accounts=true"


@pytest.fixture
def calls(answers):
    """Mock all methods that take the options, and return a function that returns the queries."""
    answers.post(f"{API}/functions/f/call/", json=RESULT)
    answers.post(f"{API}/functions/slack-passthrough-request/call/", json=RESULT)
    answers.post(f"{API}/functions/f/get/", json=FUNCTION)
    return lambda: [call.request.url.partition("?")[2] for call in answers.calls]


def call_all(client, **options):
    """Call a function with every method that calls functions."""
    client.functions.call("f", {}, **options)
    list(client.functions.call_pages("f", {}, **options))
    list(client.functions.call_items("f", {}, **options))
    client.functions.passthrough("slack", "GET", "https://x.example/", **options)
    bound = Function("f", {})
    bound._call, bound._user_id = client.functions.call, "1"
    bound({}, **options)


def test_workspace_options_are_off_by_default(integry, calls):
    """No workspace parameter is sent unless an option is set."""
    call_all(integry)
    integry.functions.get("f")
    assert calls() == [""] * 6


def test_workspace_accounts_can_be_allowed(integry, calls):
    """functions.get and every method that calls a function can allow accounts of the workspace."""
    call_all(integry, allow_workspace_connected_accounts=True)
    integry.functions.get("f", allow_workspace_connected_accounts=True)
    assert calls() == [WORKSPACE] * 6


@pytest.mark.parametrize("integration_id", [7, "7"])
def test_the_integration_id_is_sent(integration_id, integry, calls):
    """The integration id of a call is sent in the query, beside the account."""
    call_all(integry, integration_id=integration_id)
    assert calls() == ["integration_id=7"] * 5
    integry.functions.call("f", {}, "1", None, 247, integration_id=integration_id)
    assert calls()[-1] == "connected_account_id=247&integration_id=7"
    id_ = uuid.UUID(int=7)
    integry.functions.call("f", {}, integration_id=id_)
    assert calls()[-1] == f"integration_id={id_}"


def test_workspace_options_of_a_client_apply_to_all_calls(calls):
    """Options of a client apply to its copies, and a call can override them."""
    options = {"allow_workspace_connected_accounts": True, "integration_id": 7}
    with Integry(KEY, SECRET, user_id="1", **options) as client:
        for each in (client, client.for_user("2"), client.with_options(timeout=5)):
            each.functions.call("f", {})
            each.functions.get("f")
        assert calls() == [f"{WORKSPACE}&integration_id=7", WORKSPACE] * 3
        client.functions.call("f", {}, allow_workspace_connected_accounts=False, integration_id=None)
        client.functions.get("f", allow_workspace_connected_accounts=False)
        client.functions.call("f", {}, integration_id=8)
        off = client.with_options(allow_workspace_connected_accounts=False, integration_id=None)
        off.functions.call("f", {})
    assert calls()[6:] == ["", "", f"{WORKSPACE}&integration_id=8", ""]
    with Integry(KEY, SECRET, user_id="1") as client:
        client.with_options(**options).functions.call("f", {})
    assert calls()[-1] == f"{WORKSPACE}&integration_id=7"


def test_the_integration_id_is_read_from_the_environment(calls, monkeypatch):
    """INTEGRY_INTEGRATION_ID is used unless the client has an integration id."""
    monkeypatch.setenv("INTEGRY_INTEGRATION_ID", "9")
    for options, expected in (({}, "integration_id=9"), ({"integration_id": 7}, "integration_id=7")):
        with Integry(KEY, SECRET, user_id="1", **options) as client:
            client.functions.call("f", {})
        assert calls()[-1] == expected
    monkeypatch.setenv("INTEGRY_INTEGRATION_ID", "")
    assert Integry(KEY, SECRET).settings.integration_id is None


@pytest.mark.parametrize("value", ["true", 1, [], object()])
def test_flags_must_be_bool(value, integry, answers):
    """A flag that is not a bool is refused, because the text "false" would be true."""
    with pytest.raises(InvalidRequest, match="allow_workspace_connected_accounts must be True or False"):
        integry.functions.call("f", {}, allow_workspace_connected_accounts=value)
    with pytest.raises(InvalidRequest, match="allow_workspace_connected_accounts must be True or False"):
        integry.functions.get("f", allow_workspace_connected_accounts=value)
    assert len(answers.calls) == 0


@pytest.mark.parametrize("value", [True, 1.5, "", [7], {"id": 7}, 10**5000, object()], ids=lambda v: type(v).__name__)
def test_invalid_integration_ids_are_refused(value, integry, answers):
    """An integration id of another type is refused before sending."""
    with pytest.raises(InvalidRequest, match="integration_id (must|cannot)"):
        integry.functions.call("f", {}, integration_id=value)
    assert len(answers.calls) == 0


def test_the_sandbox_accepts_workspace_options():
    """The sandbox responds to calls with the workspace options in the same way as without them."""
    sandbox = pytest.importorskip("integry.sandbox", reason="the sandbox needs jsonschema")
    with sandbox.Sandbox() as server:
        server.connect("slack")
        client = server.client().with_options(allow_workspace_connected_accounts=True, integration_id=7)
        arguments = {"channel": "random", "text": "x"}
        assert client.functions.call("slack-post-message", json.dumps(arguments)).ok
        assert client.functions.get("slack-post-message").name == "slack-post-message"


def test_app_key_and_sign_return_the_data_of_a_page(integry):
    """app_key and sign() return the data that a web page needs, for the client's user or another."""
    assert (integry.app_key, integry.sign()) == (KEY, sign(SECRET, "123456"))
    assert integry.for_user(7).sign() == integry.sign(7) == integry.sign("7") == sign(SECRET, "7")
    assert integry.with_options(timeout=5).app_key == KEY


def test_sign_needs_a_user():
    """sign() refuses to make a hash without a user."""
    with Integry(KEY, SECRET) as client:
        with pytest.raises(ConfigurationError, match="The request has no user"):
            client.sign()
        for user in (None, "", True, ["1"], " 1"):
            with pytest.raises(InvalidRequest, match="user_id"):
                client.sign(user)


def test_the_app_key_is_not_shown(integry):
    """A client that called sign() shows neither its key nor its secret, and cannot be pickled."""
    integry.sign()
    shown = f"{integry!r} {vars(integry)} {vars(integry._signer)} {integry.settings}"
    assert KEY not in shown
    assert SECRET not in shown
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(integry)
