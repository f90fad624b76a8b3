"""Importing the package has no side effects and needs no files."""

import zipapp

import pytest

SIDE_EFFECTS = """
import logging, os, sys
import attrs, cattrs, requests, urllib3  # their side effects do not count
import collections, copy, datetime, enum, hashlib, hmac, json, uuid
import {package}.tags  # import the package once, and again below with the hook
LIBRARIES = ("requests", "urllib3", "attr", "attrs", "cattr", "cattrs", "json", "logging")
WATCHED = ("open", "socket", "subprocess", "os", "shutil", "urllib", "sqlite3")
names = [name for name in sys.modules if name.partition(".")[0] == {package!r}]
for name in names:
    del sys.modules[name]

def state():
    found = dict(os.environ)
    for name, logger in list(logging.root.manager.loggerDict.items()):
        found[name] = [getattr(logger, part, None) for part in ("handlers", "filters", "level")]
    found["root"] = (list(logging.root.handlers), logging.root.level)
    for module in list(sys.modules.values()):
        if module.__name__.partition(".")[0] in LIBRARIES:
            for name, value in list(vars(module).items()):
                found[module.__name__, name] = id(value)
                if isinstance(value, type):
                    found.update(((module.__name__, name, key), id(part)) for key, part in vars(value).items())
    return found

events = []
watching = True
def hook(event, arguments):
    if not watching:
        return
    if event == "open" and str(arguments[0]).endswith((".py", ".pyc", ".zip", ".pyz")):
        return
    if event.partition(".")[0] in WATCHED and event != "os.listdir":  # the import system lists folders
        events.append((event, str(arguments)[:200]))
sys.dont_write_bytecode = True
before = state()
sys.addaudithook(hook)
import {package}
watching = False
after = state()
loggers = {{name for name in after if isinstance(name, str)}} - {{name for name in before if isinstance(name, str)}}
assert loggers <= {{{package!r}}}, loggers
changed = [name for name, value in before.items() if after.get(name) != value]
# attrs increments this counter for each field.
assert set(changed) <= {{("attr._make", "_CountingAttr", "cls_counter")}}, changed
assert events == [], events
print("ok")
"""
USE = """
import sys
assert sys.flags.optimize == {level}
from {package} import Integry, NotFound, Organisation
client = Integry()
assert client.apps.get("slack").title == "Slack"
assert [len(page.output["data"]) for page in client.functions.call_pages("pipedrive-get-all-persons", {{"limit": 7}})]
function = client.functions.get("pipedrive-get-all-persons")
assert function({{"limit": 1}}).ok
try:
    client.apps.get("nonsense")
except NotFound as error:
    print(error)
"""


def test_importing_has_no_side_effects(copy, run):
    """Importing the package opens no file, socket or process, and does not change loggers or libraries."""
    copy("telephony")
    assert run(SIDE_EFFECTS.format(package="telephony")) == "ok\n"


@pytest.mark.parametrize("level", [*(pytest.param(level, marks=pytest.mark.slow) for level in (0, 1)), 2])
def test_the_package_works_with_optimisation(copy, run, integry_live_sandbox, level):
    """The package gives the same results with -O and -OO."""
    copy("telephony")
    flags = ["-" + "O" * level] if level else []
    code = USE.format(package="telephony", level=level)
    assert "App not found" in run(code, *flags, **integry_live_sandbox.environment())


@pytest.mark.parametrize("level", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_the_package_works_in_a_zip_file(copy, run, integry_live_sandbox, level):
    """The package works in a zip file, because no module needs a file."""
    copy("acme.telephony")
    main = copy.root / "__main__.py"
    main.write_text(USE.format(package="acme.telephony", level=level))
    archive = copy.root.parent / "app.pyz"
    zipapp.create_archive(copy.root, archive)
    flags = ["-" + "O" * level] if level else []
    code = (
        f"import runpy, sys; sys.path.insert(0, {str(archive)!r})\n"
        f"runpy.run_path({str(archive)!r}, run_name='__main__')\n"
        "import acme.telephony; print(acme.telephony.__file__)"
    )
    # -I: do not import from the current folder, which has the original files.
    out = run(code, "-I", *flags, **integry_live_sandbox.environment())
    assert "App not found" in out
    assert "app.pyz/acme/telephony" in out


def test_no_module_uses_its_file_name(copy):
    """No module of the core uses `__file__`, which differs in a zip file."""
    for path in copy("telephony").rglob("*.py"):
        assert "__file__" not in path.read_text(encoding="utf-8"), path
