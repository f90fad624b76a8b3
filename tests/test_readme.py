"""The README's Python examples run, against the document's own examples as answers."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import RequestFactory

from integry.vendor._copy import NEEDED, _manifest
from tests.spec_document import ROOT

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def run(block):
    """Run a block, and give the names that it leaves behind."""
    names = {"__name__": "readme"}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102 (it is what is tested)
    return names


@pytest.mark.parametrize(
    "block",
    [block for block in BLOCKS if not re.search("Sandbox|sentry_sdk|opentelemetry", block)],
    ids=lambda block: block.splitlines()[0],
)
def test_examples_run(block, documented_answers):
    """As a reader would run them."""
    run(block)
    assert all(call.response.status_code < 300 for call in documented_answers.calls)


def only(word):
    """The block with a word in it."""
    (block,) = [block for block in BLOCKS if word in block]
    return block


def test_the_sandbox_runs():
    """Over a real socket."""
    names = run(only("with Sandbox() as sandbox"))
    assert names["integry"].settings.base_url.startswith("http://127.0.0.1:")


def test_the_fixture_runs(integry_sandbox):
    """As pytest would run the example."""
    run(only("pytest_plugins"))["test_announcing"](integry_sandbox)
    assert len(integry_sandbox.calls) == 1


def test_the_live_fixture_runs(integry_live_sandbox, monkeypatch):
    """With the environment that it gives."""
    run(only("test_a_script"))["test_a_script"](integry_live_sandbox, monkeypatch)


def test_the_django_view_runs(integry_sandbox):
    """In Django, against a sandbox: not connected first, then connected."""
    if not settings.configured:
        settings.configure()
    names = run(only("JsonResponse"))
    names["integry"] = integry_sandbox.client(None)
    request = RequestFactory().post("/announce")
    request.user = SimpleNamespace(pk=7)
    view = names["announce"]
    response = view(request)
    assert response.status_code == 409
    assert json.loads(response.content)["connect"].startswith("https://sandbox.invalid/connect/slack?user_id=7&")
    integry_sandbox.connect("slack", user_id=7)
    assert json.loads(view(request).content) == {"posted": True}
    assert [call.user_id for call in integry_sandbox.calls] == ["7"]


def test_a_copy_works(tmp_path):
    """Under another name, after the commands of the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^python (-m integry.vendor .*?|scripts/vendor.py .*?)(?: +#.*)?$", readme, re.MULTILINE)
    assert len(commands) == 2
    project = tmp_path / "your_project"
    code = (
        "import sys; from acme.third_party.telephony import Integry; Integry('k', 's').functions;"
        "print([name for name in sys.modules if name.partition('.')[0] in ('integry', 'generated')])"
    )
    for command in commands if (ROOT / "integry").exists() else commands[1:]:  # the wheel's tests have no checkout
        project.mkdir()
        line = [sys.executable, *command.split()]
        subprocess.run([part.replace("your_project", str(project)) for part in line], check=True, cwd=ROOT)
        done = subprocess.run([sys.executable, "-c", code], check=True, cwd=project, capture_output=True, text=True)
        assert done.stdout == "[]\n"
        shutil.rmtree(project)


def test_supported_versions():
    """The table, what the copy says that it needs, and the metadata are the same."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## Supported versions")[2].partition("\n\n`make")[0]
    rows = {
        name: versions
        for name, *versions in re.findall(r"^\| (\w+)[^|]* \| (\d\S*) \| ?(\S*) ?\|$", table, re.MULTILINE)
    }
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.findall(r"\"(\w+)>=([\d.]+)(?:; python_version (<|>=) '3.12')?\"", project)
    found = {"Python": [*re.findall(r'requires-python = ">=(.+)"', project), ""]}
    for name, version, marker in declared:
        found.setdefault(name, ["", ""])[1 if marker == ">=" else 0] = version
    assert found == rows
    assert {name: versions[0] for name, versions in rows.items() if name not in ("Python", "jsonschema")} == NEEDED
    for name in ("requests", "urllib3"):
        assert f"{name} {rows[name][1]}" in (vendored := _manifest({}, "", {})), vendored


def test_figures_are_as_measured():
    """The table is that of the last run of the bench, losses included, and the text names none that are not there."""
    report = (ROOT / "scripts" / "bench" / "results" / "results.md").read_text(encoding="utf-8")
    measured = re.findall(r"^\| (.+?) \| (≤ .+?|\d+) \| (.+?) \| .*? \| (yes|\*\*no\*\*) \|$", report, re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    readme = readme.partition("## Performance")[2].partition("## Supported")[0]
    assert re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (yes|\*\*no\*\*) \|$", readme, re.MULTILINE) == measured
    assert len(measured) > 20
    wanted, found = {row[1] for row in measured}, {row[2] for row in measured}
    for figure in re.findall(r"\b0\.\d\d\b", readme.partition("What is lost")[2]):
        assert {figure, f"≤ {figure}"} & (wanted | found), figure


def test_commands_exist():
    """Every make target that the README names is one."""
    readme = Path(ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {target for line in re.findall(r"^make ([a-z -]+)", readme, re.MULTILINE) for target in line.split()}
    assert targets > {"test", "generate", "check-generated"}
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
