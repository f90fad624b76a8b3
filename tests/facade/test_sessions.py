"""Sessions that users pass: accepted and refused types."""

from concurrent.futures import Future
from unittest import mock

import pytest
import requests

from integry import ConfigurationError, Integry, Organisation
from integry._http.session import Session

from .conftest import KEY, ORG, SECRET, TOKEN, reply

APP = b'{"id": 1, "name": "slack", "connected_accounts": []}'


class FuturesSession(requests.Session):
    """A session that returns futures, with the class name of requests-futures."""

    def request(self, *args, **kwargs):
        """Return a future."""
        future = Future()
        future.set_result(requests.Session.request(self, *args, **kwargs))
        return future


class AsyncHTMLSession(FuturesSession):
    """A session with the class name of requests-html."""


class DerivedSession(FuturesSession):
    """A subclass of a session that returns futures."""


class Subclass(requests.Session):
    """A subclass of requests.Session that returns responses."""


@pytest.mark.parametrize(
    ("session", "message"),
    [
        (FuturesSession(), "session must return responses, got FuturesSession, .*futures.*pass a requests.Session"),
        (AsyncHTMLSession(), "got AsyncHTMLSession"),
        (DerivedSession(), "got Derived"),
        (requests, "session must be a requests.Session, got module"),
        (requests.Session, "got type"),
        (object(), "got object"),
        ("", "got str"),
        (0, "got int"),
        (requests.Request(), "got Request"),
        (mock.Mock(), "got Mock"),
    ],
)
def test_unusable_sessions_are_refused(session, message):
    """Both clients refuse a session that returns futures, or that is not a session, and name its type."""
    with pytest.raises(ConfigurationError, match=message):
        Integry(KEY, SECRET, session=session)
    with pytest.raises(ConfigurationError, match=message):
        Organisation(ORG, TOKEN, session=session)


@pytest.mark.parametrize(
    "make", [requests.Session, requests.session, Subclass, lambda: mock.Mock(spec=requests.Session)]
)
def test_sessions_of_requests_are_accepted(make):
    """Sessions, their subclasses, and mocks with the interface of a session are accepted."""
    assert Integry(KEY, SECRET, session=make()).settings.user_id is None


def test_an_unknown_session_with_futures_fails_at_its_first_call(serve):
    """If a first call returns a future, the error says that the request may have been processed."""
    unknown = type("Background", (requests.Session,), {"request": FuturesSession.request})
    with pytest.raises(ConfigurationError, match="must return responses, got Background") as caught:
        Integry(KEY, SECRET, user_id=1, session=unknown(), base_url=serve(reply(APP)).url).apps.get("slack")
    assert caught.value.may_have_run


def test_sessions_are_accepted_after_requests_was_patched(monkeypatch, serve):
    """A session is accepted although a library, such as an installed cache, has replaced requests.Session."""
    session = requests.Session()
    monkeypatch.setattr(requests, "Session", Subclass)
    made = Integry(KEY, SECRET, user_id=1, session=session, base_url=serve(reply(APP)).url)
    assert made.apps.get("slack").name == "slack"


def test_our_session_does_not_inherit_from_patches():
    """The base class of the client's own session is the one that requests defines."""
    assert [cls.__module__ for cls in Session.__mro__[1:3]] == ["requests.sessions"] * 2
