"""The generator command: arguments, also those of openapi-python-client, user templates, folders, and progress."""

import io
import json
import os
import re
import subprocess
import sys
import threading

import pytest

from integry.generator import __main__ as generate
from integry.generator._progress import Progress

DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/a": {"get": {"operationId": "a", "tags": ["x y"], "responses": {}}},
        "/b": {"get": {"operationId": "b", "responses": {"2OO": {}}}},
    },
    "components": {"schemas": {"A": {"type": "object", "properties": {"a": {"type": "string"}}}}},
}
MADE = "client is written\nmade 2 of 2 operations, 1 of 1 schemas\n"


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Return a function that runs the command in a folder with a document, and returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(json.dumps(DOCUMENT))

    def command(*arguments):
        try:
            code = generate.main([*arguments])
        except SystemExit as exited:
            code = exited.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "--path", "a.json", "--output-path", "client", "--overwrite", "--file-encoding", "utf-8"],
        pytest.param(
            ["generate", "--url=a.json", "--output-path=client", "--meta=none", "--file-encoding=UTF8"],
            marks=pytest.mark.slow,
        ),
    ],
)
def test_the_arguments_of_stock_are_accepted(run, arguments):
    """The command line of openapi-python-client generates the same client."""
    assert run(*arguments)[:2] == (0, MADE)
    assert run("a.json", "client", "--check")[0] == 0
    assert run(*arguments)[:2] == (0, MADE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--path=a.json", "--url=http://127.0.0.1/", "client"], "--url: give one of --spec, --path, --url, once"),
        (["a.json", "client", "--file-encoding=latin-1"], "files can only be written in UTF-8, not in latin-1"),
        (["a.json", "client", "--meta=maven"], "invalid choice: 'maven'"),
        (["a.json", "client", "--dry"], "unrecognized arguments: --dry"),
        (["a.json"], "OUTPUT is needed with SPEC: the folder to write the client to"),
    ],
)
def test_wrong_arguments_are_refused(run, tmp_path, arguments, message):
    """A wrong argument is an error that names it, with exit code 2."""
    code, _, said = run(*arguments)
    assert (code, message in said) == (2, True), said
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_document_may_be_called_generate(run, tmp_path):
    """The argument `generate` is the document if a file has this name, and not a command of openapi-python-client."""
    (tmp_path / "a.json").rename(tmp_path / "generate")
    assert run("generate", "client", "--dry-run")[1] == MADE.replace("is", "would be")


def test_help_fits_a_terminal(run):
    """`--help` prints the exit codes, in lines of less than 100 characters."""
    code, said, _ = run("--help")
    assert (code, max(map(len, said.splitlines())) < 100) == (0, True)
    assert "  3  there were warnings, and --fail-on-warning was given\n" in said


