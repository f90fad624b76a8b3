"""The HTTP control interface, which offers `fail`, `calls` and `reset` to local clients only."""

import hmac
import json
import os
import re
import shutil
import subprocess
import urllib.request

import pytest
import requests

from integry import IntegryError, RateLimited, ServerError
from integry.sandbox import Sandbox
from integry.sandbox._guard import check_local
from integry.sandbox._http import HTTPError, Request
from tests.facade.conftest import TOKEN
from tests.spec_document import ROOT

from .hostile import request, send_raw

PATHS = [
    ("GET", "calls"),
    ("GET", "refused"),
    ("GET", "faults"),
    ("POST", "faults"),
    ("DELETE", "faults"),
    ("POST", "reset"),
]


@pytest.fixture
def control(sandbox):
    """Return a function that sends a request with the control token and returns status and decoded body."""
    session = sandbox.session()
    session.headers["Authorization"] = f"Bearer {sandbox.control_token}"

    def send(method, path, **options):
        response = session.request(method, f"{sandbox.url}/_sandbox/{path}", **options)
        assert "Access-Control-Allow-Origin" not in response.headers
        return response.status_code, response.json() if response.content else None

    return send


def test_faults_are_added_listed_and_cleared(sandbox, control):
    """Faults with the arguments of `Sandbox.fail` can be added, listed and cleared."""
    fault = {"status": 429, "retry_after": 3600, "body": {"detail": "slow down"}, "path": "/apps/", "times": 2}
    shown = {"kind": "", "delay": 0.0, **fault, "retry_after": "3600"}
    assert control("POST", "faults", json=fault) == (201, shown)
    assert control("GET", "faults") == (200, {"faults": [shown]})
    with pytest.raises(RateLimited, match="slow down") as caught:
        sandbox.client(max_retries=0).apps.get("slack")
    assert caught.value.retry_after == 3600
    assert control("GET", "faults")[1]["faults"][0]["times"] == 1
    assert control("DELETE", "faults") == (204, None)
    assert control("GET", "faults") == (200, {"faults": []})
    sandbox.fail(418, b"tea")
    assert control("GET", "faults")[1]["faults"][0]["body"] == "tea"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({}, "The fault has no effect: give it a status, a kind or a delay."),
        ({"status": 500, "kind": "reset"}, "A fault that resets the connection or changes a cursor has no status"),
        ({"status": 204, "body": "x"}, "A response with the status 204 or 304 has no body"),
        ({"status": 99}, "status must be a number from 200 to 599, got 99."),
        ({"status": "503"}, "status must be a number from 200 to 599, got '503'."),
        ({"kind": "nope"}, "There is no fault 'nope': use one of reset, "),
        ({"kind": ["reset"]}, "There is no fault ['reset']: use one of reset, "),
        ({"times": 0}, "times must be 1 or more, got 0."),
        ({"times": 1.5}, "times must be 1 or more, got 1.5."),
        ({"times": True}, "times must be 1 or more, got True."),
        ({"delay": -1}, "delay must be a number of seconds, got -1."),
        ({"delay": "1"}, "delay must be a number of seconds, got '1'."),
        ({"delay": 1e300}, "delay must be a number of seconds, got 1e+300."),
        ({"path": 5}, "path must be a string, got 5."),
        ({"path": None}, "path must be a string, got None."),
        ({"retry_after": "1\r\nX: y"}, "retry_after must be a number of seconds or a date, got '1\\r\\nX: y'."),
        ({"retry_after": [1]}, "retry_after must be a number of seconds or a date, got [1]."),
        (
            {"stat": 500, "a": 1},
            "Unknown fields: a, stat. A fault has status, body, kind, times, path, retry_after, delay.",
        ),
    ],
)
def test_an_invalid_fault_is_refused(sandbox, control, fault, message):
    """The error for an invalid fault names the argument, and `Sandbox.fail` refuses the same values."""
    status, body = control("POST", "faults", json=fault)
    assert (status, body["detail"][: len(message)]) == (400, message)
    assert sandbox._state.faults.waiting == []
    with pytest.raises((ValueError, TypeError)):
        sandbox.fail(**fault)


@pytest.mark.parametrize("content", [b"[]", b"5", b"{", b"\xff", b'{"delay": NaN}', b"status=500"])
def test_a_body_that_is_not_a_json_object_is_refused(control, content):
    """A body that is not a JSON object is refused.

    The media type is ignored, because curl sends the media type of forms by default.
    """
    assert control("POST", "faults", data=content)[0] == 400


def test_a_fault_does_not_apply_to_the_control_interface(sandbox, control):
    """A fault does not apply to the control interface, and waits for the next API request."""
    sandbox.fail(500)
    assert control("GET", "calls") == (200, {"calls": []})
    with pytest.raises(ServerError):
        sandbox.client(max_retries=0).apps.get("slack")


