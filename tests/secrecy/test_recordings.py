"""Recorders and mocks of requests keep no credentials, and their messages show none."""

import threading
import traceback

import pytest
import requests
import requests_mock
import responses
import vcr

from integry import APIConnectionError, Integry, Organisation
from tests.facade.conftest import KEY, SECRET, TOKEN, reply
from tests.leaks import kinds_in, texts

ANSWER = b'{"id": 1, "name": "slack", "connected_accounts": [], "data": []}'
#: The filters of docs/guides/secrets.md.
FILTERS = {
    "filter_headers": ["App-Key", "Hash", "Authorization"],
    "filter_query_parameters": ["app_key", "hash"],
}


def clients(url, key=KEY, secret=SECRET, token=TOKEN, **options):
    """Return operations that are signed in headers, signed in the query, and authenticated by a token."""
    settings = {"base_url": url, "max_retries": 0, "allow_insecure": True, **options}
    integry, organisation = Integry(key, secret, user_id=1, **settings), Organisation("o", token, **settings)
    return {
        "headers": lambda: integry.apps.get("slack"),
        "query": lambda: integry.apps.disconnect("slack", connected_account_id=7),
        "token": organisation.integrations.list,
    }


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Disable the log of VCR.py, which logs requests before it filters them."""
    caplog.set_level("WARNING", "vcr")


@pytest.mark.parametrize("is_user_session", [False, True], ids=["owned session", "user session"])
def test_a_filtered_cassette_has_no_secrets(serve, tmp_path, is_user_session):
    """A filtered cassette contains no secret, and replays to a client with other credentials."""
    server, path = serve(*[reply(ANSWER)] * 3), tmp_path / "cassette.yaml"
    with requests.Session() as session:
        options = {"session": session} if is_user_session else {}
        with vcr.use_cassette(str(path), record_mode="once", **FILTERS):
            recorded = [call() for call in clients(server.url, **options).values()]
        with vcr.use_cassette(str(path), record_mode="none", **FILTERS) as cassette:
            replayed = [call() for call in clients(server.url, "k", "s", "t", **options).values()]
            assert cassette.play_count == 3
    assert recorded == replayed
    assert len(server.requests) == 3
    assert all(kinds_in(request) for request in server.requests), "they were signed"
    written = path.read_text()
    assert "force=false" in written
    assert kinds_in(written) == set()


@pytest.mark.shows_secrets("the cassette has no filters, to see that they matter")
def test_an_unfiltered_cassette_has_all_secrets_that_are_sent(serve, tmp_path):
    """A cassette without filters contains every kind of secret except the app secret, which is never sent."""
    server, path = serve(*[reply(ANSWER)] * 3), tmp_path / "cassette.yaml"
    with vcr.use_cassette(str(path), record_mode="once"):
        for call in clients(server.url).values():
            call()
    assert kinds_in(path.read_text()) == {"app_key", "hash", "token"}


@pytest.mark.parametrize("operation", ["headers", "query", "token"])
@pytest.mark.parametrize(
    ("mock", "kind"),
    [(responses.RequestsMock, APIConnectionError), (requests_mock.Mocker, requests_mock.exceptions.NoMockAddress)],
)
def test_messages_of_mocks_show_no_secrets(mock, kind, operation):
    """The error for a request without a mocked response shows the URL without its query."""
    with mock(), pytest.raises(kind) as caught:
        clients("http://x.test")[operation]()
    assert [kinds_in(text) for text in texts(caught.value) if kinds_in(text)] == []
    assert "x.test" in str(caught.value)


@pytest.mark.parametrize("operation", ["headers", "query", "token"])
def test_messages_of_cassettes_show_no_secrets(serve, tmp_path, operation):
    """The error for a request that is not in the cassette shows no secret."""
    path = str(tmp_path / "cassette.yaml")
    call = clients(serve(reply(ANSWER)).url)
    with vcr.use_cassette(path, record_mode="once", **FILTERS):
        call["headers"]()
    with vcr.use_cassette(path, record_mode="none", **FILTERS):
        call["headers"]()
        with pytest.raises(Exception, match="overwrite existing cassette|play back") as caught:
            call[operation]()
    assert [kinds_in(text) for text in texts(caught.value) if kinds_in(text)] == []


@pytest.fixture
def recorded(monkeypatch):
    """Return the list of tracebacks of exceptions that leave Session.send, which is what tracers record."""
    found, send = [], requests.Session.send

    def traced(self, request, **options):
        try:
            return send(self, request, **options)
        except Exception as error:
            found.append("".join(traceback.format_exception(type(error), error, error.__traceback__)))
            raise

    monkeypatch.setattr(requests.Session, "send", traced)
    return found


@pytest.mark.parametrize("fast", ["0", "1"])
@pytest.mark.parametrize("fault", ["refused", "closed", "silent"])
def test_tracers_record_failures_without_the_query(serve, closed_port, monkeypatch, recorded, fast, fault):
    """A recorded exception of a failed request shows its message without the query, which may be signed."""
    monkeypatch.setenv("INTEGRY_FAST_PATH", fast)
    release = threading.Event()
    steps = {"closed": lambda _: None, "silent": lambda _: release.wait(60)}
    url = f"http://127.0.0.1:{closed_port}" if fault == "refused" else serve(steps[fault]).url
    with pytest.raises(APIConnectionError):
        clients(url, timeout=0.2 if fault == "silent" else 30)["query"]()
    release.set()
    (text,) = recorded
    assert kinds_in(text) == set()
    assert "force=" not in text
    assert {"refused": "url: /connected-accounts/7 ", "closed": "ConnectionError", "silent": "timed out"}[fault] in text


def test_exceptions_of_other_libraries_are_unchanged(monkeypatch):
    """An exception that is not from requests or urllib3 is raised unchanged."""
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda *_, **__: {}["what?no"])
    with pytest.raises(KeyError, match=r"what\?no"):
        clients("http://127.0.0.1:9")["query"]()
