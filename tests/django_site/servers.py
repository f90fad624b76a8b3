"""Servers of the example site, in an environment of their own."""

import os
import re
import signal
import subprocess
import threading

import requests

from tests.contract.conftest import NODE, ROOT, need

SITE = ROOT / "examples" / "django"
#: Python of the environment that `make django-site` creates.
PYTHON = ROOT / ".cache" / "django-site" / "bin" / "python"
#: The file that has the vendor's browser SDK.
SDK = NODE / "@integry" / "sdk" / "dist" / "umd" / "index.umd.js"
PROBE = "tests.django_site.probe.settings"
GUNICORN = ("-m", "gunicorn", "--bind", "127.0.0.1:0", "--no-control-socket")
UVICORN = ("-m", "uvicorn", "--port", "0", "--lifespan", "off")


def environment(database, more, settings):
    """Return the environment variables of a site with a database, and more of them."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("INTEGRY_", "DJANGO_"))}
    return {
        **ours,
        **more,
        "DATABASE": str(database),
        "DJANGO_SETTINGS_MODULE": settings,
        "INTEGRY_SDK": str(need(SDK).parent),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(SITE)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def manage(variables, *command):
    """Run a command of manage.py."""
    line = [str(need(PYTHON, "django-site")), str(SITE / "manage.py"), *command]
    done = subprocess.run(line, env=variables, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Program:
    """A running program. As a context manager, it is stopped at the end.

    Args:
        variables: The environment variables.
        *command: The arguments of Python.

    Attributes:
        lines: The lines that it has printed so far.
    """

    def __init__(self, variables, *command):
        line = [str(need(PYTHON, "django-site")), *command]
        self.process = subprocess.Popen(
            line, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines = []
        self._printed = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self._printed:
                self.lines.append(line)
                self._printed.notify_all()
        with self._printed:
            self._printed.notify_all()

    def wait_for(self, pattern):
        """Wait until the program prints a line that matches a pattern, and return the match."""
        with self._printed:
            while True:
                found = next((match for line in self.lines if (match := re.search(pattern, line))), None)
                if found:
                    return found
                assert self._printed.wait(30), self.output
                assert self.process.poll() is None, self.output

    @property
    def output(self):
        """All that the program has printed so far."""
        return "".join(self.lines)

    def kill(self):
        """Kill the program at once, as the operating system does if it lacks memory."""
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)  # stop gunicorn without waiting for idle connections
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()


class Server(Program):
    """A running server of the site.

    Attributes:
        url: The URL of the site, without a slash at the end.
    """

    def __init__(self, variables, *command):
        super().__init__(variables, *command)
        try:
            self.url = self.wait_for(r"(?:Listening at:|running on) (http://127\.0\.0\.1:\d+)").group(1)
        except BaseException:
            self.__exit__()
            raise

    def session(self, user=None):
        """Return a session of requests, in which a user of the site is logged in."""
        session = requests.Session()
        session.trust_env = False
        if user:
            session.get(f"{self.url}/login/").raise_for_status()
            form = {"username": user, "password": "demo", "csrfmiddlewaretoken": session.cookies["csrftoken"]}
            response = session.post(f"{self.url}/login/", form, allow_redirects=False)
            assert response.status_code == 302, response.text
        return session


class Hold:
    """A function of a sandbox whose calls stay until `release` is called.

    Args:
        sandbox: The sandbox.

    Attributes:
        runs: How many times it has started to run.
    """

    name = "probe-hold"

    def __init__(self, sandbox):
        self.runs = 0
        self._lock = threading.Lock()
        self._started, self._released, self._done = threading.Semaphore(0), threading.Event(), threading.Semaphore(0)
        sandbox.add_app("probe", "Probe")
        sandbox.add_function(self.name, self._run, app="probe")

    def _run(self, _):
        with self._lock:
            self.runs += 1
        self._started.release()
        assert self._released.wait(60)
        self._done.release()
        return {"ran": True}

    def wait_until_running(self):
        """Wait until one more call is running."""
        assert self._started.acquire(timeout=60)

    def release(self):
        """Let all calls go on, now and in future."""
        self._released.set()

    def wait_until_done(self):
        """Wait until one more call has run."""
        assert self._done.acquire(timeout=60)


def log_in(browser, site, name):
    """Log in as a user of the site, in a new profile of Chromium."""
    browser.command("open", f"{site.url}/login/")
    browser.command("type", "input[name=username]", name)
    browser.command("type", "input[name=password]", "demo")
    browser.command("click", "main form button")
