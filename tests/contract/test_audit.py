"""`make audit`, with pip-audit and a local advisory service."""

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
    """Run an advisory service, and return its URL and the dict of its advisories by package."""
    vulnerabilities = {}

    class Service(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            """Respond to a query like the vulnerability database OSV."""
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(vulnerabilities.get(query["package"]["name"], {})).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Print nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", vulnerabilities
        server.shutdown()
        thread.join()


def audit(*options):
    """Run the audit, and return its exit status and output."""
    python = need(ROOT / ".cache" / "audit", "audit") / "bin" / "python"
    command = [str(python), "-c", RUN, *options]
    result = subprocess.run(command, cwd=ROOT / "scripts", check=False, capture_output=True, text=True)
    return result.returncode, result.stdout


def test_no_known_vulnerability_passes(advisories):
    """The audit passes without known vulnerabilities, and lists the packages that were audited."""
    status, printed = audit("--osv-url", advisories[0])
    assert status == 0
    assert "osv knows no vulnerability of" in printed
    for package in ("requests", "urllib3", "attrs", "cattrs"):
        assert f"{package} " in printed


def test_a_vulnerability_fails(advisories):
    """The audit fails if a package has a vulnerability, and prints its id."""
    url, vulnerabilities = advisories
    event = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}
    affected = {"package": {"name": "urllib3", "ecosystem": "PyPI"}, "ranges": [event]}
    vulnerability = {"id": "PYSEC-2026-1", "modified": "2026-01-01T00:00:00Z", "affected": [affected]}
    vulnerabilities["urllib3"] = {"vulns": [vulnerability]}
    status, printed = audit("--osv-url", url)
    assert status == 1
    assert "PYSEC-2026-1" in printed


def test_an_unreachable_service_passes():
    """The audit passes if the service is unreachable, and says that nothing was audited."""
    status, printed = audit("--osv-url", "http://127.0.0.1:9/")
    assert status == 0
    assert "NOT AUDITED" in printed
    assert "no advisory service" in printed


def test_a_failure_of_pip_audit_fails():
    """A failure of pip-audit fails the audit, and is not mistaken for an unreachable service."""
    status, printed = audit("--no-such-option")
    assert status == 1
    assert "NOT AUDITED" not in printed
