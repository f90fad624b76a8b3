"""Apps: listing, connecting, waiting and disconnecting."""

import json
import time

import pytest
import requests

from integry import APITimeoutError, AuthenticationError, Integry, InvalidRequest, NotFound, ServerError, UnusableResult
from tests.clock import Clock

from .conftest import API, reply

URL = f"{API}/apps/slack/get/"


def account(number, modified_at="2024-11-10T23:28:58Z"):
    """Return a connected account in the format of the server."""
    return {"id": number, "display_name": f"n{number}", "modified_at": modified_at}


def app(*accounts, **more):
    """Return an app in the format of the server."""
    return {"id": 491, "name": "slack", "title": "Slack", "connected_accounts": list(accounts), **more}


def test_list_sends_filters_in_the_query(answers, integry):
    """apps.list sends its filters in the query, and returns the apps with unknown fields."""
    answers.post(f"{API}/apps/list/", json={"apps": [app(new=1)]})
    page = integry.apps.list(connected_only=True, search="s", page_size=5)
    assert answers.calls[0].request.url == f"{API}/apps/list/?connected_only=true&search=s&page_size=5"
    assert page.apps[0]["new"] == 1


def test_is_connected_is_true_with_an_account(answers, integry):
    """An app is connected if it has an account."""
    answers.post(URL, json=app())
    answers.post(URL, json=app(account(1)))
    assert integry.apps.is_connected("slack") is False
    assert integry.apps.is_connected("slack") is True


def test_connected_accounts_are_sorted_newest_first(answers, integry):
    """Accounts are sorted by date, with unusable dates last."""
    dates = [None, "2024-01-01T00:00:00Z", "2025-01-01T00:00:00+01:00", "0000-00-00", "2024-06-01T00:00:00"]
    answers.post(URL, json=app(*(account(number, date) for number, date in enumerate(dates))))
    found = [each.id for each in integry.apps.connected_accounts("slack")]
    assert found[:2] == [2, 1]
    assert sorted(found[2:]) == [0, 3, 4]


def test_connect_url_is_the_login_url(answers, integry):
    """connect_url returns the login URL, and raises UnusableResult if the app has none."""
    answers.post(URL, json=app(login_url="https://app.integry.io/login/1"))
    answers.post(URL, json=app(login_url=""))
    assert integry.apps.connect_url("slack") == "https://app.integry.io/login/1"
    with pytest.raises(UnusableResult, match="slack cannot be connected"):
        integry.apps.connect_url("slack")


def test_wait_until_connected_returns_the_new_account(answers, integry):
    """wait_until_connected returns an account that is new or was connected again."""
    for body in (app(account(1)), app(account(1)), app(account(1), account(2))):
        answers.post(URL, json=body)
    assert integry.apps.wait_until_connected("slack", timeout=5, poll=0.01).id == 2
    answers.reset()
    for body in (app(account(1)), app(account(1, "2025-01-01T00:00:00Z"))):
        answers.post(URL, json=body)
    assert integry.apps.wait_until_connected("slack", timeout=5, poll=0.01).id == 1


@pytest.fixture
def clock(monkeypatch):
    """Replace the clock of wait_until_connected with a fake one."""
    made = Clock()
    for name in ("monotonic", "sleep"):
        monkeypatch.setattr(f"integry._resources._polling.{name}", getattr(made, name))
    return made


def test_waiting_times_out(answers, integry, clock):
    """wait_until_connected raises APITimeoutError when its timeout is over."""
    answers.post(URL, json=app())
    with pytest.raises(APITimeoutError, match="No account was connected to slack within 5 s"):
        integry.apps.wait_until_connected("slack", timeout=5, poll=1)
    assert len(answers.calls) == 6
    assert clock.now == 5


def test_waiting_polls_once_more_at_the_timeout(answers, integry, clock):
    """wait_until_connected polls a last time at the timeout, if the next regular poll would be later."""
    for body in (app(), app(account(1))):
        answers.post(URL, json=body)
    assert integry.apps.wait_until_connected("slack", timeout=5, poll=60).id == 1
    assert clock.now == 5


def test_accounts_that_are_not_known_count_as_new(answers, integry, clock):
    """wait_until_connected returns at once if an account is not listed in known=, even if the account is not new."""
    answers.post(URL, json=app(account(1), account(2)))
    assert integry.apps.wait_until_connected("slack", timeout=5, known=[1]).id == 2
    with pytest.raises(APITimeoutError):
        integry.apps.wait_until_connected("slack", timeout=5, known=["1", "2"])
    assert clock.now == 5


def test_waiting_continues_after_transient_errors(answers, integry, clock):
    """wait_until_connected ignores polls that fail after a first success.

    The last failure is the cause of its timeout.
    """
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
def test_waiting_ends_although_the_server_is_silent(serve):
    """A poll of wait_until_connected takes no longer than the remaining time or one second, whichever is longer."""
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
def test_invalid_times_are_refused(answers, integry, times):
    """wait_until_connected refuses invalid values of timeout and poll before sending."""
    with pytest.raises(InvalidRequest, match="(timeout|poll) must be seconds"):
        integry.apps.wait_until_connected("slack", **times)
    assert len(answers.calls) == 0


def test_disconnect_needs_no_id_for_a_single_account(answers, integry):
    """apps.disconnect finds the id of the account itself if the user has one account in the app."""
    answers.post(URL, json=app(account(247714)))
    answers.delete("https://app.integry.io/connected-accounts/247714", status=200)
    assert integry.apps.disconnect("slack", force=True) is None
    assert "force=true" in answers.calls[1].request.url


@pytest.mark.parametrize(
    ("accounts", "message"),
    [((), "no slack account to disconnect"), ((account(1), account(2)), r"several slack accounts.*1 \(n1\), 2 \(n2\)")],
)
def test_disconnect_refuses_to_guess_the_account(answers, integry, accounts, message):
    """If the user has no account or several, apps.disconnect raises an error that lists the accounts."""
    answers.post(URL, json=app(*accounts))
    with pytest.raises(UnusableResult, match=message):
        integry.apps.disconnect("slack")
    assert [call.request.method for call in answers.calls] == ["POST"]


def test_errors_of_apps_have_their_own_classes(answers, integry):
    """An unknown app raises NotFound, and a 400 about missing credentials raises AuthenticationError."""
    answers.post(URL, json={"detail": "App not found"}, status=404)
    answers.post(URL, json={"detail": "Authentication credentials were not provided."}, status=400)
    with pytest.raises(NotFound, match="App not found"):
        integry.apps.get("slack")
    with pytest.raises(AuthenticationError, match="Check the app key, app secret and user id"):
        integry.apps.get("slack")
