"""Reprs, attributes, copies and pickles of the package's objects show no secrets."""

import copy
import pickle
import re

import pytest
import requests
import responses

from integry import IntegryAuth, errors, sign
from integry._auth import BearerToken, HeaderSignature, QuerySignature
from integry._secrets import Mask, Secret
from integry.sandbox import Sandbox
from tests.facade.conftest import KEY, SECRET, TOKEN
from tests.leaks import kinds_in
from tests.secrecy.reporting import DEPTH, values

APP = {"id": 1, "name": "slack", "connected_accounts": [{"id": 7, "display_name": "A"}]}
FUNCTION = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}


@pytest.fixture
def objects(integry, organisation):
    """Yield an object of every kind that the package returns, by name, after some calls of the clients."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post("https://api.integry.io/apps/slack/get/", json=APP)
        mock.post("https://api.integry.io/apps/list/", json={"apps": [APP]})
        mock.post("https://api.integry.io/functions/list/", json={"functions": [FUNCTION], "_cursor": "c"})
        mock.post("https://api.integry.io/functions/f/get/", json=FUNCTION)
        mock.post("https://api.integry.io/functions/f/call/", json={"network_code": "400", "output": {"a": 1}})
        mock.post("https://api.integry.io/functions/g/call/", json={"detail": [KEY, SECRET]}, status=400)
        mock.delete("https://app.integry.io/connected-accounts/7", status=204)
        mock.get(re.compile(".*/integrations"), json={"data": [{"id": "i"}]})
        integry.apps.disconnect("slack", connected_account_id=7)
        with pytest.raises(errors.BadRequest) as refused:
            integry.functions.call("g")
        result = integry.functions.call("f")
        with pytest.raises(errors.NetworkCodeError) as failed:
            result.raise_for_network_code()
        yield {
            "client": integry,
            "organisation": organisation,
            "copy": copy.copy(integry),
            "deep copy": copy.deepcopy(organisation),
            "another user's": integry.for_user(7),
            "changed": integry.with_options(timeout=3),
            "raw client": integry.with_raw_response,
            "raw organisation": organisation.with_raw_response,
            "raw resource": integry.with_raw_response.apps,
            "apps": integry.apps,
            "functions": integry.functions,
            "integrations": organisation.integrations,
            "settings of one": organisation.integrations.settings("i"),
            "slack": organisation.slack,
            "app": integry.apps.get("slack"),
            "page of apps": integry.apps.list(),
            "function": integry.functions.get("f"),
            "page of functions": integry.functions.list(),
            "result": result,
            "raw response": integry.with_raw_response.apps.get("slack"),
            "raw request": integry.request("POST", "/apps/slack/get/"),
            "integration": organisation.integrations.list()[0],
            "settings": integry.settings,
            "refused": refused.value,
            "failed": failed.value,
            "requester": integry._new_requester(),
            "mask": Mask(integry._secrets),
            "auth": IntegryAuth(KEY, SECRET, 1),
            "header": HeaderSignature(integry._signer, "1"),
            "query": QuerySignature(integry._signer, "1"),
            "bearer": BearerToken(Secret(TOKEN)),
        }


NAMES = [
    *("client", "organisation", "copy", "deep copy", "another user's", "changed", "raw client", "raw organisation"),
    *("raw resource", "apps", "functions", "integrations", "settings of one", "slack", "app", "page of apps"),
    *("function", "page of functions", "result", "raw response", "raw request", "integration", "settings", "refused"),
    *("failed", "requester", "mask", "auth", "header", "query", "bearer"),
]
#: Names of the objects that hold data and no client.
PICKLED = {"app", "result", "raw response", "raw request", "integration", "settings", "refused", "failed"}


@pytest.mark.parametrize("name", NAMES)
def test_objects_show_no_secrets(objects, name):
    """No object shows a secret in its repr or in any attribute, however deeply nested."""
    assert set(objects) == set(NAMES)
    value = objects[name]
    shown = [repr(value), str(value), *(repr(part) for part in values(value, DEPTH, {}))]
    slots = [slot for kind in type(value).__mro__ for slot in getattr(kind, "__slots__", ())]
    shown += [repr(getattr(value, slot)) for slot in slots if slot != "__weakref__" and hasattr(value, slot)]
    assert [text for text in shown if kinds_in(text)] == []


@pytest.mark.parametrize("name", NAMES)
def test_pickles_contain_no_secrets(objects, name):
    """Objects with data can be pickled without secrets, and objects that hold secrets cannot be pickled."""
    value = objects[name]
    if name in PICKLED:
        written = pickle.dumps(value)
        assert kinds_in(written.decode("latin-1")) == set()
        again = pickle.loads(written)  # noqa: S301 (pickled by this test)
        assert type(again) is type(value)
        return
    with pytest.raises((TypeError, AttributeError, pickle.PicklingError)) as caught:
        pickle.dumps(value)
    assert kinds_in(str(caught.value)) == set()


def test_a_sandbox_shows_no_credentials():
    """The repr of a sandbox shows no credentials, and a sandbox cannot be pickled."""
    with Sandbox(KEY, SECRET, TOKEN) as sandbox:
        assert kinds_in(f"{sandbox!r} {sandbox}") == set()
        with pytest.raises(TypeError):
            pickle.dumps(sandbox)


def test_hooks_receive_signed_requests(integry):
    """Hooks receive the signed request, whose repr shows no secret."""
    seen = []
    with responses.RequestsMock() as mock:
        mock.post("https://api.integry.io/apps/slack/get/", json=APP)
        integry.with_options(on_request=seen.append, on_response=seen.append).apps.get("slack")
    request, response = seen
    assert request.headers["Hash"] == sign(SECRET, "123456")
    assert kinds_in(f"{request!r} {response!r} {request} {response}") == set()


def test_generated_clients_show_no_token():
    """Generated clients can be copied but not pickled, and their reprs show no token."""
    from generated import AuthenticatedClient, Client

    with AuthenticatedClient(token=TOKEN, auth=IntegryAuth(KEY, SECRET, 1)) as client:
        assert kinds_in(repr(client)) == set()
        assert copy.copy(client).token == TOKEN
        with pytest.raises(TypeError, match="AuthenticatedClient cannot be pickled"):
            pickle.dumps(client)
    with Client(headers={"App-Key": KEY}, session=requests.Session()) as client:
        assert kinds_in(repr(client)) == set()
        with pytest.raises(TypeError, match="Client cannot be pickled"):
            pickle.dumps(client)
        client.session.close()
