"""`make audit`, with pip-audit, against an advisory service of our own."""

import http.server
import json
import subprocess
import threading

import pytest

from .conftest import ROOT, need

pytestmark = pytest.mark.contract

RUN = "import sys, audit; audit.SERVICES = ('osv',); sys.exit(audit.main(sys.argv[1:]))"


@pytest.fixture
def advisories():
    """An advisory service: its URL, and what it knows by package."""
    known = {}

    class Service(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            """Answer a query as OSV does."""
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(known.get(query["package"]["name"], {})).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", known
        server.shutdown()
        thread.join()


def audit(*options):
    """The exit status and what was printed."""
    python = need(ROOT / ".cache" / "audit", "audit") / "bin" / "python"
    line = [str(python), "-c", RUN, *options]
    run = subprocess.run(line, cwd=ROOT / "scripts", check=False, capture_output=True, text=True)
    return run.returncode, run.stdout


def test_nothing_is_known(advisories):
    """It is told of which packages."""
    status, printed = audit("--osv-url", advisories[0])
    assert status == 0
    assert "osv knows no vulnerability of" in printed
    for package in ("requests", "urllib3", "attrs", "cattrs"):
        assert f"{package} " in printed


def test_a_vulnerability_fails(advisories):
    """With its id."""
    url, known = advisories
    event = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}
    affected = {"package": {"name": "urllib3", "ecosystem": "PyPI"}, "ranges": [event]}
    vulnerability = {"id": "PYSEC-2026-1", "modified": "2026-01-01T00:00:00Z", "affected": [affected]}
    known["urllib3"] = {"vulns": [vulnerability]}
    status, printed = audit("--osv-url", url)
    assert status == 1
    assert "PYSEC-2026-1" in printed


def test_no_service():
    """It is told that nothing is proved."""
    status, printed = audit("--osv-url", "http://127.0.0.1:9/")
    assert status == 0
    assert "NOT AUDITED" in printed
    assert "nothing is proved" in printed


def test_pip_audit_does_not_work():
    """That is no service that cannot be reached."""
    status, printed = audit("--no-such-option")
    assert status == 1
    assert "NOT AUDITED" not in printed
