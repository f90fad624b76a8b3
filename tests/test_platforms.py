"""Windows and macOS, simulated in a subprocess without the functions that these systems lack.

The tests do not show that the package works on the systems themselves.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import integry
from tests.spec_document import ROOT

PACKAGE = Path(integry.__file__).parent
#: Code to run before a platform is simulated: libraries choose their own code by platform when they are imported.
BEFORE = """
import asyncio, logging.handlers, multiprocessing, os, select, signal, socket, sys, sysconfig, tempfile
import wsgiref.simple_server
import attrs, cattrs, jsonschema, requests, urllib3
sysconfig.get_config_vars()
"""
WITHOUT_FORK = """
for name in ("fork", "forkpty", "register_at_fork", "getuid", "geteuid", "uname", "fchmod", "chown", "sysconf"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGALRM", "SIGHUP", "SIGUSR1", "setitimer", "alarm", "pthread_kill", "pthread_sigmask"):
    if hasattr(signal, name):
        delattr(signal, name)
for name in ("AF_UNIX", "MSG_DONTWAIT", "MSG_NOSIGNAL", "SO_REUSEPORT", "TCP_USER_TIMEOUT", "socketpair"):
    if hasattr(socket, name):
        delattr(socket, name)
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
"""
WITHOUT_LINUX = """
for owner, names in (
    (socket, ("TCP_KEEPIDLE", "TCP_USER_TIMEOUT", "MSG_NOSIGNAL", "SO_BINDTODEVICE")),
    (select, ("epoll",)),
    (os, ("sched_getaffinity", "pidfd_open", "memfd_create")),
):
    for name in names:
        if hasattr(owner, name):
            delattr(owner, name)
"""
PLATFORMS = {"win32": WITHOUT_FORK + WITHOUT_LINUX, "darwin": WITHOUT_LINUX}
#: Calls over a real socket, and a vendored copy.
USE = """
import integry
from integry.sandbox import Sandbox
from integry.vendor import changes, vendor
integry.preload()
with Sandbox() as sandbox, sandbox.client() as client:
    assert client.apps.get("slack").title == "Slack"
    assert client.functions.call("pipedrive-get-all-persons", {"limit": 1}).ok
    assert sandbox.organisation().integrations.list() == []
folder = vendor(sys.argv[1], "acme.telephony")
assert not any(changes(folder))
print(sys.platform, "ok")
"""


def run(code, *arguments, **options):
    """Run code in a new Python process, and return the finished process."""
    line = [sys.executable, *options.pop("flags", ()), "-c", code, *map(str, arguments)]
    return subprocess.run(line, check=False, capture_output=True, text=True, cwd=PACKAGE.parent, **options)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_clients_sandbox_and_copies_work_on_other_platforms(platform, tmp_path):
    """Everything except fork works without the modules and functions that the platform lacks."""
    done = run(f"{BEFORE}\nsys.platform = {platform!r}\n{PLATFORMS[platform]}{USE}", tmp_path)
    assert (done.stdout, done.stderr) == (f"{platform} ok\n", "")


@pytest.fixture
def checkout(tmp_path):
    """Copy the repository without symbolic links, as git on Windows does: `integry/_generated` is a text file."""
    folder = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__", "_generated")
    shutil.copytree(PACKAGE, folder / "integry", ignore=ignored)
    shutil.copytree(PACKAGE / "_generated", folder / "generated", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "integry" / "_generated").write_text("../generated")
    return folder


@pytest.mark.parametrize(
    "code", ["integry.App", "integry.Integry(app_key='k', app_secret='s').apps", "integry.preload()"]
)
def test_a_missing_symbolic_link_is_explained(checkout, code):
    """The import error in a clone without the symbolic link says what is missing and what to do."""
    done = run(f"import sys; sys.path.insert(0, {str(checkout)!r}); import integry; {code}")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: integry._generated is missing.")
    assert "core.symlinks=true" in last
    assert "During handling" not in done.stderr


@pytest.mark.parametrize("library", ["requests", "urllib3", "attrs", "cattrs"])
def test_a_missing_library_is_explained(library):
    """The error of a missing library names the library, the Python, and what to do, also in a vendored copy."""
    code = f"import sys; sys.modules[{library!r}] = None; import integry; integry.Integry; integry.preload()"
    last = run(code).stderr.splitlines()[-1]
    assert last.startswith(f"ModuleNotFoundError: integry needs {library}, which is not installed for {sys.executable}")
    assert "--with-deps" in last


def test_import_errors_of_other_modules_are_unchanged():
    """An import error about any other module is raised unchanged."""
    error = ModuleNotFoundError("No module named 'nonsense'", name="nonsense")
    assert integry._lazy.explain(error) is error
    with pytest.raises(ModuleNotFoundError, match="No module named 'integry._nothing'"):
        integry._lazy.load("_nothing")


@pytest.mark.parametrize(("name", "said"), [("cattrs", "Install it with pip"), ("integry._generated", "symbolic link")])
def test_explained_import_errors_keep_the_module_name(name, said):
    """An explained import error has the attribute `name`, like all import errors."""
    found = integry._lazy.explain(ModuleNotFoundError(name=name))
    assert found.name == name
    assert said in str(found)


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_uses_the_scripts_folder_on_windows():
    """The Makefile runs the commands of an environment from its folder Scripts on Windows."""
    line = ["make", "--dry-run", "--always-make", "demo", "OS=Windows_NT"]
    done = subprocess.run(line, check=True, cwd=ROOT, capture_output=True, text=True)
    assert ".venv/Scripts/python scripts/demo.py" in done.stdout
    assert "/bin/" not in done.stdout
