"""Every example works as its README says, in a copy of its folder and with a sandbox."""

import csv
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from integry.bulk import summary
from integry.sandbox import Sandbox
from tests.spec_document import ROOT

EXAMPLES = ROOT / "examples"
PERSON = "pipedrive-add-a-person"


@pytest.fixture
def example(request, tmp_path):
    """Return a copy of the folder of the example that the test names."""
    folder = tmp_path / request.param
    shutil.copytree(EXAMPLES / request.param, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def of(name):
    """Return a decorator that runs a test with a copy of the example of this name."""
    return pytest.mark.parametrize("example", [name], indirect=True)


def run(folder, *command, sandbox=None, check=True):
    """Run a Python command in a folder, with the environment variables of a sandbox if there is one."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("INTEGRY_", "DJANGO_"))}
    environment.update(sandbox.environment() if sandbox else {}, PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=check,
        timeout=300,
    )


def shown(folder):
    """Return the output that the README of an example shows."""
    readme = (folder / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```text\n(.*?)```", readme, re.DOTALL | re.MULTILINE)[0]


def load(path):
    """Import a Python file by its path, and return the module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_listed_and_tested():
    """The table in examples/README.md has each folder, each has a README, and a test in this module runs each."""
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    listed = re.findall(r"^\| \[(\w+)\]\(\1/README.md\)", (EXAMPLES / "README.md").read_text("utf-8"), re.MULTILINE)
    tested = re.findall(r'^@of\("(\w+)"\)', Path(__file__).read_text("utf-8"), re.MULTILINE)
    assert folders == set(listed) == set(tested)
    assert all((EXAMPLES / name / "README.md").is_file() for name in folders)


@of("quickstart")
def test_quickstart_posts_a_message(example):
    """The quickstart posts a message if Slack is connected."""
    with Sandbox() as sandbox:
        sandbox.connect("slack")
        done = run(example, "quickstart.py", sandbox=sandbox)
        assert done.stdout == "Posted: Ann just signed up!\n"
        assert [call.function for call in sandbox.calls] == ["slack-post-message"]


@of("quickstart")
@pytest.mark.slow
def test_quickstart_waits_until_slack_is_connected(example):
    """The quickstart prints the consent page's URL, and continues when the user has connected Slack."""
    with Sandbox() as sandbox:
        environment = {**os.environ, **sandbox.environment(), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "quickstart.py"]
        with subprocess.Popen(command, cwd=example, env=environment, stdout=subprocess.PIPE, text=True) as process:
            first = process.stdout.readline()
            assert first.startswith(f"Connect slack here: {sandbox.url}/connect/slack?")
            sandbox.connect("slack")
            assert process.stdout.read() == "Posted: Ann just signed up!\n"
        assert process.returncode == 0


@of("contacts_from_csv")
@pytest.mark.slow
def test_contacts_are_added_exactly_once(example):
    """Each valid contact is added exactly once, despite faults and a stop, and bad rows are set aside."""
    module, path = load(example / "import_contacts.py"), example / "contacts.csv"
    sandbox, sent, lock = Sandbox(), [], threading.Lock()
    faults = {
        100: {"kind": "reset"},  # before the function runs
        200: {"kind": "reset_mid_body"},  # after it ran
        250: {"status": 429, "retry_after": 0},  # sent again by the client
        300: {"status": 429, "retry_after": 7200},  # stops the run
    }

    def inject(request):
        with lock:
            sent.append(request)
            if len(sent) in faults:
                sandbox.fail(**faults.pop(len(sent)))

    integry = sandbox.client(on_request=inject)
    done, bad, left = module.import_file(integry, path)
    assert 200 < done + bad < 310
    assert left == 500 - done - bad
    assert summary(example / "contacts.csv.journal")["unknown"] == 2

    assert module.import_file(integry, path) == (495, 5, 0)
    assert module.import_file(integry, path) == (495, 5, 0), "a further run does nothing"
    added = [call.arguments["name"] for call in sandbox.calls if call.function == PERSON and call.network_code == 200]
    assert len(added) == len(set(added)) == 495
    assert not faults
    with (example / "contacts.csv.bad.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["name"] == "", row["owner_id"]) for row in csv.DictReader(file)] == [
            (True, ""),
            (False, "1"),
            (True, ""),
            (True, ""),
            (False, "1"),
        ]
    sandbox.close()


@of("contacts_from_csv")
def test_contacts_of_a_killed_run_are_not_added_twice(example):
    """A row whose call was in progress when the run was killed is looked up in Pipedrive, and not added twice."""
    module, path = load(example / "import_contacts.py"), example / "few.csv"
    path.write_text("name,email,owner_id\nAnn,a@example.com,\nBen,b@example.com,\nCem,c@example.com,\n", "utf-8")
    sandbox = Sandbox()
    integry = sandbox.client()
    # The journal of a run that was killed during the calls of the first two rows.
    rows = [{"name": name, "email": f"{name[0].lower()}@example.com", "owner_id": ""} for name in ("Ann", "Ben", "Cem")]
    digest = hashlib.sha256(json.dumps(module.call_for(rows[0]).to_dict(), sort_keys=True).encode()).hexdigest()[:16]
    sent = [{"integry.bulk": 1}, {"sent": 0, "digest": digest}, {"sent": 1}]
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in sent)
    (example / "few.csv.journal").write_text(text, "utf-8")
    integry.functions.call(PERSON, {"name": "Ann"})
    assert module.import_file(integry, path) == (3, 0, 0)
    added = [call.arguments["name"] for call in sandbox.calls if call.function == PERSON]
    assert sorted(added) == ["Ann", "Ben", "Cem"]
    sandbox.close()


