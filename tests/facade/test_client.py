"""Creating, copying and configuring clients; logging and masking."""

import copy
import logging
import pickle
import re
import subprocess
import sys
import traceback

import pytest

from integry import APIStatusError, ConfigurationError, Integry, Organisation, RawResponse, errors, sign

from .conftest import API, INTEGRATIONS, KEY, ORG, SECRET, TOKEN

APP = {"id": 1, "name": "slack", "connected_accounts": []}
HASH = sign(SECRET, "123456")


def test_missing_credentials_are_named():
    """All missing arguments are named in one error, with their environment variables."""
    with pytest.raises(ConfigurationError, match=r"app_key= \(or INTEGRY_APP_KEY.*app_secret= \(or INTEGRY_APP_SECRET"):
        Integry()
    with pytest.raises(ConfigurationError, match=r"^Integry needs app_secret="):
        Integry("k")
    with pytest.raises(ConfigurationError, match=r"token= \(or INTEGRY_ORGANISATION_TOKEN"):
        Organisation("o")


@pytest.mark.parametrize("odd", ["secret\n", " secret", "sec\u201cret", "sec\x00ret"])
def test_credentials_that_are_no_header_values_are_refused(odd):
    """Credentials that cannot be sent in a header are refused at once and not shown."""
    for make in (lambda: Integry(odd, "s"), lambda: Integry("k", odd), lambda: Organisation("o", odd)):
        with pytest.raises(ConfigurationError, match="space or line break at its ends") as caught:
            make()
        assert "sec" not in str(caught.value).replace("app_secret", "")


def test_arguments_override_the_environment(answers, monkeypatch):
    """Arguments override the environment variables for keys, user and URL."""
    for name, value in {"APP_KEY": "ek", "APP_SECRET": "es", "USER_ID": "eu", "BASE_URL": "https://e.example"}.items():
        monkeypatch.setenv(f"INTEGRY_{name}", value)
    answers.post("https://e.example/apps/slack/get/", json=APP)
    answers.post("https://a.example/apps/slack/get/", json=APP)
    Integry().apps.get("slack")
    Integry("ak", "as", user_id="au", base_url="https://a.example").apps.get("slack")
    seen = [[call.request.headers[name] for name in ("App-Key", "User-ID", "Hash")] for call in answers.calls]
    assert seen == [["ek", "eu", sign("es", "eu")], ["ak", "au", sign("as", "au")]]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://localhost", "http://[::1]:8", "https://x.example"])
def test_secure_base_urls_are_accepted(url):
    """URLs with https, and of loopback addresses, are accepted as base URLs."""
    assert Integry("k", "s", base_url=url).settings.base_url == url


@pytest.mark.parametrize("url", ["http://x.example", "http://127.0.0.1.example", "http://10.0.0.1"])
def test_insecure_base_urls_are_refused(url):
    """An http URL of another host is refused unless allow_insecure=True."""
    with pytest.raises(ConfigurationError, match="is not https"):
        Integry("k", "s", base_url=url)
    assert Integry("k", "s", base_url=url, allow_insecure=True).settings.base_url == url


@pytest.mark.parametrize(
    "url", ["ftp://x", "x.example", "https://", "https:///x", "https://exa mple", "//x", "https://a\\b"]
)
def test_invalid_base_urls_are_refused(url):
    """A base URL without https or a host is refused even with allow_insecure=True."""
    with pytest.raises(ConfigurationError, match="base_url must begin with https://"):
        Integry("k", "s", base_url=url, allow_insecure=True)


@pytest.mark.parametrize("url", ["https://me:pass@x.example", "https://x.example/?a=b", "https://x.example/#a"])
def test_base_urls_with_credentials_or_query_are_refused(url):
    """A base URL with credentials, a query or a fragment is refused and not shown."""
    with pytest.raises(ConfigurationError, match="base_url must have only scheme, host, port and path") as caught:
        Integry("k", "s", base_url=url)
    assert "x.example" not in str(caught.value)


