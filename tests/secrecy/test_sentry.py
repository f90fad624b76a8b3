"""Events of Sentry's SDK contain no secrets, with its defaults and with the scrubber of docs/guides/secrets.md."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.facade.conftest import KEY, SECRET, TOKEN
from tests.leaks import kinds_in
from tests.spec_document import ROOT

pytest.importorskip("sentry_sdk", reason="sentry-sdk is not installed")

#: The scrubber in the guide.
(SCRUBBER,) = re.findall(
    r"```python\n([^`]*EventScrubber.*?)```", (ROOT / "docs/guides/secrets.md").read_text(encoding="utf-8"), re.DOTALL
)
#: A program that raises all kinds of errors, and prints the events that Sentry would receive.
PROGRAM = """
import json, sys
import sentry_sdk
from sentry_sdk.transport import Transport
from integry import Integry, IntegryError
from integry.sandbox import Sandbox

told = []

class Recorder(Transport):
    def capture_envelope(self, envelope):
        told.extend(item.payload.json for item in envelope.items)

KEY, SECRET, TOKEN, options = json.loads(sys.stdin.read())
exec(options)
options_of_sdk = {"event_scrubber": scrubber} if options else {}
sentry_sdk.init("http://public@127.0.0.1:9/1", transport=Recorder(), traces_sample_rate=1.0, **options_of_sdk)

def report(function):
    try:
        function()
    except IntegryError as error:
        sentry_sdk.capture_exception(error)
    else:
        raise SystemExit(f"{function} did not fail")

def users_own(url):
    # Names that users give to their variables.
    app_key, app_secret = KEY, SECRET
    settings = {"nested": [{"app_secret": app_secret, "INTEGRY_APP_KEY": app_key}]}
    Integry(app_key, app_secret, user_id=1, base_url=url, max_retries=0).apps.get("slack")

with Sandbox(KEY, SECRET, TOKEN) as sandbox, sentry_sdk.start_transaction(name="all"):
    client, organisation = sandbox.client(max_retries=0), sandbox.organisation(max_retries=0)
    operations = [lambda: client.apps.get("slack"), lambda: client.functions.call("f"), organisation.integrations.list]
    if options:
        operations.append(lambda: client.apps.disconnect("pipedrive", connected_account_id=247714))
    for operation in operations:
        for fault in ({"kind": "reset"}, {"status": 401}, {"status": 400}, {"status": 500}):
            sandbox.fail(**fault)
            report(operation)
    sandbox.fail(200, "no JSON")
    report(operations[0])
    report(lambda: Integry(KEY, SECRET, base_url="http://x.test"))
    if options:
        operations[-1]()
        sandbox.fail(500)
        report(lambda: users_own(sandbox.url))
print(json.dumps(told))
"""


def sent_events(scrubber=""):
    """Return the events that Sentry would receive."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([KEY, SECRET, TOKEN, scrubber]),
        check=True,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return json.loads(done.stdout)


def local_variables(events):
    """Return the local variables of all frames, by function and name."""
    return {
        (frame["function"], name): value
        for event in events
        for exception in event.get("exception", {}).get("values", [])
        for frame in (exception.get("stacktrace") or {"frames": ()})["frames"]
        for name, value in frame.get("vars", {}).items()
    }


def test_default_events_contain_no_secrets():
    """With default settings, events contain the error and the local variables of frames, but no secret."""
    events = sent_events()
    assert len(events) == 3 * 4 + 2 + 1, "the errors, and the transaction"
    assert not kinds_in(json.dumps(events))
    found = local_variables(events)
    assert found["send", "number"] == "1"
    assert ("report", "function") in found


def test_scrubbed_events_contain_no_secrets_of_user_code():
    """With the scrubber, events contain neither secrets in the user's own variables nor signed queries."""
    events = sent_events(SCRUBBER)
    assert len(events) == 4 * 4 + 3 + 1
    assert not kinds_in(json.dumps(events))
    assert local_variables(events)["users_own", "app_secret"] == "[Filtered]"
    (transaction,) = [event for event in events if event.get("type") == "transaction"]
    assert "[Filtered]" in {span["data"].get("http.query") for span in transaction["spans"]}
