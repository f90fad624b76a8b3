"""Serve the example site of examples/django/ beside a sandbox, until Ctrl-C (used by `make demo-django`).

python scripts/demo_django.py [--port 8000]
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from time import sleep
from typing import Dict, List

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "examples" / "django"
#: The folder with the vendor's browser SDK, if `make node` has installed it.
SDK = ROOT / "tests" / "node" / "node_modules" / "@integry" / "sdk" / "dist" / "umd"


def environment(sandbox_variables: Dict[str, str]) -> Dict[str, str]:
    """Return the environment of the site."""
    state = ROOT / ".cache" / "demo-django"
    state.mkdir(parents=True, exist_ok=True)
    sdk = {"INTEGRY_SDK": str(SDK)} if (SDK / "index.umd.js").exists() else {}
    paths = os.pathsep.join([str(ROOT), str(SITE)])
    return {
        **os.environ,
        **sandbox_variables,
        **sdk,
        "DATABASE": str(state / "site.sqlite3"),
        "DEBUG": "1",
        "PYTHONPATH": paths,
    }


def programs(port: int) -> List[List[str]]:
    """Return the commands of manage.py that the site needs: a server, and a worker for background tasks."""
    worker = [["db_worker", "--no-reload", "--verbosity", "0"]] if find_spec("django_tasks_db") else []
    return [["runserver", "--noreload", f"127.0.0.1:{port}"], *worker]


def check_free(port: int) -> None:
    """Exit if another program uses a port."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f'Port {port} cannot be used ({error.strerror}). Use another: make demo-django ARGS="--port 8001"')


def wait_until_listening(server: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until a server listens on a port, or has ended with an error."""
    while server.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)


def serve(url: str, variables: Dict[str, str], port: int) -> int:
    """Serve the site until Ctrl-C or SIGTERM, and return the exit status.

    Args:
        url: The URL of the sandbox.
        variables: The environment variables of the site.
        port: The port of the site.
    """
    manage = [sys.executable, str(SITE / "manage.py")]
    with ExitStack() as stack:
        started = []
        for each in programs(port):
            program = subprocess.Popen([*manage, *each], env=variables, stdout=subprocess.DEVNULL)
            started.append(stack.enter_context(program))
            stack.callback(program.terminate)
        wait_until_listening(started[0], port)
        if started[0].returncode is None:
            print(f"Open http://127.0.0.1:{port}/ and log in as ann or ben, with the password demo.")
            print(f"The sandbox shows each call of the site at {url}/. Stop both with Ctrl-C.", flush=True)
        with suppress(KeyboardInterrupt):
            return started[0].wait()
    return 0


def main() -> None:
    """Prepare the site, and serve it."""
    sys.path.insert(0, str(ROOT))
    from integry.sandbox import Sandbox

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the port of the site (default: 8000)")
    port = parser.parse_args().port
    check_free(port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    with Sandbox() as sandbox:
        variables = environment(sandbox.environment())
        subprocess.run([sys.executable, str(SITE / "manage.py"), "prepare"], env=variables, check=True)
        status = serve(sandbox.url, variables, port)
    sys.exit(status)


if __name__ == "__main__":
    main()
