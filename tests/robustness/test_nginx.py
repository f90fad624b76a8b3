"""Behind nginx, as services are: its TLS, its own answers, its ways to end connections."""

import contextlib
import datetime
import os
import shutil
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from integry import APIConnectionError, APIStatusError, BadRequest, IntegryError, RateLimited, ServerError
from tests.contract.conftest import need

from .behaviour import once, say_nothing
from .conftest import USER, assert_no_secret, wait_until
from .faults import BROKEN, CUT, DOWN, LIMITED, REDIRECT, REFUSED, TLS
from .server import FaultServer, Peer

pytestmark = pytest.mark.contract

#: By name: what a server has, besides its port, its certificate and its log.
SERVERS = {
    "good": "location / {{ proxy_pass {sandbox}; }}",
    "packed": "gzip on; gzip_types *; gzip_min_length 1; location / {{ proxy_pass {sandbox}; }}",
    "impatient": "keepalive_timeout 50ms; location / {{ proxy_pass {sandbox}; }}",
    "certified": "ssl_client_certificate {bundle}; ssl_verify_client on; location / {{ proxy_pass {sandbox}; }}",
    "expired": "return 200;",
    "elsewhere": "return 200;",
    "old": "ssl_protocols TLSv1; return 200;",
    "down": "location / {{ proxy_pass {closed}; }}",
    "late": "location / {{ proxy_pass {silent}; proxy_read_timeout 200ms; }}",
    "broken": "location / {{ proxy_pass {broken}; }}",
    "cut": "location / {{ proxy_pass {cut}; }}",
    "limited": "location / {{ limit_req zone=one; limit_req_status 429; proxy_pass {sandbox}; }}",
    "small": "client_max_body_size 1k; location / {{ proxy_pass {sandbox}; }}",
    "mute": "return 444;",
    "moved": "return 302 https://elsewhere.invalid/stolen;",
}
CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log notice;
events {{ worker_connections 256; }}
http {{
    limit_req_zone $server_port zone=one:1m rate=1r/m;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    {servers}
}}
"""
#: For each server what is raised, what its message has, and what is promised.
FAULTS = {
    "expired": (APIConnectionError, "certificate has expired", TLS),
    "elsewhere": (APIConnectionError, "Check the server's certificate", TLS),
    "old": (APIConnectionError, "Check the server's certificate", TLS),
    "certified": (BadRequest, "No required SSL certificate was sent", REFUSED),
    "down": (ServerError, "502 .*502 Bad Gateway", DOWN),
    "late": (ServerError, "504 .*504 Gateway Time-out", DOWN),
    "broken": (ServerError, "502 .*502 Bad Gateway", DOWN),
    "cut": (IntegryError, "200 response was cut short", CUT),
    "mute": (APIConnectionError, "no response from", BROKEN),
    "moved": (APIStatusError, "302 .*Redirects are not followed", REDIRECT),
}


def written(folder, authority, upstreams):
    """A configuration, and the ports of its servers."""
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    certificates = {
        "expired": authority.issue_cert("127.0.0.1", not_after=past),
        "elsewhere": authority.issue_cert("elsewhere.test"),
    }
    good, servers = authority.issue_cert("127.0.0.1"), []
    with contextlib.ExitStack() as held:
        # All at once: a port that was let go could be the next one, too.
        listeners = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in SERVERS]
        ports = {name: listener.getsockname()[1] for name, listener in zip(SERVERS, listeners)}
    for name, rest in SERVERS.items():
        file = folder / f"{name}.pem"
        certificates.get(name, good).private_key_and_cert_chain_pem.write_to_path(str(file))
        servers.append(
            f"server {{ listen 127.0.0.1:{ports[name]} ssl; ssl_certificate {file}; ssl_certificate_key {file}; "
            f"access_log {folder}/{name}.log; {rest.format(**upstreams)} }}"
        )
    (folder / "conf").write_text(CONFIGURATION.format(folder=folder, servers="\n    ".join(servers)), encoding="utf-8")
    return ports


class Nginx:
    """A running nginx.

    Attributes:
        sandbox: The sandbox behind it.
    """

    def __init__(self, program, folder, ports, sandbox):
        self.folder, self.ports, self.sandbox = folder, ports, sandbox
        self.process = subprocess.Popen([program, "-c", str(folder / "conf"), "-p", str(folder)])
        wait_until(lambda: (folder / "pid").exists() and self.listens())

    def listens(self):
        """Whether it can be reached."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.ports["good"])):
            return True
        return False

    def url(self, name):
        """The URL of a server."""
        return f"https://127.0.0.1:{self.ports[name]}"

    def seen(self, name):
        """How many requests a server saw."""
        return len([line for line in (self.folder / f"{name}.log").read_text().splitlines() if '"POST ' in line])