@pytest.mark.parametrize(
    "option",
    [
        *(
            {"timeout": each}
            for each in (0, -1, None, "5", (1, -1), (1,), (1, 2, 3), [1, 2], float("nan"), float("inf"))
        ),
        *({"deadline": each} for each in (0, "5", float("nan"), float("inf"))),
        *({"max_retries": each} for each in (-1, None, "2", 1.5)),
    ],
    ids=str,
)
def test_invalid_numbers_are_refused(option):
    """Constructors, with_options and calls refuse invalid timeouts, deadlines and numbers of retries."""
    with pytest.raises(ConfigurationError, match="must be"):
        Integry("k", "s", **option)
    with pytest.raises(ConfigurationError, match="must be"):
        Integry("k", "s").with_options(**option)
    with pytest.raises(ConfigurationError, match="must be"):
        Integry("k", "s", user_id=1).apps.get("slack", **option)


@pytest.mark.parametrize("value", [0, -1, "2", 1.5])
def test_invalid_limits_are_refused(value):
    """An invalid max_response_bytes is refused, and None disables the limit."""
    for make in (Integry, lambda *given, **option: Integry(*given).with_options(**option)):
        with pytest.raises(ConfigurationError, match="max_response_bytes must be"):
            make("k", "s", max_response_bytes=value)
    assert Integry("k", "s", max_response_bytes=None).settings.max_response_bytes is None


def test_a_constructor_sends_nothing(answers):
    """Creating a client sends nothing and creates no session."""
    assert Integry("k", "s")._transport._sessions == {}
    assert len(answers.calls) == 0


def test_with_options_returns_a_copy(integry):
    """with_options returns a copy that shares the session, and leaves the original unchanged."""
    other = integry.with_options(timeout=5, max_retries=0, user_id="x")
    assert (other.settings.timeout, other.settings.max_retries, other.settings.user_id) == (5, 0, "x")
    assert (integry.settings.timeout, integry.settings.max_retries, integry.settings.user_id) == (30.0, 2, "123456")
    assert other._transport is integry._transport
    with other:
        pass
    assert integry._transport.session_for_process(fast=False), "closing a copy leaves the original open"
    with pytest.raises(ConfigurationError, match="Unknown options: base_url, colour. Options are .*timeout"):
        integry.with_options(colour=1, base_url="https://x")


@pytest.mark.parametrize("option", ["base_url", "colour", "user_id_", "log_bodies", "on_request"])
def test_calls_refuse_options_of_the_client(answers, integry, option):
    """Calls refuse options that only clients have, such as base_url, which would redirect the credentials."""
    with pytest.raises(
        ConfigurationError, match=f"Unknown options: {option}. Options are deadline, headers, max_retries, timeout"
    ):
        integry.apps.get("slack", **{option: "http://evil.example"})
    with pytest.raises(ConfigurationError, match=f"Unknown options: {option}"):
        integry.request("GET", "/x", **{option: "http://evil.example"})
    assert len(answers.calls) == 0


def test_clients_can_be_copied_but_not_pickled(integry, organisation):
    """A copy shares the session, and pickling raises TypeError because it would contain secrets."""
    for client in (integry, organisation):
        for other in (copy.copy(client), copy.deepcopy(client)):
            assert other is not client
            assert other._transport is client._transport
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(client)


