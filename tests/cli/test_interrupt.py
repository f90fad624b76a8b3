"""Ctrl-C while the command starts."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import integry
from integry import _interrupt
from integry.__main__ import main
from integry.cli._root import root

#: A module that presses Ctrl-C while it is imported.
PRESSES = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nfor _ in range(10**9): pass\n"
#: A program that starts the command, as the script of the wheel does.
SCRIPT = "import sys\nfrom integry.__main__ import main\nsys.exit(main())\n"
SHOWS = "import signal\nprint(signal.getsignal(signal.SIGINT) is signal.{})\n"


def started(tmp_path, *command, **modules):
    """Run a command with modules in place of those of the same names."""
    for name, text in modules.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    path = f"{tmp_path}{os.pathsep}{Path(integry.__file__).parent.parent}"
    variables = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    done = subprocess.run([sys.executable, *command], check=False, capture_output=True, text=True, env=variables)
    return done.returncode, done.stdout, done.stderr


def script(tmp_path, text, name="integry"):
    """Write a program, and return its path."""
    path = tmp_path / "bin" / name
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to one process")
@pytest.mark.parametrize("module", ["logging", "click"])
def test_an_import_is_interrupted_without_a_traceback(tmp_path, module):
    """Ctrl-C during the import of the package, or of the command, ends the command with code 130 and no message."""
    program = script(tmp_path, SCRIPT)
    assert started(tmp_path, str(program), "--help", **{module: PRESSES}) == (130, "", "")
    if sys.version_info >= (3, 10) or module == "click":
        assert started(tmp_path, "-m", "integry", "--help", **{module: PRESSES}) == (130, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to one process")
def test_other_programs_are_left_alone(tmp_path):
    """A program that imports the package gets KeyboardInterrupt, also if it is called integry."""
    shows = SHOWS.format("default_int_handler")
    assert started(tmp_path, "-c", f"import integry\n{shows}") == (0, "True\n", "")
    assert started(tmp_path, str(script(tmp_path, f"import integry\n{shows}"))) == (0, "True\n", "")
    code, _, err = started(tmp_path, "-c", "import integry", logging=PRESSES)
    assert (code != 130, "KeyboardInterrupt" in err) == (True, True)


def test_ignored_interrupts_stay_ignored(tmp_path):
    """A process that ignores Ctrl-C, as one in the background does, goes on to ignore it."""
    ignores = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nimport integry.__main__\n"
    text = f"{ignores}{SHOWS.format('SIG_IGN')}"
    assert started(tmp_path, str(script(tmp_path, text))) == (0, "True\n", "")


@pytest.fixture
def as_command(monkeypatch):
    """Let this process look like the command, and restore the handler after the test."""
    handler = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(sys, "argv", ["/usr/bin/integry"])
    yield
    signal.signal(signal.SIGINT, handler)


@pytest.mark.usefixtures("as_command")
def test_the_command_can_clean_up_while_it_runs(monkeypatch):
    """While the command runs, Ctrl-C raises KeyboardInterrupt. Before, it ends the process."""
    seen = []
    monkeypatch.setattr(root, "invoke", lambda _: seen.append(signal.getsignal(signal.SIGINT)))
    _interrupt.guard()
    monkeypatch.setattr(os, "_exit", seen.append)
    signal.getsignal(signal.SIGINT)(signal.SIGINT, None)
    assert main(["sign", "7"]) == 0
    assert seen == [130, signal.default_int_handler]


@pytest.mark.usefixtures("as_command")
@pytest.mark.parametrize(
    ("argv", "original", "guarded"),
    [
        (["/usr/bin/integry"], [], True),
        (["integry.exe"], [], True),
        (["-m"], ["python", "-m", "integry", "--help"], True),
        (["-m"], ["python", "-m", "integry.sandbox"], False),
        (["-m"], ["python", "-m", "pytest"], False),
        (["/usr/bin/pytest"], ["python", "-m", "integry"], False),
        ([], [], False),
    ],
)
def test_the_command_is_recognised(monkeypatch, argv, original, guarded):
    """The handler changes only if the process runs the command."""
    monkeypatch.setattr(sys, "argv", argv)
    monkeypatch.setattr(sys, "orig_argv", original, raising=False)
    _interrupt.guard()
    assert (signal.getsignal(signal.SIGINT) is not signal.default_int_handler) is guarded


@pytest.mark.usefixtures("as_command")
def test_another_thread_cannot_set_handlers():
    """An import in another thread changes nothing, and raises no error."""
    thread = threading.Thread(target=_interrupt.guard)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupted_class_is_an_interrupt(monkeypatch, capsys):
    """Python < 3.12 raises RuntimeError from KeyboardInterrupt if Ctrl-C interrupts the creation of a class."""

    def invoke(_):
        raise RuntimeError from KeyboardInterrupt()

    monkeypatch.setattr(root, "invoke", invoke)
    assert main(["sign", "7"]) == 130
    assert capsys.readouterr() == ("", "\n")
