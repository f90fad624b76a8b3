"""`make demo-django` serves the site beside a sandbox."""

import os
import socket

import pytest
import requests

from tests.contract.conftest import ROOT

from .servers import Program

pytestmark = pytest.mark.django_site
DEMO = str(ROOT / "scripts" / "demo_django.py")


def test_the_demonstration_prints_where_to_open_it():
    """The script prints the address when the site answers there, and stops on Ctrl-C with the status 0."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Program(dict(os.environ), DEMO, "--port", str(port)) as program:
        url = program.wait_for(r"Open (http://127\.0\.0\.1:\d+/) and log in as ann or ben").group(1)
        assert "with the password" in requests.get(url, timeout=30).text
        program.wait_for("The sandbox shows each call")
    assert program.process.returncode == 0


def test_a_port_in_use_is_explained():
    """The script says that a port is in use, and which option sets another one."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with Program(dict(os.environ), DEMO, "--port", str(held.getsockname()[1])) as program:
            assert program.process.wait() == 1
    assert 'make demo-django ARGS="--port 8001"' in program.output