@pytest.mark.slow
def test_the_first_line_has_the_options(run, tmp_path):
    """The command in the first line has all options that change the files, so that it generates the same files."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "config.json").write_text("{}")
    options = ["--include-tags", "x y, default", "--include-tags=x y", f"--config={tmp_path}/config.json"]
    assert run("a.json", "client", *options, "--custom-template-path=templates", "--fail-on-warning")[0] == 3
    assert run("a.json", "client", *options, "--custom-template-path=templates")[0] == 0
    first = (tmp_path / "client" / "client.py").read_text().partition("\n")[0]
    assert first == (
        "# Do not edit: made from a.json by `python -m integry.generator --spec a.json --output client --config "
        "config.json --include-tags 'x y,default,x y' --custom-template-path templates`."
    )


def test_operations_of_other_tags_cause_no_warning(run, tmp_path):
    """With `--include-tags`, operations of other tags cause no warning, and are not counted."""
    made = (0, "client is written\nmade 1 of 1 operations, 0 of 0 schemas\n", "")
    assert run("a.json", "client", "--include-tags=x y", "--fail-on-warning") == made
    assert not (tmp_path / "client" / "api" / "default").exists()
    assert run("a.json", "client", "--include-tags=x y", "--check")[0] == 0
    assert run("a.json", "client", "--include-tags=default", "--dry-run", "--fail-on-warning")[0] == 3
    message = "error: a.json has no operation with the tag 'z'; its tags are: x y, default\n"
    assert run("a.json", "client", "--include-tags=z") == (1, "", message)


@pytest.mark.parametrize(
    ("parent", "name", "message"),
    [
        ("", "1a", "'1a' cannot be imported: call the folder 'api_1a'"),
        ("", "...", "'...' cannot be imported: call the folder 'client'"),
        ("my-app", "client", "'my-app' cannot be imported: client is inside of it: rename that folder to 'my_app'"),
        (
            "class/app",
            "client",
            "'class' cannot be imported: client is inside of it: rename that folder to 'api_class'",
        ),
    ],
)
def test_folders_that_cannot_be_imported_are_refused(run, tmp_path, parent, name, message):
    """An output folder, or a package around it, that cannot be imported is an error that suggests another name."""
    folder = tmp_path / parent
    folder.mkdir(parents=True, exist_ok=True)
    for part in [folder, *folder.parents]:
        if part != tmp_path and tmp_path in part.parents:
            (part / "__init__.py").touch()
    assert run("a.json", f"{folder}/{name}") == (1, "", f"error: a package called {message}\n")
    assert not (folder / name).exists()


@pytest.mark.parametrize("name", ["json", "requests", "yaml", "simplejson"])
def test_folders_with_the_name_of_a_dependency(run, tmp_path, name):
    """A folder named like a dependency is refused, because it would hide the dependency, but not in a package."""
    message = (
        f"error: '{name}' is the name of a package that clients or the generator import: call the folder 'api_{name}'\n"
    )
    assert run("a.json", name) == (1, "", message)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    assert run("a.json", f"app/{name}", "--dry-run")[0] == 0


def test_parent_folders_may_have_any_name(run, tmp_path):
    """A parent folder that is not a package may have a name that cannot be imported."""
    assert run("a.json", f"{tmp_path}/my-app/src/client", "--dry-run")[0] == 0


def templates(tmp_path, **texts):
    """Write templates to a folder, and return the option for it."""
    folder = tmp_path / "templates"
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name.replace('__', '.')}.jinja").write_text(text)
    return "--custom-template-path=templates"


def test_templates_replace_the_built_in_ones(run, tmp_path):
    """A user's template replaces the built-in template of that name. It may include others, and omit the first line."""
    option = templates(
        tmp_path,
        package_init__py='"""{{ openapi.title.get_untrusted_value() }}"""\n{% include "mine.jinja" %}',
        client__py="{{ original | replace('default=30.0', 'default=5.0') }}",
        mine="MINE = 1\n",
    )
    assert run("a.json", "client", option, "--include-tags=x y", "--fail-on-warning")[0] == 0
    assert (tmp_path / "client" / "__init__.py").read_text().endswith('.\n"""T"""\n\nMINE = 1\n')
    assert (tmp_path / "client" / "__init__.py").read_text().startswith("# Do not edit: made from a.json by")
    assert "timeout: Timeout = field(default=5.0" in (tmp_path / "client" / "client.py").read_text()
    assert run("a.json", "client", option, "--include-tags=x y", "--check")[0] == 0
    assert run("a.json", "client", option, "--include-tags=x y")[0] == 0