@pytest.fixture
def nginx(tmp_path, authority, closed_port, integry_live_sandbox):
    """A running nginx, before a sandbox and what is wrong."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    need(Path(program or "nginx").resolve() if program else Path(__file__).parents[2] / "nginx", "nginx")
    trusted, bundle = authority
    integry_live_sandbox.connect("slack", user_id=USER)
    with contextlib.ExitStack() as stack:
        upstreams = {
            name: stack.enter_context(FaultServer(serve)).url
            for name, serve in {
                "silent": say_nothing,
                "broken": once(after=Peer.reset),
                "cut": once(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{"),
            }.items()
        }
        upstreams.update(closed=f"http://127.0.0.1:{closed_port}", sandbox=integry_live_sandbox.url, bundle=bundle)
        running = Nginx(program, tmp_path, written(tmp_path, trusted, upstreams), integry_live_sandbox)
        yield running
        running.process.terminate()
        running.process.wait(10)


@pytest.fixture
def through(nginx, client):
    """Make clients that go through a server of nginx."""

    def make(name, **options):
        sandbox = nginx.sandbox
        return client(nginx.url(name), app_key=sandbox.app_key, app_secret=sandbox.app_secret, **options)

    return make


def get(made):
    """What is safe to repeat."""
    return made.apps.get("slack").name


def call(made, text="Hello"):
    """What must not run twice."""
    return made.functions.call("slack-post-message", {"channel": "random", "text": text}).network_code


@pytest.mark.usefixtures("_at_once")
def test_each_way_to_fail(nginx, through, caplog):
    """It is told as promised, and nginx saw as many requests as promised."""
    caplog.set_level("DEBUG")
    for name, (kind, says, row) in FAULTS.items():
        for operation, sent in ((get, row.read), (call, row.call)):
            before = nginx.seen(name)
            with through(name) as made, pytest.raises(kind, match=says) as caught:
                operation(made)
            assert_no_secret(caught.value, caplog.text)
            # Where TLS fails no request is sent. The log is written when a request is over.
            wait_until(lambda name=name, seen=before + (0 if row is TLS else sent): nginx.seen(name) == seen)
    assert {name: nginx.seen(name) for name in FAULTS} == {
        name: 0 if row is TLS else row.read + row.call for name, (_, _, row) in FAULTS.items()
    }
    assert nginx.sandbox.calls == []


def test_what_works(nginx, through, authority, tmp_path):
    """Answers that nginx compresses, connections that it closes while they are idle, certificates that it asks for."""
    trusted, _ = authority
    own = tmp_path / "client.pem"
    trusted.issue_cert("somebody@example.com").private_key_and_cert_chain_pem.write_to_path(str(own))
    for name, options in (("good", {}), ("packed", {}), ("impatient", {}), ("certified", {"cert": str(own)})):
        with through(name, max_retries=0, **options) as made:
            for _ in range(3):
                assert (get(made), call(made)) == ("slack", 200)
                # Longer than it keeps connections.
                time.sleep(0.1 if name == "impatient" else 0)
    assert len(nginx.sandbox.calls) == 12


@pytest.mark.usefixtures("_at_once")
def test_limits(nginx, through):
    """Of requests a minute, and of what a request may have: nginx may answer before it has read all."""
    with through("limited") as made:
        assert get(made) == "slack"
        with pytest.raises(RateLimited):
            call(made)
        # The log is written when a request is over.
        wait_until(lambda: nginx.seen("limited") >= 1 + LIMITED.call)
        assert nginx.seen("limited") == 1 + LIMITED.call
    with through("small") as made, pytest.raises(APIStatusError, match="413") as caught:
        call(made, "x" * 5_000_000)
    assert caught.value.status == 413
    assert nginx.sandbox.calls == []


def test_a_reload(nginx, through):
    """Each call that succeeds ran once, and none that failed ran twice."""
    sent = []
    done, failed = [], []

    def work(thread):
        with through("good", max_retries=2) as made:
            for number in range(30):
                text = f"text {thread}-{number}"
                sent.append(text)
                try:
                    call(made, text)
                except APIConnectionError:
                    failed.append(text)
                else:
                    done.append(text)

    with ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, thread) for thread in range(4)]
        while not all(each.done() for each in working):
            nginx.process.send_signal(signal.SIGHUP)
            time.sleep(0.1)
    [each.result() for each in working]
    ran = [each.arguments["text"] for each in nginx.sandbox.calls]
    assert len(ran) == len(set(ran))
    assert set(done) <= set(ran) <= set(sent)
    assert sorted(done + failed) == sorted(sent)
