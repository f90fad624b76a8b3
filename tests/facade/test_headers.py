"""Headers that users add: default_headers= of both clients, and headers= of each call."""

import copy
import json
import logging
import pickle

import pytest
import requests

from integry import APIConnectionError, ConfigurationError, Integry, InvalidRequest, Organisation, ServerError
from tests.facade.conftest import API, INTEGRATIONS, KEY, ORG, SECRET, TOKEN, reply
from tests.leaks import frames

APP = {"id": 1, "name": "slack", "connected_accounts": []}
GATEWAY = "planted-gateway-key-3456"


class SecretValue:
    """A secret of another library, such as pydantic's SecretStr."""

    def get_secret_value(self):
        """Return the secret as text."""
        return GATEWAY


def sent(answers):
    """Return the headers of the last request that was sent."""
    return answers.calls[-1].request.headers


@pytest.mark.parametrize("value", [GATEWAY, GATEWAY.encode(), SecretValue()], ids=["str", "bytes", "secret"])
def test_default_headers_are_sent_with_every_request(value, answers):
    """default_headers= of a client are sent with each request of the client and of its copies."""
    answers.post(f"{API}/apps/slack/get/", json=APP)
    answers.delete("https://app.integry.io/connected-accounts/1", status=204)
    answers.get(f"{API}/x", json={})
    answers.get(INTEGRATIONS, json={"data": []})
    with Integry(KEY, SECRET, user_id="1", default_headers={"X-Gateway-Key": value}) as client:
        for each in (client, client.for_user("2"), client.with_options(timeout=5), copy.copy(client)):
            each.apps.get("slack")
            assert (sent(answers)["X-Gateway-Key"], sent(answers)["App-Key"]) == (GATEWAY, KEY)
        client.apps.disconnect("slack", connected_account_id=1)
        assert sent(answers)["X-Gateway-Key"] == GATEWAY
        client.request("GET", "/x")
        assert sent(answers)["X-Gateway-Key"] == GATEWAY
        client.with_options(default_headers={"X-Other": "a"}).apps.get("slack")
        assert "X-Gateway-Key" not in sent(answers)
        assert sent(answers)["X-Other"] == "a"
        client.with_options(default_headers=None).apps.get("slack")
        assert "X-Gateway-Key" not in sent(answers)
    with Organisation(ORG, TOKEN, default_headers={"X-Gateway-Key": value}) as organisation:
        organisation.integrations.list(headers={"X-Trace": "t"})
    assert (sent(answers)["X-Gateway-Key"], sent(answers)["X-Trace"]) == (GATEWAY, "t")
    assert sent(answers)["Authorization"] == f"Bearer {TOKEN}"


def test_headers_of_a_call_override_default_headers(answers):
    """Headers of a call are added to those of the client, and replace those of the same name in any case."""
    answers.post(f"{API}/functions/f/call/", json={"network_code": 200, "output": []})
    answers.post(f"{API}/functions/list/", json={"functions": [], "_cursor": "next"})
    answers.post(f"{API}/functions/list/", json={"functions": []})
    with Integry(KEY, SECRET, user_id="1", default_headers={"X-A": "1", "X-B": "1", "User-Agent": "mine"}) as client:
        client.functions.call("f", {}, headers={"x-a": "2"})
        assert [sent(answers)[name] for name in ("X-A", "X-B", "User-Agent")] == ["2", "1", "mine"]
        assert sent(answers)["Content-Type"] == "application/json"
        client.functions.call("f", {})
        assert sent(answers)["X-A"] == "1"
        assert list(client.functions.list(headers={"Accept-Language": "de"})) == []
    assert [call.request.headers["Accept-Language"] for call in answers.calls if "/list/" in call.request.url] == [
        "de",
        "de",
    ]


@pytest.mark.parametrize("session", [None, requests.Session])
def test_headers_are_sent_once(serve, session):
    """Each header is sent once, on the fast path and with a user's session."""
    server = serve(*[reply(json.dumps(APP).encode())] * 2)
    made = session and session()
    with Integry(KEY, SECRET, user_id="1", base_url=server.url, session=made, default_headers={"user-agent": "a"}) as c:
        c.apps.get("slack", headers={"X-Trace": "t"})
        c.apps.get("slack")
    if made:
        made.close()
    first, second = server.requests
    assert (first.lower().count("user-agent: a\r\n"), first.lower().count("user-agent:")) == (1, 1)
    assert ("X-Trace: t\r\n" in first, "X-Trace" in second) == (True, False)