def test_raw_responses_have_status_headers_and_content(answers, integry, organisation):
    """with_raw_response returns status, headers, content and the parsed result of every operation."""
    answers.post(f"{API}/apps/slack/get/", json=APP, headers={"X-A": "b"})
    answers.get(INTEGRATIONS, json={"data": [{"id": "i"}]})
    answers.get(re.compile(f"{INTEGRATIONS}/i/.*settings.*"), json={"data": []})
    answers.get(re.compile(".*/custom.*settings.*"), json={"data": []})
    raw = integry.with_raw_response.apps.get("slack")
    assert isinstance(raw, RawResponse)
    assert (raw.status, raw.headers["x-a"], raw.parsed.name) == (200, "b", "slack")
    assert b'"slack"' in raw.content
    assert integry.with_raw_response.apps.is_connected("slack").parsed is False
    assert integry.with_raw_response.for_user("7").apps.get("slack").parsed.id == 1
    raw = organisation.with_raw_response
    assert raw.integrations.list().parsed[0].id == "i"
    assert raw.integrations.settings("i").list().parsed == []
    assert raw.integrations.channel("i", "c").settings.list().parsed == []
    assert raw.custom_integrations.settings("i").get().parsed == []
    assert callable(raw.slack.info)
    assert integry.apps.get("slack").name == "slack"


def test_raw_responses_of_pages_are_lazy(answers, integry):
    """Raw responses of pages are fetched lazily, and are not affected by other calls."""
    answers.post(f"{API}/apps/slack/get/", json=APP)
    for number in (1, 2):
        body = {"network_code": "200", "output": [number], "_cursor": {1: "2", 2: None}[number]}
        answers.post(f"{API}/functions/f/call/", json=body, headers={"X-Page": str(number)})
    pages = integry.with_raw_response.functions.call_pages("f")
    first = next(pages)
    assert len(answers.calls) == 1
    integry.apps.get("slack")
    (second,) = pages
    assert [(raw.headers["X-Page"], raw.parsed.output) for raw in (first, second)] == [("1", [1]), ("2", [2])]


def test_hooks_see_every_attempt(answers):
    """on_request and on_response are called for each attempt, including retries."""
    seen = []
    answers.post(f"{API}/apps/slack/get/", status=503, headers={"Retry-After": "0"})
    answers.post(f"{API}/apps/slack/get/", json=APP)
    client = Integry(
        KEY,
        SECRET,
        user_id=1,
        on_request=lambda request: seen.append(request.headers["User-ID"]),
        on_response=lambda response: seen.append(response.status_code),
    )
    client.apps.get("slack")
    assert seen == ["1", 503, "1", 200]


def test_exceptions_of_hooks_are_raised_unchanged(answers):
    """An exception of a hook is raised unchanged, and the request is not retried."""
    answers.post(f"{API}/apps/slack/get/", json=APP)
    times = []

    def hook(_):
        times.append(1)
        message = "my log file"
        raise FileNotFoundError(message)

    for name in ("on_request", "on_response"):
        with pytest.raises(FileNotFoundError, match="my log file"):
            Integry(KEY, SECRET, user_id=1, **{name: hook}).apps.get("slack")
    assert len(times) == 2


def test_each_attempt_is_logged(answers, integry, caplog):
    """Each attempt is one log line with method, status, duration and request id, without body or secrets."""
    answers.post(f"{API}/apps/slack/get/", status=503, headers={"Retry-After": "0"})
    answers.post(f"{API}/apps/slack/get/", json=APP, headers={"X-Request-ID": "r-1"})
    with caplog.at_level(logging.DEBUG, "integry"):
        integry.apps.get("slack")
    lines = [record.getMessage() for record in caplog.records if record.name == "integry"]
    assert lines[0].startswith("apps.get('slack') for user '123456': POST 503 in 0.")
    assert lines[0].endswith("(attempt 1, request id None)")
    assert lines[1] == "apps.get('slack') for user '123456': waiting 0.00 s before attempt 2"
    assert lines[2].endswith("(attempt 2, request id r-1)")
    assert len(lines) == 3
    assert not any(secret in caplog.text for secret in (KEY, SECRET, HASH, "connected_accounts"))


