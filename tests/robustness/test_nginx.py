"""Services behind nginx: its TLS, its own error pages, and its ways to close connections."""

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

from .behaviour import once, stay_silent
from .conftest import USER, assert_no_secret, wait_until
from .faults import BROKEN, LIMITED, REDIRECT, REFUSED, TLS, TRUNCATED, UNAVAILABLE
from .server import FaultServer, Peer

pytestmark = pytest.mark.contract

#: Configuration of each server by name, without port, certificate and log.
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
#: For each server: the expected exception, a pattern of its message, and its row in the table of faults in
#: docs/guides/errors-and-retries.md.
FAULTS = {
    "expired": (APIConnectionError, "certificate has expired", TLS),
    "elsewhere": (APIConnectionError, "Check the server's certificate", TLS),
    "old": (APIConnectionError, "Check the server's certificate", TLS),
    "certified": (BadRequest, "No required SSL certificate was sent", REFUSED),
    "down": (ServerError, "502 .*502 Bad Gateway", UNAVAILABLE),
    "late": (ServerError, "504 .*504 Gateway Time-out", UNAVAILABLE),
    "broken": (ServerError, "502 .*502 Bad Gateway", UNAVAILABLE),
    "cut": (IntegryError, "200 response was cut short", TRUNCATED),
    "mute": (APIConnectionError, "no response from", BROKEN),
    "moved": (APIStatusError, "302 .*Redirects are not followed", REDIRECT),
}


def write_configuration(folder, authority, upstreams):
    """Write the configuration of nginx, and return the ports of its servers."""
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    certificates = {
        "expired": authority.issue_cert("127.0.0.1", not_after=past),
        "elsewhere": authority.issue_cert("elsewhere.test"),
    }
    good, servers = authority.issue_cert("127.0.0.1"), []
    with contextlib.ExitStack() as held:
        # All ports are held at the same time, so that they differ.
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
    """A running nginx with the servers in `SERVERS`.

    Attributes:
        sandbox: The sandbox to which nginx forwards requests.
    """

    def __init__(self, program, folder, ports, sandbox):
        self.folder, self.ports, self.sandbox = folder, ports, sandbox
        self.process = subprocess.Popen([program, "-c", str(folder / "conf"), "-p", str(folder)])
        wait_until(lambda: (folder / "pid").exists() and self.is_listening())

    def is_listening(self):
        """Return True if nginx accepts connections."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.ports["good"])):
            return True
        return False

    def url(self, name):
        """Return the URL of a server."""
        return f"https://127.0.0.1:{self.ports[name]}"

    def requests_seen(self, name):
        """Return the number of requests that a server has logged."""
        return len([line for line in (self.folder / f"{name}.log").read_text().splitlines() if '"POST ' in line])


@pytest.fixture
def nginx(tmp_path, authority, closed_port, integry_live_sandbox):
    """Yield a running nginx in front of a sandbox and of faulty servers."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    need(Path(program or "nginx").resolve() if program else Path(__file__).parents[2] / "nginx", "nginx")
    trusted, bundle = authority
    integry_live_sandbox.connect("slack", user_id=USER)
    with contextlib.ExitStack() as stack:
        upstreams = {
            name: stack.enter_context(FaultServer(serve)).url
            for name, serve in {
                "silent": stay_silent,
                "broken": once(after=Peer.reset),
                "cut": once(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{"),
            }.items()
        }
        upstreams.update(closed=f"http://127.0.0.1:{closed_port}", sandbox=integry_live_sandbox.url, bundle=bundle)
        running = Nginx(program, tmp_path, write_configuration(tmp_path, trusted, upstreams), integry_live_sandbox)
        yield running
        running.process.terminate()
        running.process.wait(10)


@pytest.fixture
def client_through(nginx, client):
    """Yield a function that makes a client for one of the servers that nginx runs."""

    def make(name, **options):
        sandbox = nginx.sandbox
        return client(nginx.url(name), app_key=sandbox.app_key, app_secret=sandbox.app_secret, **options)

    return make


def get(integry):
    """Send a request that is safe to repeat."""
    return integry.apps.get("slack").name


def call(integry, text="Hello"):
    """Send a request that must not run twice."""
    return integry.functions.call("slack-post-message", {"channel": "random", "text": text}).network_code


@pytest.mark.usefixtures("_no_waiting")
def test_faults_behind_nginx_raise_the_documented_error(nginx, client_through, caplog):
    """Each fault behind nginx raises the documented error after the documented number of requests."""
    caplog.set_level("DEBUG")
    for name, (kind, message, row) in FAULTS.items():
        for operation, sent in ((get, row.read), (call, row.call)):
            before = nginx.requests_seen(name)
            with client_through(name) as integry, pytest.raises(kind, match=message) as caught:
                operation(integry)
            assert_no_secret(caught.value, caplog.text)
            # Without TLS no request is sent. nginx writes its log when a request is finished.
            wait_until(
                lambda name=name, expected=before + (0 if row is TLS else sent): nginx.requests_seen(name) == expected
            )
    assert {name: nginx.requests_seen(name) for name in FAULTS} == {
        name: 0 if row is TLS else row.read + row.call for name, (_, _, row) in FAULTS.items()
    }
    assert nginx.sandbox.calls == []


def test_calls_through_nginx_succeed(nginx, client_through, authority, tmp_path):
    """Calls through nginx succeed with compression, idle connections that nginx closes, and client certificates."""
    trusted, _ = authority
    own = tmp_path / "client.pem"
    trusted.issue_cert("somebody@example.com").private_key_and_cert_chain_pem.write_to_path(str(own))
    for name, options in (("good", {}), ("packed", {}), ("impatient", {}), ("certified", {"cert": str(own)})):
        with client_through(name, max_retries=0, **options) as integry:
            for _ in range(3):
                assert (get(integry), call(integry)) == ("slack", 200)
                # Wait for longer than nginx keeps idle connections.
                time.sleep(0.1 if name == "impatient" else 0)
    assert len(nginx.sandbox.calls) == 12


@pytest.mark.usefixtures("_no_waiting")
def test_limits_of_nginx_are_errors(nginx, client_through):
    """Limits of request rate and body size raise their errors, even if nginx responds before it has the body."""
    with client_through("limited") as integry:
        assert get(integry) == "slack"
        with pytest.raises(RateLimited):
            call(integry)
        # nginx writes its log when a request is finished.
        wait_until(lambda: nginx.requests_seen("limited") >= 1 + LIMITED.call)
        assert nginx.requests_seen("limited") == 1 + LIMITED.call
    with client_through("small") as integry, pytest.raises(APIStatusError, match="413") as caught:
        call(integry, "x" * 5_000_000)
    assert caught.value.status == 413
    assert nginx.sandbox.calls == []


def test_calls_during_a_reload_run_at_most_once(nginx, client_through):
    """During a reload of nginx, successful calls run once, and failed calls at most once."""
    sent = []
    done, failed = [], []

    def work(thread):
        with client_through("good", max_retries=2) as integry:
            for number in range(30):
                text = f"text {thread}-{number}"
                sent.append(text)
                try:
                    call(integry, text)
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
