"""Accounts of the workspace, integrations, and what a page needs to initialise the browser SDK."""

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
    """Answer all that takes the options, and return the queries that were sent."""
    answers.post(f"{API}/functions/f/call/", json=RESULT)
    answers.post(f"{API}/functions/slack-passthrough-request/call/", json=RESULT)
    answers.post(f"{API}/functions/f/get/", json=FUNCTION)
    return lambda: [call.request.url.partition("?")[2] for call in answers.calls]


def call_all(client, **options):
    """Call a function by every method that can."""
    client.functions.call("f", {}, **options)
    list(client.functions.call_pages("f", {}, **options))
    list(client.functions.call_items("f", {}, **options))
    client.functions.passthrough("slack", "GET", "https://x.example/", **options)
    bound = Function("f", {})
    bound._call, bound._user_id = client.functions.call, "1"
    bound({}, **options)


def test_they_are_off_unless_given(integry, calls):
    """Nothing of it is sent."""
    call_all(integry)
    integry.functions.get("f")
    assert calls() == [""] * 6


def test_accounts_of_the_workspace(integry, calls):
    """Each call, and get, can allow them."""
    call_all(integry, allow_workspace_connected_accounts=True)
    integry.functions.get("f", allow_workspace_connected_accounts=True)
    assert calls() == [WORKSPACE] * 6


@pytest.mark.parametrize("given", [7, "7"])
def test_the_integration_of_a_call(given, integry, calls):
    """Its id is sent beside the account."""
    call_all(integry, integration_id=given)
    assert calls() == ["integration_id=7"] * 5
    integry.functions.call("f", {}, "1", None, 247, integration_id=given)
    assert calls()[-1] == "connected_account_id=247&integration_id=7"
    id_ = uuid.UUID(int=7)
    integry.functions.call("f", {}, integration_id=id_)
    assert calls()[-1] == f"integration_id={id_}"


def test_options_of_the_client(calls):
    """They hold for all calls of the client and its copies; a call can switch them off."""
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


def test_the_integration_of_the_environment(calls, monkeypatch):
    """INTEGRY_INTEGRATION_ID holds unless the client is given another."""
    monkeypatch.setenv("INTEGRY_INTEGRATION_ID", "9")
    for options, expected in (({}, "integration_id=9"), ({"integration_id": 7}, "integration_id=7")):
        with Integry(KEY, SECRET, user_id="1", **options) as client:
            client.functions.call("f", {})
        assert calls()[-1] == expected
    monkeypatch.setenv("INTEGRY_INTEGRATION_ID", "")
    assert Integry(KEY, SECRET).settings.integration_id is None


@pytest.mark.parametrize("value", ["true", 1, [], object()])
def test_what_is_no_flag_is_refused(value, integry, answers):
    """The text "false" would allow them."""
    with pytest.raises(InvalidRequest, match="allow_workspace_connected_accounts must be True or False"):
        integry.functions.call("f", {}, allow_workspace_connected_accounts=value)
    with pytest.raises(InvalidRequest, match="allow_workspace_connected_accounts must be True or False"):
        integry.functions.get("f", allow_workspace_connected_accounts=value)
    assert len(answers.calls) == 0


@pytest.mark.parametrize("value", [True, 1.5, "", [7], {"id": 7}, 10**5000, object()], ids=lambda v: type(v).__name__)
def test_what_is_no_integration_is_refused(value, integry, answers):
    """Nothing is sent."""
    with pytest.raises(InvalidRequest, match="integration_id (must|cannot)"):
        integry.functions.call("f", {}, integration_id=value)
    assert len(answers.calls) == 0


def test_the_sandbox_accepts_them():
    """A call is answered as without them."""
    sandbox = pytest.importorskip("integry.sandbox", reason="the sandbox needs jsonschema")
    with sandbox.Sandbox() as server:
        server.connect("slack")
        client = server.client().with_options(allow_workspace_connected_accounts=True, integration_id=7)
        arguments = {"channel": "random", "text": "x"}
        assert client.functions.call("slack-post-message", json.dumps(arguments)).ok
        assert client.functions.get("slack-post-message").name == "slack-post-message"


def test_what_a_page_needs(integry):
    """The hash of the client's user, or of another, and the app key."""
    assert (integry.app_key, integry.sign()) == (KEY, sign(SECRET, "123456"))
    assert integry.for_user(7).sign() == integry.sign(7) == integry.sign("7") == sign(SECRET, "7")
    assert integry.with_options(timeout=5).app_key == KEY


def test_pages_of_nobody():
    """An anonymous user has no hash."""
    with Integry(KEY, SECRET) as client:
        with pytest.raises(ConfigurationError, match="The request has no user"):
            client.sign()
        for user in (None, "", True, ["1"], " 1"):
            with pytest.raises(InvalidRequest, match="user_id"):
                client.sign(user)


def test_the_app_key_does_not_show(integry):
    """A client shows neither key nor secret, and cannot be pickled."""
    integry.sign()
    shown = f"{integry!r} {vars(integry)} {vars(integry._signer)} {integry.settings}"
    assert KEY not in shown
    assert SECRET not in shown
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(integry)