def test_calls_are_listed(sandbox, control):
    """Listed calls have the fields of `Sandbox.calls`, and can be filtered by user and function."""
    for user in ("1", "2"):
        sandbox.connect("pipedrive", user_id=user)
        sandbox.client(user).functions.call("pipedrive-add-a-person", {"name": "Ann"})
        sandbox.client(user).functions.call("pipedrive-get-all-persons", {"limit": 1})
    status, body = control("GET", "calls")
    assert (status, len(body["calls"])) == (200, 4)
    assert body["calls"][0].keys() == {"function", "user_id", "arguments", "network_code", "output", "at"}
    (call,) = control("GET", "calls?user_id=2&function=pipedrive-add-a-person")[1]["calls"]
    assert (call["user_id"], call["arguments"], call["network_code"]) == ("2", {"name": "Ann"}, 200)
    assert control("GET", "calls?user_id=3") == (200, {"calls": []})


def test_refused_requests_are_listed(sandbox, control):
    """Each listed refused request has the reason for the refusal."""
    with pytest.raises(IntegryError):
        sandbox.client().functions.call("slack-post-message", {"channel": "random"})
    (entry,) = control("GET", "refused?user_id=123456")[1]["refused"]
    assert (entry["function"], entry["status"], entry["sent"]) == ("slack-post-message", 400, {"channel": "random"})
    assert entry["reason"].startswith("User has not connected their Slack account.")


@pytest.mark.parametrize(
    ("arguments", "secret"),
    [
        ({"mrkdwn": {"api_key": "sk_live_abcdef123456"}}, "sk_live_abcdef123456"),
        ({"mrkdwn": {"password": "correcthorse"}}, "correcthorse"),
        ({"password": "correcthorse"}, "correcthorse"),
        ({"mrkdwn": ["x", {"client_secret": 'it\'s "quoted" \\ \x1b'}]}, "quoted"),
        ({"text": 5, "unfurl_links": {"token": "caf\u00e9-token"}}, "caf\u00e9-token"),
        ({"as_user": {"secret": 1234567}}, "1234567"),
    ],
)
@pytest.mark.parametrize("is_form", [False, True])
def test_refused_requests_hide_secrets_of_their_bodies(sandbox, control, send_signed, arguments, secret, is_form):
    """The reason of a refused request, which quotes the arguments, shows no secret; neither does the console."""
    sandbox.connect("slack")
    given = {"channel": "random", **arguments}
    fields = {name: part if isinstance(part, str) else json.dumps(part) for name, part in given.items()}
    sent = {"data": fields} if is_form else {"json": given}
    assert send_signed("POST", "/functions/slack-post-message/call/", **sent)[0] == 400
    (entry,) = control("GET", "refused")[1]["refused"]
    assert secret not in json.dumps(entry, ensure_ascii=False)
    assert secret not in sandbox.session().get(f"{sandbox.url}/").text
    assert entry["sent"]["channel"] == "random"


def test_reset_clears_the_state(sandbox, control):
    """A reset request has the same effect as `Sandbox.reset`."""
    sandbox.client().functions.call("pipedrive-add-a-person", {"name": "Ann"})
    sandbox.connect("slack")
    sandbox.fail(500)
    assert control("POST", "reset") == (204, None)
    assert (sandbox.calls, sandbox._state.faults.waiting) == ([], [])
    assert not sandbox.client().apps.is_connected("slack")
    assert sandbox.client().apps.is_connected("pipedrive")


def test_a_script_without_this_package_can_add_faults(live):
    """`Sandbox.environment` returns the address and the token that a script without this package needs."""
    environment = live.environment()
    headers = {"Authorization": f"Bearer {environment['INTEGRY_SANDBOX_TOKEN']}"}
    url = f"{environment['INTEGRY_BASE_URL']}/_sandbox/faults"
    sent = urllib.request.Request(url, json.dumps({"status": 503}).encode(), headers)  # noqa: S310 (the URL of the sandbox is http)
    with urllib.request.urlopen(sent, timeout=5) as response:  # noqa: S310 (the URL of the sandbox)
        assert response.status == 201
    with pytest.raises(ServerError):
        live.client(max_retries=0).apps.get("slack")


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("sh")), reason="there is no curl, or no sh")
def test_the_documented_commands_work(live):
    """The curl commands in the documentation add a fault, list the calls and reset the sandbox."""
    pages = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    commands = re.findall(
        r"^curl .*_sandbox/.*$", "".join(page.read_text(encoding="utf-8") for page in pages), re.MULTILINE
    )
    assert len(commands) >= 3
    live.connect("slack")
    live.client().functions.call("slack-post-message", {"channel": "random", "text": "x"})
    environment = {"PATH": os.environ["PATH"], "NO_PROXY": "*", **live.environment()}
    outputs = []
    for command in commands:
        line = ["sh", "-c", command.replace("curl ", "curl --fail --silent --max-time 10 ", 1)]
        completed = subprocess.run(line, check=True, capture_output=True, text=True, env=environment)
        outputs.append(completed.stdout)
    assert '"status": 429' in outputs[0]
    assert '"function": "slack-post-message"' in outputs[1]
    assert (live.calls, live.application.faults.waiting) == ([], [])