def test_bodies_are_logged_on_request_and_masked(answers, caplog):
    """Bodies are logged only with log_bodies=True, with secrets masked."""
    answers.post(f"{API}/functions/f/call/", json={"network_code": "200", "output": [HASH, SECRET]})
    with caplog.at_level(logging.DEBUG, "integry"):
        Integry(KEY, SECRET, user_id=1, log_bodies=True).functions.call("f", {"a": KEY, "b": "shown"})
    assert 'sent {"a": "***", "b": "shown"}' in caplog.text
    assert '"output": ["***", "***"]' in caplog.text


def test_tokens_in_logged_bodies_are_masked(answers, caplog):
    """Tokens in logged bodies that the client does not know are masked by the names of their fields."""
    webhook = {"url": "https://hooks.slack.com/services/T/B/x", "channel": "#random"}
    answers.post(re.compile(".*slack.*"), json={"data": {"access_token": "xoxb-98", "incoming_webhook": webhook}})
    with caplog.at_level(logging.DEBUG, "integry"):
        Organisation(ORG, TOKEN, log_bodies=True).slack.exchange_token("xoxc-12-34")
    assert '"oauth_code": "***"' in caplog.text
    assert '"access_token": "***"' in caplog.text
    assert "#random" in caplog.text
    assert not any(secret in caplog.text for secret in ("xoxc", "xoxb", "services/T"))


def test_signed_urls_are_masked_in_the_log_of_urllib3(serve, caplog):
    """The log of urllib3 shows a signed URL with its signature masked."""
    server = serve(b"HTTP/1.1 204 No Content\r\n\r\n")
    with caplog.at_level(logging.DEBUG):
        Integry(KEY, SECRET, user_id=1, base_url=server.url).apps.disconnect("slack", connected_account_id=7)
    assert f"hash={sign(SECRET, 1)}" in server.requests[0]
    assert "DELETE /connected-accounts/7?force=false&app_key=***&user_id=1&hash=*** HTTP" in caplog.text
    assert not any(secret in caplog.text for secret in (KEY, sign(SECRET, 1)))


def test_errors_show_no_secrets(answers, integry, organisation):
    """Messages, attributes, reprs and pickles of errors show no secret, even if the server returns it."""
    echoed = {"detail": f"{KEY} {SECRET} {HASH}"}
    answers.post(f"{API}/apps/slack/get/", json=echoed, status=400)
    answers.post(f"{API}/functions/f/call/", body=f"<p>{HASH}{SECRET}</p>", status=500)
    answers.post(f"{API}/functions/g/call/", body=f"{HASH} {SECRET} {KEY}")
    answers.get(INTEGRATIONS, json={"message": TOKEN}, status=401)
    answers.delete("https://app.integry.io/connected-accounts/7", body=ConnectionError(f"/x?hash={HASH}"))
    answers.delete("https://app.integry.io/connected-accounts/8", json=echoed, status=404)
    for call in (
        lambda: integry.apps.get("slack"),
        lambda: integry.functions.call("f"),
        lambda: integry.functions.call("g"),
        organisation.integrations.list,
        lambda: integry.apps.disconnect("slack", connected_account_id=7, max_retries=0),
        lambda: integry.apps.disconnect("slack", connected_account_id=8),
    ):
        with pytest.raises(errors.IntegryError) as caught:
            call()
        error = caught.value
        pickled = pickle.dumps(error)
        shown = f"{error!r} {error} {vars(error)} {pickled} {pickle.loads(pickled)!r}"  # noqa: S301 (pickled here)
        for secret in (KEY, SECRET, HASH, TOKEN):
            assert secret not in shown
    shown = f"{integry!r} {organisation!r} {vars(integry)} {vars(organisation)} {organisation._new_requester()}"
    for secret in (KEY, SECRET, HASH, TOKEN):
        assert secret not in shown


