"""Lazy imports happen under the lock that os.fork() waits for, and not at all after preload()."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import integry
from integry import preload
from integry._lazy import CORE
from tests.spec_document import ROOT

PACKAGE = Path(integry.__file__).parent

#: A program that calls each operation. It prints the modules that are imported while `_lazy.import_lock` is not held.
#: With the argument "preload", it prints all modules that are imported after preload().
PROGRAM = """
import sys

import integry
from integry import _lazy

with_preload = sys.argv[1] == "preload"
client, organisation = integry.Integry(), integry.Organisation("0192202e-b6f3-7d23-8025-3f60675cc031")
if with_preload:
    integry.preload()

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("integry.") and (with_preload or not _lazy.import_lock._is_owned()):
            print(name)

sys.meta_path.insert(0, Finder())
client.functions.call("slack-post-message", {"channel": "random", "text": "hi"})
list(client.functions.call_pages("slack-list-conversations", {}))
client.functions.get("slack-post-message", include="meta")
client.functions.list()
client.functions.predict("post a message")
client.apps.list()
account = client.apps.connected_accounts("slack")[0]
client.with_raw_response.apps.get("slack")
client.request("POST", "/apps/list/", json={})
client.apps.disconnect("slack", connected_account_id=account.id)
try:
    client.functions.call("slack-post-message", {})
except integry.FunctionCallError:
    pass
organisation.integrations.create("n", "https://x.test/a.json")
(integration,) = organisation.integrations.list()
organisation.integrations.settings(integration.id).list()
organisation.integrations.channel(integration.id, "c").settings.list()
organisation.custom_integrations.list()
organisation.with_raw_response.integrations.list()
try:
    organisation.slack.info()
except integry.IntegryError:
    pass
client.close()
organisation.close()
"""


@pytest.mark.parametrize("mode", ["lazily", "preload"])
def test_calls_import_modules_under_the_lock(mode, integry_live_sandbox):
    """Calls import modules only while they hold the import lock, and after preload() they import none."""
    integry_live_sandbox.connect("slack", user_id="123456")
    environment = {**os.environ, **integry_live_sandbox.environment(), "INTEGRY_USER_ID": "123456"}
    line = [sys.executable, "-c", PROGRAM, mode]
    done = subprocess.run(line, check=False, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert (done.stderr, done.stdout) == ("", "")


def test_preload_imports_every_module_of_the_core():
    """preload() imports each module of the core, which excludes the extras."""
    preload()
    names = {name for name in CORE if not (PACKAGE / f"{name}.py").exists()}
    files = [path for name in names for path in (PACKAGE / name).rglob("*.py")]
    modules = {".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in files}
    assert {f"integry.{name}" for name in modules if not name.endswith("__init__")} <= set(sys.modules)