# Access control


def test_a_request_without_the_token_is_refused(sandbox):
    """A request with another token, another scheme or a repeated token gets 401, and has no effect."""
    sandbox.fail(500)
    token = sandbox.control_token
    values = ["", token, f"bearer {token}", f"Bearer {token} ", f"Bearer  {token}", f"Bearer {token},Bearer {token}"]
    values += [
        f"Basic {token}",
        f"Bearer {token[:-1]}",
        f"Bearer {sandbox.organisation_token}",
        "Bearer \u00e9".encode(),
    ]
    for method, path in (*PATHS, ("GET", "nope"), ("GET", "")):
        for value in values:
            headers = {"Authorization": value} if value else {}
            response = sandbox.session().request(method, f"{sandbox.url}/_sandbox/{path}", headers=headers)
            assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
            assert token not in response.text
        assert sandbox.session().request(method, f"{sandbox.url}/_sandbox/{path}?token={token}").status_code == 401
    assert len(sandbox._state.faults.waiting) == 1


def test_the_token_is_compared_in_constant_time(sandbox, monkeypatch):
    """Only hmac.compare_digest decides whether the control token is right."""
    compared = []
    monkeypatch.setattr(hmac, "compare_digest", lambda *both: compared.append(both) or True)
    assert sandbox.session().get(f"{sandbox.url}/_sandbox/calls", headers={"Authorization": "x"}).ok
    assert compared == [(b"x", f"Bearer {sandbox.control_token}".encode())]


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize(
    "header",
    [
        ("Host", "evil.example"),
        ("Host", "127.0.0.1.evil.example"),
        ("Host", "192.0.2.1"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://127.0.0.1:1"),
    ],
)
def test_another_host_or_origin_is_refused(live, method, path, header):
    """A request with a foreign Host (DNS rebinding) or Origin gets 403, even with the token."""
    headers = dict([("Authorization", f"Bearer {live.control_token}"), header])
    response = requests.request(method, f"{live.url}/_sandbox/{path}", headers=headers, timeout=5)
    assert response.status_code == 403
    headers.pop(header[0])
    own = {**headers, "Origin": live.url}
    assert requests.request(method, f"{live.url}/_sandbox/{path}", headers=own, json={"status": 500}, timeout=5).ok


def test_a_cors_preflight_is_refused(live):
    """The control interface refuses preflight requests, which the APIs allow."""
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    response = requests.options(f"{live.url}/_sandbox/faults", headers=headers, timeout=5)
    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("peer", "server", "host", "is_allowed"),
    [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1:1", True),
        ("127.0.0.5", "0.0.0.0", "localhost:1", True),  # noqa: S104 (a listening address, as input)
        ("::1", "::1", "[::1]:1", True),
        ("::ffff:127.0.0.1", "::", "127.0.0.1:1", True),
        ("192.0.2.1", "0.0.0.0", "127.0.0.1:1", False),  # noqa: S104 (nothing is bound)
        ("::ffff:192.0.2.1", "::", "127.0.0.1:1", False),
        ("", "127.0.0.1", "127.0.0.1:1", False),
        ("127.0.0.1", "0.0.0.0", "192.0.2.1:1", False),  # noqa: S104 (nothing is bound)
        ("127.0.0.1", "0.0.0.0", "evil.example", False),  # noqa: S104 (nothing is bound)
    ],
)
def test_another_machine_is_refused(peer, server, host, is_allowed):
    """The control interface requires a local client address and a local requested host."""
    environ = {"REMOTE_ADDR": peer, "SERVER_NAME": server, "SERVER_PORT": "1", "HTTP_HOST": host}
    incoming = Request({"REQUEST_METHOD": "POST", "wsgi.url_scheme": "http", **environ})
    if is_allowed:
        check_local(incoming)
    else:
        with pytest.raises(HTTPError):
            check_local(incoming)


def test_the_client_address_comes_from_the_socket(live):
    """Headers such as X-Forwarded-For do not change the client's address."""
    headers = [
        ("Authorization", f"Bearer {live.control_token}"),
        ("Remote-Addr", "192.0.2.1"),
        ("X-Forwarded-For", "x"),
    ]
    assert send_raw(live.url, request("GET /_sandbox/calls", headers)).status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "nope", 404), ("GET", "", 404), ("POST", "calls", 405), ("GET", "reset", 405)],
)
def test_unknown_paths_and_methods_are_refused(control, method, path, status):
    """Unknown paths get 404, and unknown methods get 405, each with a message."""
    actual, body = control(method, path)
    assert actual == status
    assert "detail" in body


def test_the_token_can_be_chosen():
    """The control token can be passed to the constructor, like all other credentials."""
    sandbox = Sandbox(control_token=TOKEN)
    assert sandbox.control_token == TOKEN
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert sandbox.session().get(f"{sandbox.url}/_sandbox/calls", headers=headers).ok
    sandbox.close()