def test_headers_in_errors_and_logs_are_masked(answers, integry, caplog):
    """Secrets in response headers, such as the target of a redirect or a request id, are masked."""
    caplog.set_level("DEBUG", "integry")
    headers = {"Location": f"https://x.example/?hash={HASH}&app_key={KEY}&a=b", "X-Key": KEY, "X-Request-ID": SECRET}
    answers.post(f"{API}/apps/slack/get/", status=302, headers=headers)
    with pytest.raises(APIStatusError) as caught:
        integry.apps.get("slack")
    shown = f"{caught.value} {vars(caught.value)} {caplog.text}"
    for secret in (KEY, SECRET, HASH):
        assert secret not in shown
    assert "request id ***" in caplog.text
    assert caught.value.headers["location"] == "https://x.example/?hash=***&app_key=***&a=b"
    assert "Redirects are not followed" in str(caught.value)


@pytest.mark.shows_secrets("the output of a function is the user's own")
def test_outputs_are_masked_in_messages_only(answers, integry):
    """Secrets in an app's output are masked in the message, and kept in result.output."""
    output = {"msg": f"bad key {SECRET}", "access_token": "xoxb-1", "hash": HASH}
    answers.post(f"{API}/functions/f/call/", json={"network_code": "400", "output": output})
    with pytest.raises(errors.NetworkCodeError, match="bad key \\*\\*\\*") as caught:
        integry.functions.call("f").raise_for_network_code()
    assert caught.value.result.output == output
    for secret in (SECRET, "xoxb-1", HASH):
        assert secret not in str(caught.value)


@pytest.mark.parametrize(("code", "expected"), [("c", "c"), (17, "17"), (["a"], None), (None, None)])
def test_error_codes_are_text(answers, integry, code, expected):
    """The attribute `code` is a text, or None if the server sends neither a text nor a number."""
    answers.post(f"{API}/apps/slack/get/", json={"code": code}, status=400)
    with pytest.raises(APIStatusError) as caught:
        integry.apps.get("slack")
    assert caught.value.code == expected


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ("Größe, é".encode(), "text/html", "Größe, é"),
        ("Größe".encode("latin-1"), "text/html; charset=latin-1", "Größe"),
        (b"\xff", "text/plain", "\ufffd"),
    ],
)
def test_error_bodies_are_decoded(answers, integry, content, kind, text):
    """Bodies of error responses are decoded as UTF-8 unless the server names another charset."""
    answers.post(f"{API}/apps/slack/get/", body=content, status=400, content_type=kind)
    with pytest.raises(APIStatusError) as caught:
        integry.apps.get("slack")
    assert caught.value.body == text


def test_secrets_of_the_request_are_masked_in_errors(answers, organisation):
    """Credentials in the body of a request are masked if the server repeats them."""
    answers.post(re.compile(".*slack.*"), json={"message": "bad code xoxc-12-34"}, status=400)
    with pytest.raises(APIStatusError, match=r"bad code \*\*\*") as caught:
        organisation.slack.exchange_token("xoxc-12-34")
    assert "xoxc" not in str(vars(caught.value))


def test_unreadable_bodies_are_masked_in_errors(answers, organisation):
    """Tokens in a truncated body are masked, and the exception of json, which has the whole body, is not the cause."""
    answers.post(re.compile(".*slack.*"), body='{"data": {"ok": true, "access_token": "xoxb-98-76')
    with pytest.raises(errors.ResponseDecodeError) as caught:
        organisation.slack.exchange_token("xoxc-12-34")
    assert "***" in caught.value.body
    assert "xoxb" not in "".join(
        traceback.format_exception(type(caught.value), caught.value, caught.value.__traceback__)
    )
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_causes_of_errors_have_no_credentials(answers, organisation):
    """The request of the exception behind an error has no headers and no body."""
    answers.get(INTEGRATIONS, body=__import__("requests").ReadTimeout("slow"))
    with pytest.raises(errors.APITimeoutError) as caught:
        organisation.integrations.list(max_retries=0)
    request = caught.value.__cause__.request
    assert (request.method, request.url, request.headers, request.body) == ("GET", INTEGRATIONS, None, None)


