"""Messages and log lines name the method, the function, app or id, and the user."""

import logging
from operator import attrgetter

import pytest

from generated.operations import OPERATIONS
from integry import (
    APIConnectionError,
    APIStatusError,
    ConfigurationError,
    Integry,
    NotFound,
    Organisation,
    RateLimited,
    ResponseDecodeError,
)
from integry._http.labels import METHODS, label
from tests.robustness.operations import CALLS

from .conftest import API, KEY, ORG, SECRET, TOKEN, Server, reply

USER = " for user '123456'"


@pytest.fixture(scope="module")
def refusing():
    """Yield a server that responds to each request with 404."""
    server = Server([reply(b'{"detail": "Not found"}', "404 x")] * len(OPERATIONS))
    yield server
    server.close()


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_named_as_its_method(refusing, name):
    """A label is the method call with the ids of the path, and with the user if the API has users."""
    integry = Integry(KEY, SECRET, user_id="123456", base_url=refusing.url)
    organisation = Organisation(ORG, TOKEN, base_url=refusing.url)
    with integry, organisation, pytest.raises(APIStatusError) as caught:
        CALLS[name](integry, organisation)
    method, _, rest = str(caught.value).partition(": ")
    client, expected = (organisation, "") if "organisation_id" in OPERATIONS[name].path else (integry, USER)
    assert rest.startswith("404 Not found. ")
    assert method.endswith(f"){expected}")
    assert ORG not in method
    owner, _, rest = method.partition("(")
    nested = {"settings", "channel"}.intersection(owner.split("."))
    assert callable(attrgetter(owner)(client))
    assert bool(nested) == ("setting" in name), "methods of nested resources are named with their parents"


def test_every_operation_has_a_method():
    """Every operation of openapi.yaml has an entry in the table of methods."""
    assert METHODS.keys() == OPERATIONS.keys(), "add the operation to METHODS in integry/_http/labels.py"


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("call_function", "/functions/slack-post-message/call/", "functions.call('slack-post-message')"),
        ("call_function", "https://a.test/v1/functions/f/call/", "functions.call('f')"),
        ("call_function", "/functions/it%27s%20%2F/call/", 'functions.call("it\'s /")'),
        ("call_function", "/functions/a%0AERROR%1B%5B2J/call/", r"functions.call('a\nERROR\x1b[2J')"),
        ("call_function", "/functions/%E2%80%AEf/call/", r"functions.call('\u202ef')"),
        ("call_function", f"/functions/{'x' * 101}/call/", f"functions.call('{'x' * 100}…')"),
        ("call_function", "/elsewhere", "call_function()"),
        ("get_app", "/apps/slack/get/", "apps.get('slack')"),
        ("update_channel_setting", "/organisations/o/integrations/i/channels/c/settings/s",
         "integrations.channel('i', 'c').settings.update('s')"),
    ],
)  # fmt: skip
def test_ids_in_labels_are_one_printable_line(name, url, expected):
    """Ids in labels are decoded, escaped as in Python's repr, and truncated."""
    assert label(OPERATIONS[name], url, None) == expected
    assert expected.isprintable()


@pytest.mark.parametrize("fault", ["429", "503", "no JSON", "cut", "refused", "log"])
def test_every_message_names_the_call(serve, closed_port, caplog, fault):
    """Messages of all errors and log lines begin with the method, its id and the user."""
    name = f"functions.call('slack-post-message'){USER}"
    steps = {
        "429": reply(b'{"detail": "Slow down."}', "429 x", "Retry-After: 30\r\n"),
        "503": reply(b"", "503 x"),
        "no JSON": reply(b"<html>"),
        "cut": lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
        "log": reply(b'{"network_code": "200"}'),
    }
    expected = {
        "429": (RateLimited, ": 429 Slow down, asked to wait 30 s. Call less often, or raise max_retries."),
        "503": (APIStatusError, ": 503 (no body). "),
        "no JSON": (ResponseDecodeError, ": the 200 response cannot be read: "),
        "cut": (ResponseDecodeError, ": the 200 response was cut short or garbled. "),
        "refused": (APIConnectionError, ": no response from 127.0.0.1:"),
    }
    url = f"http://127.0.0.1:{closed_port}" if fault == "refused" else serve(steps[fault]).url
    caplog.set_level(logging.DEBUG, "integry")
    with Integry(KEY, SECRET, user_id="123456", base_url=url, max_retries=0, log_bodies=True) as integry:
        if fault == "log":
            integry.functions.call("slack-post-message")
        else:
            kind, message = expected[fault]
            with pytest.raises(kind) as caught:
                integry.functions.call("slack-post-message")
            assert str(caught.value).startswith(name + message)
    lines = [record.getMessage() for record in caplog.records if record.name == "integry"]
    assert lines
    assert all(line.startswith(f"{name}: ") for line in lines)


def test_a_user_given_with_the_call_is_named(answers, integry):
    """The message names the user of the call, and not the client's."""
    answers.post(f"{API}/apps/slak/get/", json={"detail": "App not found"}, status=404)
    with pytest.raises(NotFound, match=r"^apps\.get\('slak'\) for user 'other': 404 App not found\. Check the name"):
        integry.apps.get("slak", "other")


def test_raw_requests_are_named_by_method_and_path(answers, integry):
    """A request() to a custom path is named by its method and path, on one line."""
    answers.get(f"{API}/new%0Athing/", json={}, status=404)
    with pytest.raises(NotFound, match=rf"^GET /new\\nthing/{USER}: 404 "):
        integry.request("GET", "/new\nthing/", params={"a": "b"})


@pytest.mark.shows_secrets("the secret is an argument of the call, which local variables of frames show")
def test_a_secret_used_as_a_name_is_masked(answers, integry, caplog):
    """A secret that was passed as a name is masked in the message and in the log."""
    answers.post(f"{API}/apps/{SECRET}/get/", json={}, status=404)
    with caplog.at_level(logging.DEBUG, "integry"), pytest.raises(NotFound) as caught:
        integry.apps.get(SECRET)
    assert SECRET not in str(caught.value) + caught.value.url + caplog.text


@pytest.mark.parametrize("method", ["call", "call_pages", "call_items"])
def test_function_arguments_as_options_are_explained(answers, integry, method):
    """Keyword arguments that are not options are refused with the advice to put them in a dict."""
    pattern = (
        r"call\(\) got unexpected options: channel, text\. Put function arguments in a dict: call\(name, \{\.\.\.\}\)"
    )
    with pytest.raises(ConfigurationError, match=pattern):
        list(getattr(integry.functions, method)("slack-post-message", text="Hi", channel="random"))
    assert len(answers.calls) == 0