@pytest.mark.slow
def test_unused_templates_are_warnings(run, tmp_path):
    """An unused template causes a warning, because its name may be misspelt. Other kinds of files are ignored."""
    option = templates(tmp_path, models__py="", README__md="# {{ project_name }}")
    (tmp_path / "templates" / "notes.txt").touch()
    code, _, said = run("a.json", "client", option, "--include-tags=x y", "--fail-on-warning")
    assert code == 3
    warning = "warning: a file in the folder of templates has no template's name, and is not used: models.py.jinja\n"
    assert said.startswith(warning)
    (tmp_path / "templates" / "models.py.jinja").unlink()
    assert run("a.json", "project", option, "--meta=uv")[0] == 0
    text = (tmp_path / "project" / "README.md").read_text()
    assert re.fullmatch(r"<!-- Do not edit: made from a\.json by `[^`]+`\. -->\n\n# t-client", text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{{ nothing }}", "the template package_init.py.jinja, line 2: 'nothing' is undefined"),
        (
            "{% if %}",
            "the template package_init.py.jinja, line 1: Expected an expression, got 'end of statement block'",
        ),
        ("{% include '../../secret.jinja' %}", "the template package_init.py.jinja, line 1: ../../secret.jinja"),
        ("def def", "ruff check failed: invalid-syntax: "),
    ],
)
def test_errors_in_templates_name_the_line(run, tmp_path, text, message):
    """An error in a template is reported with its name and line, and nothing is written."""
    (tmp_path.parent / "secret.jinja").write_text("secret")
    code, _, said = run("a.json", "client", templates(tmp_path, package_init__py=text), "--include-tags=x y")
    assert (code, said.startswith(f"error: {message}"), said.count("\n")) == (1, True, 1), said
    assert not (tmp_path / "client").exists()


def test_a_missing_folder_of_templates_is_an_error(run):
    """If the folder of templates does not exist, the error names the folder."""
    message = "error: none is not a folder: give the folder with your templates\n"
    assert run("a.json", "client", "--custom-template-path=none") == (1, "", message)


class Terminal(io.StringIO):
    """A stream that is a terminal, and that lets a thread wait for a text."""

    def __init__(self):
        super().__init__()
        self.changed = threading.Condition()

    def isatty(self):
        """Return True."""
        return True

    def write(self, text):
        """Write a text, and notify the waiting thread."""
        with self.changed:
            super().write(text)
            self.changed.notify_all()

    def wait(self, text):
        """Wait until a text has been written."""
        with self.changed:
            assert self.changed.wait_for(lambda: text in self.getvalue(), timeout=60)


def test_progress_is_one_line_of_a_terminal():
    """The progress line is overwritten with each update, and deleted at the end."""
    terminal = Terminal()
    progress = Progress(terminal, delay=0, interval=0.001)
    with progress.shown():
        progress.step("one")
        terminal.wait("\r\x1b[Kone (")
        progress.step("two")
        terminal.wait("\r\x1b[Ktwo (")
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert "\n" not in terminal.getvalue()


def test_progress_fits_the_terminal(monkeypatch):
    """A long progress line is cut off, because only one line can be deleted."""
    monkeypatch.setenv("COLUMNS", "10")
    terminal = Terminal()
    progress = Progress(terminal, delay=0, interval=0.001)
    progress.step("x" * 50)
    with progress.shown():
        terminal.wait("\r\x1b[Kxxxxxxxxx")
    assert "x" * 10 not in terminal.getvalue()


def test_short_runs_and_other_streams_show_no_progress():
    """Nothing is shown for a short run, or on a stream that is not a terminal."""
    terminal, file = Terminal(), io.StringIO()
    for stream, delay in ((terminal, 1000), (file, 0)):
        progress = Progress(stream, delay=delay)
        with progress.shown():
            progress.step("one")
    assert (terminal.getvalue(), file.getvalue()) == ("", "")


@pytest.mark.slow
def test_the_command_shows_its_steps(run, monkeypatch):
    """The progress line names the steps of the command."""
    steps = []
    monkeypatch.setattr(Progress, "step", lambda _, text: steps.append(text))
    assert run("a.json", "client", "--dry-run")[0] == 0
    assert steps == [
        "reading a.json",
        "making types for 2 operations and 1 schemas",
        "writing 2 operations and 1 schemas",
    ]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_short_run_on_a_terminal_shows_no_progress(tmp_path):
    """A short run on a terminal prints only the result, without a progress line."""
    (tmp_path / "a.json").write_text(json.dumps(DOCUMENT))
    master, slave = os.openpty()
    command = [sys.executable, "-m", "integry.generator", "a.json", "client", "--include-tags=x y"]
    environment = {**os.environ, "PYTHONPATH": str(generate.CHECKOUT)}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=slave, cwd=tmp_path, env=environment)
    os.close(slave)
    os.close(master)
    assert done.stdout.decode().splitlines()[-1] == "made 1 of 1 operations, 0 of 0 schemas"