def test_tracebacks_show_no_signed_url(answers, integry):
    """The message of requests' exception is masked where it contains a signed URL."""
    answers.delete(
        "https://app.integry.io/connected-accounts/7", body=__import__("requests").ConnectionError(f"/x?hash={HASH}")
    )
    with pytest.raises(errors.APIConnectionError) as caught:
        integry.apps.disconnect("slack", connected_account_id=7, max_retries=0)
    assert HASH not in "".join(traceback.format_exception(type(caught.value), caught.value, caught.value.__traceback__))


STATUSES = {
    302: "APIStatusError",
    400: "BadRequest",
    401: "AuthenticationError",
    403: "PermissionDenied",
    404: "NotFound",
    409: "Conflict",
    418: "APIStatusError",
    422: "UnprocessableEntity",
    429: "RateLimited",
    500: "ServerError",
    520: "ServerError",
}


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_has_its_error(answers, integry, status):
    """Each error status raises its class, with code, body, request id and masked headers of the response."""
    headers = {"X-Request-ID": "r-1", "Set-Cookie": "s=1", "Retry-After": "3600"}
    answers.post(f"{API}/apps/slack/get/", json={"detail": "why", "code": "c"}, status=status, headers=headers)
    with pytest.raises(
        APIStatusError, match=rf"^apps\.get\('slack'\) for user '123456': {status} why, asked to wait 3600 s\."
    ) as caught:
        integry.apps.get("slack", max_retries=0)
    error = caught.value
    assert type(error).__name__ == STATUSES[status]
    assert (error.status, error.code, error.body, error.request_id) == (
        status,
        "c",
        {"detail": "why", "code": "c"},
        "r-1",
    )
    assert (error.method, error.url) == ("POST", f"{API}/apps/slack/get/")
    assert re.search(r" s\. [A-Z].*\.", str(error)), "it says what to do"
    assert error.headers["x-request-id"] == "r-1"
    assert "set-cookie" not in error.headers
    assert getattr(error, "retry_after", None) == (3600 if status == 429 else None)


def test_missing_credentials_are_authentication_errors(answers, integry):
    """Responses about missing credentials are AuthenticationErrors, although apps send 400 and functions 403."""
    body = {"detail": "Authentication credentials were not provided."}
    answers.post(f"{API}/apps/slack/get/", json=body, status=400)
    answers.post(f"{API}/functions/f/get/", json=body, status=403)
    for call in (lambda: integry.apps.get("slack"), lambda: integry.functions.get("f")):
        with pytest.raises(errors.AuthenticationError, match="credentials were not provided"):
            call()


@pytest.mark.parametrize("name", [name for name in dir(errors) if isinstance(getattr(errors, name), type)])
def test_every_error_can_be_pickled_and_is_documented(name):
    """Every exception class can be pickled, and is in the tree of errors in the docstring of `integry.errors`."""
    kind = getattr(errors, name)
    if issubclass(kind, Exception):
        error = kind("message", status=5, body={"a": 1})
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 (pickled here)
        assert type(again) is kind
        assert (str(again), vars(again)) == ("message", vars(error))
        assert name in errors.__doc__
        assert issubclass(kind, errors.IntegryError)


def test_importing_adds_no_log_handlers():
    """Importing the package and creating a client adds no handlers to loggers."""
    code = (
        "import logging, sys, integry; integry.Integry('k', 's');"
        "print(logging.getLogger('integry').handlers, logging.root.handlers)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[] []\n"


def test_reprs_show_url_and_user(integry):
    """The repr of a client shows its base URL and its user or organisation."""
    assert repr(integry) == "Integry(base_url='https://api.integry.io', user_id='123456')"
    assert repr(Organisation(ORG, TOKEN, base_url="https://x")) == f"Organisation({ORG!r}, base_url='https://x')"
