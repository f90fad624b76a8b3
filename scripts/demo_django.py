"""Serve the example site of examples/django/ beside a sandbox, until Ctrl-C (used by `make demo-django`).

    python scripts/demo_django.py [--port 8000]
"""

import argparse
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
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


def programs(port: int) -> "List[List[str]]":
    """Return the commands of manage.py that the site needs: a server, and a worker for background tasks."""
    worker = [["db_worker", "--no-reload"]] if find_spec("django_tasks_db") else []
    return [["runserver", "--noreload", f"127.0.0.1:{port}"], *worker]


def main() -> None:
    """Serve until Ctrl-C."""
    sys.path.insert(0, str(ROOT))
    from integry.sandbox import Sandbox

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the port of the site (default: 8000)")
    port = parser.parse_args().port
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    with Sandbox() as sandbox, ExitStack() as stack:
        manage, variables = [sys.executable, str(SITE / "manage.py")], environment(sandbox.environment())
        subprocess.run([*manage, "prepare"], env=variables, check=True)
        started = [
            stack.enter_context(subprocess.Popen([*manage, *each], env=variables, stdout=subprocess.DEVNULL))
            for each in programs(port)
        ]
        stack.callback(lambda: [each.terminate() for each in started])
        print(f"Open http://127.0.0.1:{port}/ and log in as ann or ben, with the password demo.", flush=True)
        print(f"The sandbox, with each call that the site makes, is at {sandbox.url}/. Stop both with Ctrl-C.", flush=True)
        try:
            started[0].wait()
        except KeyboardInterrupt:
            print()
    sys.exit(started[0].returncode if started[0].returncode not in (0, -signal.SIGTERM) else 0)


if __name__ == "__main__":
    main()
