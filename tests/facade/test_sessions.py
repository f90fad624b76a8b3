"""Sessions that users pass: what is accepted, and what is refused before anything is sent."""

from concurrent.futures import Future
from unittest import mock

import pytest
import requests

from integry import ConfigurationError, Integry, Organisation
from integry._http.session import Session

from .conftest import KEY, ORG, SECRET, TOKEN, reply

APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'


class FuturesSession(requests.Session):
    """A session that returns futures, named as that of requests-futures."""

    def request(self, *args, **kwargs):
        """Return a future."""
        future = Future()
        future.set_result(requests.Session.request(self, *args, **kwargs))
        return future


class AsyncHTMLSession(FuturesSession):
    """As that of requests-html."""


class Derived(FuturesSession):
    """A subclass of such a session."""


class Subclass(requests.Session):
    """A subclass of requests.Session that returns responses."""


@pytest.mark.parametrize(
    ("session", "message"),
    [
        (FuturesSession(), "session must return responses, got FuturesSession, .*futures.*pass a requests.Session"),
        (AsyncHTMLSession(), "got AsyncHTMLSession"),
        (Derived(), "got Derived"),
        (requests, "session must be a requests.Session, got module"),
        (requests.Session, "got type"),
        (object(), "got object"),
        ("", "got str"),
        (0, "got int"),
        (requests.Request(), "got Request"),
        (mock.Mock(), "got Mock"),
    ],
)
def test_sessions_that_are_refused(session, message):
    """The message names what was passed, by both clients."""
    with pytest.raises(ConfigurationError, match=message):
        Integry(KEY, SECRET, session=session)
    with pytest.raises(ConfigurationError, match=message):
        Organisation(ORG, TOKEN, session=session)


@pytest.mark.parametrize(
    "make", [requests.Session, requests.session, Subclass, lambda: mock.Mock(spec=requests.Session)]
)
def test_sessions_that_are_accepted(make):
    """Subclasses and mocks with the interface of a session too."""
    assert Integry(KEY, SECRET, session=make()).settings.user_id is None


def test_a_session_that_returns_futures_under_another_name(serve):
    """It is refused with its first call, whose error says that the request may have been processed."""
    unknown = type("Background", (requests.Session,), {"request": FuturesSession.request})
    with pytest.raises(ConfigurationError, match="must return responses, got Background") as caught:
        Integry(KEY, SECRET, user_id=1, session=unknown(), base_url=serve(reply(APP)).url).apps.get("slack")
    assert caught.value.may_have_run


def test_a_session_made_before_requests_was_patched(monkeypatch, serve):
    """It is still a session of requests, as a cache that is installed replaces the class."""
    session = requests.Session()
    monkeypatch.setattr(requests, "Session", Subclass)
    made = Integry(KEY, SECRET, user_id=1, session=session, base_url=serve(reply(APP)).url)
    assert made.apps.get("slack").name == "slack"


def test_our_session_is_no_subclass_of_a_patch():
    """Its base is the class that requests defines."""
    assert [cls.__module__ for cls in Session.__mro__[1:3]] == ["requests.sessions"] * 2