@of("contacts_from_csv")
@pytest.mark.slow
def test_contacts_command_prints_the_documented_output(example):
    """The import prints the output that the README shows, and its exit status is 0 when no row is left."""
    with Sandbox() as sandbox:
        done = run(example, "import_contacts.py", "contacts.csv", sandbox=sandbox)
    assert done.stdout == shown(example)


@of("django_view")
@pytest.mark.slow
def test_django_view_passes_its_tests(example):
    """The tests of the Django project pass."""
    done = run(example, "manage.py", "test")
    assert "Ran 3 tests" in done.stderr


@of("django")
@pytest.mark.slow
def test_django_passes_its_tests(example):
    """The tests of the Django site pass."""
    with Sandbox() as sandbox:
        done = run(example, "manage.py", "test", sandbox=sandbox)
    assert "Ran 6 tests" in done.stderr


@of("regenerate")
@pytest.mark.slow
def test_regenerate_generates_both_clients(example):
    """The script generates both clients, and each client builds a request."""
    pytest.importorskip("openapi_python_client", reason="openapi-python-client is not installed; it needs Python 3.11")
    done = run(example, EXAMPLES / "regenerate" / "regenerate.py", "build")
    assert re.findall(r"^build/.*\n", done.stdout, re.MULTILINE) == shown(example).splitlines(keepends=True)


@of("legacy_vendored")
@pytest.mark.slow
def test_legacy_vendored_makes_a_working_copy(example):
    """The commands of the README make a copy that works without the package."""
    readme = (example / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^python (-m integry.vendor .*)$", readme, re.MULTILINE)
    run(example, *command.split())
    with Sandbox() as sandbox:
        assert run(example, "-m", "legacy.report", sandbox=sandbox).stdout == shown(example)
    run(example, *command.split(), "--check")


@of("testing_pytest")
@pytest.mark.slow
def test_testing_pytest_passes_its_tests(example):
    """The pytest tests of the example pass."""
    plugin = ["-p", "integry.testing"] if (ROOT / "integry").exists() else []
    done = run(example, "-m", "pytest", "-q", *plugin, "-p", "no:cacheprovider", "--rootdir", str(example))
    assert "5 passed" in done.stdout


@of("testing_unittest")
@pytest.mark.slow
def test_testing_unittest_passes_its_tests(example):
    """The unittest tests of the example pass."""
    done = run(example, "-m", "unittest", "-v")
    assert "Ran 3 tests" in done.stderr