REFUSED = {
    "Authorization": "would replace a credential",
    "authorization": "would replace a credential",
    "App-Key": "would replace a credential",
    "app_key": "would replace a credential",
    "USER-ID": "would replace a credential",
    "User_Id": "would replace a credential",
    "hash": "would replace a credential",
    "Host": "is set by this package",
    "Content-Length": "is set by this package",
    "content-type": "is set by this package",
    "Content-Encoding": "is set by this package",
    "Transfer-Encoding": "is set by this package",
    "Transfer_Encoding": "is set by this package",
    "Connection": "is set by this package",
    "Accept-Encoding": "is set by this package",
    "Proxy-Authorization": "is set by this package",
    "": "is not the name of a header",
    "X A": "is not the name of a header",
    "X-A:": "is not the name of a header",
    "X-A\r\nB": "is not the name of a header",
    "X-Ä": "is not the name of a header",
    ":path": "is not the name of a header",
    5: "is not the name of a header",
    None: "is not the name of a header",
    b"X-A": "is not the name of a header",
}
VALUES = [None, 5, True, "a\r\nApp-Key: b", "a\nb", "a\0b", " a", "a ", "ä", "\ud800", b"\xff", ["a"], object()]
NO_HEADERS = [5, "X-A: b", [("X-A", "b")], {"X-A"}, b"X-A: b", object()]
CASES = [
    *(pytest.param({name: "b"}, reason, id=f"name {name!a}") for name, reason in REFUSED.items()),
    *(pytest.param({"X-A": value}, "X-A", id=f"value {number}") for number, value in enumerate(VALUES)),
    *(pytest.param(given, "must be a dict", id=f"headers {number}") for number, given in enumerate(NO_HEADERS)),
]


@pytest.mark.parametrize(("given", "reason"), CASES)
def test_reserved_and_invalid_headers_are_refused(given, reason, answers, integry):
    """Headers that would replace a credential, change the request or be invalid are refused without their value."""
    makers = [
        lambda: Integry(KEY, SECRET, default_headers=given),
        lambda: Organisation(ORG, TOKEN, default_headers=given),
        lambda: integry.with_options(default_headers=given),
    ]
    for make in makers:
        with pytest.raises(ConfigurationError, match="^default_headers.*" + reason):
            make()
    with pytest.raises(InvalidRequest, match="^headers.*" + reason):
        integry.apps.get("slack", headers=given)
    assert len(answers.calls) == 0


def test_header_values_are_not_shown(answers, caplog):
    """Values of headers are masked in reprs, logs and messages, and settings with headers cannot be pickled."""
    answers.post(f"{API}/apps/slack/get/", status=500, body=f"the key {GATEWAY} was wrong, {GATEWAY}-2 too")
    caplog.set_level(logging.DEBUG)
    client = Integry(KEY, SECRET, user_id="1", max_retries=0, default_headers={"X-Api-Key": GATEWAY}, log_bodies=True)
    assert GATEWAY not in f"{client!r} {client.settings!r} {vars(client)}"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(client.settings)
    for options in ({}, {"headers": {"X-Session-Token": f"{GATEWAY}-2"}}):
        with pytest.raises(ServerError) as caught:
            client.apps.get("slack", **options)
        assert GATEWAY not in f"{caught.value} {vars(caught.value)}"
    assert GATEWAY not in caplog.text
    client.close()


def test_settings_without_headers_can_be_pickled(integry):
    """Settings without default headers can be pickled."""
    assert pickle.loads(pickle.dumps(integry.settings)) == integry.settings  # noqa: S301 (made by this test)


@pytest.mark.parametrize("options", [{}, {"headers": {"X-Token": SecretValue()}}], ids=["client", "call"])
def test_a_failing_call_shows_no_headers(closed_port, options):
    """No frame of a failed call contains default headers, or headers that were passed as secrets."""
    url = f"http://127.0.0.1:{closed_port}"
    with Integry(KEY, SECRET, user_id="1", base_url=url, max_retries=0, default_headers={"X-Key": GATEWAY}) as client:
        with pytest.raises(APIConnectionError) as caught:
            client.functions.call("f", {}, **options)
        assert GATEWAY not in repr([frame.f_locals for frame in frames(caught.value)])


def test_a_failing_constructor_shows_no_headers():
    """No frame of a failed constructor contains the headers, because error reporters show local variables."""
    with pytest.raises(ConfigurationError, match="timeout") as caught:
        Integry(KEY, SECRET, timeout=0, default_headers={"X-Api-Key": GATEWAY})
    frames = [entry.frame.f_locals for entry in caught.traceback[1:]]
    assert len(frames) > 1
    assert GATEWAY not in repr(frames)
