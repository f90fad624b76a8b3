"""Apps: connecting, waiting, disconnecting."""

import json
import time

import pytest
import requests

from integry import APITimeoutError, AuthenticationError, Integry, InvalidRequest, NotFound, ServerError, UnusableResult
from tests.clock import Clock

from .conftest import API, reply

URL = f"{API}/apps/slack/get/"


def account(number, modified_at="2024-11-10T23:28:58Z"):
    """A connected account as the server sends it."""
    return {"id": number, "display_name": f"n{number}", "modified_at": modified_at}


def app(*accounts, **more):
    """An app as the server sends it."""
    return {"id": 491, "name": "slack", "title": "Slack", "connected_accounts": list(accounts), **more}


def test_list_sends_what_is_asked(answers, integry):
    """Filters in the query."""
    answers.post(f"{API}/apps/list/", json={"apps": [app(new=1)]})
    page = integry.apps.list(connected_only=True, search="s", page_size=5)
    assert answers.calls[0].request.url == f"{API}/apps/list/?connected_only=true&search=s&page_size=5"
    assert page.apps[0]["new"] == 1


def test_is_connected(answers, integry):
    """An app with an account is."""
    answers.post(URL, json=app())
    answers.post(URL, json=app(account(1)))
    assert integry.apps.is_connected("slack") is False
    assert integry.apps.is_connected("slack") is True


def test_connected_accounts_the_newest_first(answers, integry):
    """Those without a date last; what is no date, or has no time zone, counts as none."""
    dates = [None, "2024-01-01T00:00:00Z", "2025-01-01T00:00:00+01:00", "0000-00-00", "2024-06-01T00:00:00"]
    answers.post(URL, json=app(*(account(number, date) for number, date in enumerate(dates))))
    found = [each.id for each in integry.apps.connected_accounts("slack")]
    assert found[:2] == [2, 1]
    assert sorted(found[2:]) == [0, 3, 4]


def test_connect_url(answers, integry):
    """The app's login page."""
    answers.post(URL, json=app(login_url="https://app.integry.io/login/1"))
    answers.post(URL, json=app(login_url=""))
    assert integry.apps.connect_url("slack") == "https://app.integry.io/login/1"
    with pytest.raises(UnusableResult, match="slack cannot be connected"):
        integry.apps.connect_url("slack")


def test_wait_until_connected(answers, integry):
    """The new account, also when there are others, or an old one is connected again."""
    for body in (app(account(1)), app(account(1)), app(account(1), account(2))):
        answers.post(URL, json=body)
    assert integry.apps.wait_until_connected("slack", timeout=5, poll=0.01).id == 2
    answers.reset()
    for body in (app(account(1)), app(account(1, "2025-01-01T00:00:00Z"))):
        answers.post(URL, json=body)
    assert integry.apps.wait_until_connected("slack", timeout=5, poll=0.01).id == 1


@pytest.fixture
def clock(monkeypatch):
    """The time by which it is looked again."""
    made = Clock()
    for name in ("monotonic", "sleep"):
        monkeypatch.setattr(f"integry._resources._wait.{name}", getattr(made, name))
    return made


def test_waiting_ends(answers, integry, clock):
    """With an error, in time."""
    answers.post(URL, json=app())
    with pytest.raises(APITimeoutError, match="No account was connected to slack within 5 s"):
        integry.apps.wait_until_connected("slack", timeout=5, poll=1)
    assert len(answers.calls) == 6
    assert clock.now == 5


def test_waiting_when_the_next_look_would_be_too_late(answers, integry, clock):
    """There is a last look at the end."""
    for body in (app(), app(account(1))):
        answers.post(URL, json=body)
    assert integry.apps.wait_until_connected("slack", timeout=5, poll=60).id == 1
    assert clock.now == 5


def test_waiting_for_one_who_was_quicker(answers, integry, clock):
    """Whose account is there already, but was not before."""
    answers.post(URL, json=app(account(1), account(2)))
    assert integry.apps.wait_until_connected("slack", timeout=5, known=[1]).id == 2
    with pytest.raises(APITimeoutError):
        integry.apps.wait_until_connected("slack", timeout=5, known=["1", "2"])
    assert clock.now == 5


def test_waiting_outlives_trouble(answers, integry, clock):
    """After the first look; what went wrong last stands behind the error."""
    impatient = integry.with_options(max_retries=0, deadline=20)
    for answer in ({"json": app()}, {"status": 503}, {"body": requests.ConnectionError("reset")}, {"status": 429}):
        answers.post(URL, **answer)
    answers.post(URL, json=app(account(1)))
    assert impatient.apps.wait_until_connected("slack", timeout=5, poll=0).id == 1
    answers.reset()
    clock.now = 0
    answers.post(URL, json=app())
    answers.post(URL, status=503)
    with pytest.raises(APITimeoutError) as caught:
        impatient.apps.wait_until_connected("slack", timeout=5, poll=1)
    assert clock.now == 5
    assert isinstance(caught.value.__cause__, ServerError)
    answers.reset()
    answers.post(URL, status=503)
    with pytest.raises(ServerError):
        impatient.apps.wait_until_connected("slack", timeout=5)


@pytest.mark.alone
def test_waiting_ends_against_a_server_that_says_nothing(serve):
    """A look takes no longer than what is left, or a second."""
    server = serve(reply(json.dumps(app()).encode()), lambda _: time.sleep(5))
    start = time.monotonic()
    with Integry("k", "s", user_id=1, base_url=server.url) as made, pytest.raises(APITimeoutError, match="No account"):
        made.apps.wait_until_connected("slack", timeout=0.3, poll=0.1)
    assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    "times",
    [
        *({"timeout": value} for value in (0, -1, None, "5", float("nan"), float("inf"), 10**20, True, [5], b"5")),
        *({"poll": value, "timeout": 0.2} for value in (-1, None, "5", float("nan"), 10**20, False, (), 1j)),
    ],
    ids=str,
)
def test_waiting_that_makes_no_sense(answers, integry, times):
    """Refused before anything is sent."""
    with pytest.raises(InvalidRequest, match="(timeout|poll) must be seconds"):
        integry.apps.wait_until_connected("slack", **times)
    assert len(answers.calls) == 0


def test_disconnect_the_only_account(answers, integry):
    """No id is needed."""
    answers.post(URL, json=app(account(247714)))
    answers.delete("https://app.integry.io/connected-accounts/247714", status=200)
    assert integry.apps.disconnect("slack", force=True) is None
    assert "force=true" in answers.calls[1].request.url


@pytest.mark.parametrize(
    ("accounts", "message"),
    [((), "no slack account to disconnect"), ((account(1), account(2)), r"several slack accounts.*1 \(n1\), 2 \(n2\)")],
)
def test_disconnect_what_is_not_clear(answers, integry, accounts, message):
    """None, or several: the error lists them, and nothing is disconnected."""
    answers.post(URL, json=app(*accounts))
    with pytest.raises(UnusableResult, match=message):
        integry.apps.disconnect("slack")
    assert [call.request.method for call in answers.calls] == ["POST"]


def test_errors(answers, integry):
    """An unknown app; and credentials that are missing, which come as a 400 here."""
    answers.post(URL, json={"detail": "App not found"}, status=404)
    answers.post(URL, json={"detail": "Authentication credentials were not provided."}, status=400)
    with pytest.raises(NotFound, match="App not found"):
        integry.apps.get("slack")
    with pytest.raises(AuthenticationError, match="Check the app key, app secret and user id"):
        integry.apps.get("slack")
