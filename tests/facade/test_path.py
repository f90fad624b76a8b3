"""The path of a call through the package: its frames, its types, and where credentials may be sent."""

import copy
import subprocess
import sys
from pathlib import Path

import pytest
import requests

import integry as package
from integry import Integry, InvalidRequest, Organisation
from integry._generated.api.apps import get_app
from integry._generated.api.integrations import list_integrations
from integry._generated.api.slack import exchange_slack_token
from integry._generated.models import SlackTokenRequest
from integry._generated.operation import Operation
from tests.spec_document import ROOT

CALLS = ROOT / "integry" / "_resources" / "calls.py"


def frames_above(function, call):
    """Return the qualified names of this package's frames when a function is entered, the outermost frame first."""
    found = []

    def profile(frame, event, _):
        if event == "call" and frame.f_code is function.__code__ and not found:
            while frame is not None:
                if Path(frame.f_code.co_filename).is_relative_to(Path(package.__file__).parent):
                    found.insert(0, frame.f_code.co_qualname)
                frame = frame.f_back

    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return found


@pytest.mark.skipif(sys.version_info < (3, 11), reason="code objects have qualified names from Python 3.11 on")
def test_a_call_has_five_frames(integry_live_sandbox):
    """A call of functions.call reaches requests.Session.send through five methods."""
    integry_live_sandbox.connect("slack")
    with integry_live_sandbox.client() as client:
        arguments = {"channel": "random", "text": "hello"}
        found = frames_above(requests.Session.send, lambda: client.functions.call("slack-post-message", arguments))
    assert found == [
        "Calls.call",
        "BaseClient.send",
        "Requester.send",
        "Requester._attempt",
        "OwnedSession.send",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("original", "misspelt", "message"),
    [
        ("            connected_account_id=None", "            conected_account_id=None", '"conected_account_id"'),
        ('            checked_name("name", name, models.Function),\n', "", 'argument "function_name"'),
        ("body=add_fields(body, {**given, ", "body=({**given, ", "incompatible type"),
    ],
)
def test_mypy_reports_misspelt_parameters(tmp_path, original, misspelt, message):
    """Mypy reports a misspelt or missing parameter in the resources' calls of generated operations."""
    pytest.importorskip("mypy", reason="mypy is not installed: it needs Python 3.11")
    source = CALLS.read_text(encoding="utf-8")
    assert original in source
    changed = tmp_path / "calls.py"
    changed.write_text(source.replace(original, misspelt), encoding="utf-8")
    options = ["--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache"), "--no-error-summary"]
    # A separate process, because mypy raises the recursion limit.
    line = [sys.executable, "-m", "mypy", *options, "--shadow-file", str(CALLS), str(changed), str(CALLS)]
    done = subprocess.run(line, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert message in done.stdout


@pytest.mark.parametrize("is_owned", [True, False], ids=["owned session", "user session"])
@pytest.mark.parametrize("url", ["/x", "https://evil.test/x", "https://api.integry.io.evil.test/x"])
def test_credentials_are_sent_only_to_the_clients_servers(answers, url, is_owned):
    """send() refuses a request whose operation or URL belongs to another server."""
    request = Operation("op", "GET", "/x", "tag", idempotent=True, server="https://evil.test").request()
    if url != "/x":
        request = get_app.build("slack")
        request["url"] = url
    with requests.Session() as session:
        client = Integry("k", "s", user_id="1", session=None if is_owned else session)
        with pytest.raises(InvalidRequest, match=r"Credentials are sent to"):
            client.send(request, lambda response: response.content)
    assert len(answers.calls) == 0


def test_any_generated_operation_can_be_sent(integry, answers):
    """send() signs any generated request, and returns the result of `parse`."""
    answers.post("https://api.integry.io/apps/slack/get/", json={"id": 1})
    assert integry.send(get_app.build("slack"), lambda response: response.json()["id"]) == 1
    assert {"App-Key", "User-ID", "Hash"} <= set(answers.calls[0].request.headers)


@pytest.mark.parametrize("make", [dict, lambda request: {**request}, lambda _: None, lambda _: "https://x.test"])
def test_send_accepts_only_requests(integry, answers, make):
    """send() refuses anything that is not a generated request, and accepts copies of requests."""
    with pytest.raises(InvalidRequest, match="needs a Request"):
        integry.send(make(get_app.build("slack")), lambda response: response.content)
    answers.post("https://api.integry.io/apps/slack/get/", json={"id": 1})
    for copied in (get_app.build("slack").copy(), copy.copy(get_app.build("slack"))):
        assert integry.send(copied, lambda response: response.json()) == {"id": 1}


def test_credentials_are_sent_only_to_their_own_api(serve):
    """If one server serves both APIs, tokens and signatures are still sent only for operations that need them."""
    url = serve().url
    with Integry("k", "s", user_id="1", base_url=url) as client, Organisation("o", "t", base_url=url) as organisation:
        with pytest.raises(InvalidRequest, match="list_integrations is not an operation of the Integry API"):
            client.send(list_integrations.build("o"), lambda response: response.content)
        with pytest.raises(InvalidRequest, match="get_app is not an operation of the organisation-integrations API"):
            organisation.send(get_app.build("slack"), lambda response: response.content)


def test_the_repr_of_a_request_has_no_body():
    """The repr of a generated request omits the body, which may contain credentials of apps."""
    request = exchange_slack_token.build("o", body=SlackTokenRequest("the code"))
    assert repr(request) == "<Request exchange_slack_token: POST /organisations/o/slack>" or "the code" not in repr(
        request
    )
    assert "the code" in str(dict(request))
