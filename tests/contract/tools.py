"""Run calls with a tool that replaces or traces sessions or sockets, and print the results as JSON.

Usage: tools.py TOOL FOLDER, in an environment with the dependency group `tools`.
"""

import io
import json
import os
import re
import socket
import sys
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import requests

from integry import Integry, IntegryError, Organisation
from integry.sandbox import Sandbox

KEY, SECRET, ORG = "app-key-of-tools", "app-secret-of-tools", "0192202e-b6f3-7d23-8025-3f60675cc031"
APP = {"id": 1, "name": "slack", "connected_accounts": []}


def outcome(function):
    """Return the result of a function, or its error as text."""
    try:
        return function()
    except IntegryError as error:
        return f"{type(error).__name__}: {error}"


def calls(sandbox, session):
    """Return the results of calls of both clients, with the given session; None for sessions of their own."""
    integry, org = sandbox.client(session=session), sandbox.organisation(session=session)
    return [
        [app.name for app in integry.apps.list()],
        integry.apps.get("slack").name,
        integry.functions.call("slack-post-message", {"channel": "C1", "text": "Hi"}).network_code,
        [org.integrations.list(), org.integrations.list()],
        outcome(lambda: integry.apps.get("nope")),
    ]


def fake_sockets(urls):
    """Read an app through fake sockets, and return its name for each combination of session, URL and deadline."""
    return [
        client.apps.get("slack").name
        for session in (None, requests.Session())
        for url in urls
        for deadline in (None, 60)
        for client in [
            Integry(KEY, SECRET, user_id=1, base_url=url, allow_insecure=True, session=session, deadline=deadline)
        ]
        for _ in range(2)
    ]


URLS = ["https://api.integry.io", "http://api.test"]


def requests_cache_given(_):
    """Call with sessions of requests-cache, which cache only GET requests, or POST requests too."""
    import requests_cache

    with Sandbox() as sandbox:
        sandbox.connect("slack", user_id="123456")
        return [
            calls(sandbox, requests_cache.CachedSession(backend="memory", allowable_methods=methods))
            for methods in (["GET"], ["GET", "POST"])
            for _ in range(2)
        ]


def requests_cache_documented(_):
    """Run the block of proxies-and-tls.md, and compare what it prints with the page."""
    page = (Path(__file__).parent.parent.parent / "docs" / "guides" / "proxies-and-tls.md").read_text(encoding="utf-8")
    ((block, output),) = re.findall(r"```python\n([^`]*CachedSession.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)
    printed = io.StringIO()
    with Sandbox() as sandbox, redirect_stdout(printed):
        os.environ.update(sandbox.environment())
        sandbox.connect("slack", user_id="123456")
        exec(block, {"Integry": Integry})  # noqa: S102 (it is what is tested)
    return [printed.getvalue(), output]


def requests_cache_installed(_):
    """Install a cache for the process, which the client's own session does not use."""
    import requests_cache

    with Sandbox() as sandbox:
        sandbox.connect("slack", user_id="123456")
        before = requests.Session()
        requests_cache.install_cache(backend="memory", allowable_methods=["GET", "POST"])
        found = [calls(sandbox, session) for session in (None, before, requests.Session(), None)]
        client = sandbox.client()
        users = [client.functions.list(user_id=user, connected_only=True) for user in ("123456", "somebody else")]
        return [*found, [bool(page.functions) for page in users]]


def httpretty(_):
    """Use the fake sockets of httpretty."""
    import httpretty as tool

    # With allow_net_connect=False, sockets of httpretty 1.1.4 lack shutdown(), which urllib3 >= 2.3 calls. No request
    # leaves the machine, because the hosts of URLS do not exist.
    with tool.enabled(allow_net_connect=True):
        for url in URLS:
            tool.register_uri(tool.POST, f"{url}/apps/slack/get/", body=json.dumps(APP))
        return fake_sockets(URLS)


def mocket(_):
    """Use the fake sockets of mocket."""
    import mocket as tool
    from mocket.mockhttp import Entry

    with tool.Mocketizer(strict_mode=True):
        for url in URLS:
            Entry.single_register(Entry.POST, f"{url}/apps/slack/get/", body=json.dumps(APP))
        return fake_sockets(URLS)


def betamax(folder):
    """Record a cassette, and replay it."""
    import betamax as tool

    found = []
    with Sandbox() as sandbox:
        sandbox.connect("slack", user_id="123456")
        for mode in ("once", "none"):
            session = requests.Session()
            options = {"record_mode": mode, "allow_playback_repeats": True}
            recorder = tool.Betamax(session, cassette_library_dir=folder, default_cassette_options=options)
            with recorder.use_cassette("calls"):
                found.append(calls(sandbox, session))
    return found


def requests_futures(_):
    """Return the errors of clients that get a FuturesSession of requests-futures."""
    from requests_futures.sessions import FuturesSession

    return [
        outcome(lambda: Integry(KEY, SECRET, session=FuturesSession())),
        outcome(lambda: Organisation(ORG, "token", session=FuturesSession())),
    ]


@contextmanager
def closed_port():
    """Yield a port that is reserved, but at which no server listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def opentelemetry(_):
    """Disconnect an account while requests and urllib3 are traced, with and without the hook of secrets.md."""
    from opentelemetry.instrumentation.requests import RequestsInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    page = (Path(__file__).parent.parent.parent / "docs" / "guides" / "secrets.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n([^`]*RequestsInstrumentor.*?)```", page, re.DOTALL)
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))

    def disconnect():
        with Sandbox(KEY, SECRET) as sandbox, closed_port() as port:
            account = sandbox.connect("slack", user_id="123456")
            sandbox.client().apps.disconnect("slack", connected_account_id=account.id)
            broken = Integry(KEY, SECRET, user_id=1, base_url=f"http://127.0.0.1:{port}", max_retries=0)
            outcome(lambda: broken.apps.disconnect("slack", connected_account_id=7))
        found = [span.to_json() for span in spans.get_finished_spans()]
        spans.clear()
        return found

    RequestsInstrumentor().instrument(tracer_provider=provider)
    plain = disconnect()
    RequestsInstrumentor().uninstrument()
    from opentelemetry import trace

    trace.set_tracer_provider(provider)
    exec(block, {})  # noqa: S102 (the project's own documentation)
    return [plain, disconnect()]


TOOLS = {
    tool.__name__: tool
    for tool in (
        requests_cache_given,
        requests_cache_documented,
        requests_cache_installed,
        httpretty,
        mocket,
        betamax,
        requests_futures,
        opentelemetry,
    )
}

if __name__ == "__main__":
    print(json.dumps(TOOLS[sys.argv[1]](sys.argv[2])))
