"""Several copies in one process, and copies together with other packages named `integry`."""

from pathlib import Path

import pytest

import integry
from tests.contract.conftest import need
from tests.spec_document import ROOT

TWO = """
import logging, pickle, sys
import integry, old.telephony, new.telephony

DATA = {"id": 1, "name": "slack", "connected_accounts": []}
seen = []
class Seen(logging.Handler):
    def emit(self, record):
        seen.append(record.name)
logging.getLogger().addHandler(Seen())
logging.getLogger().setLevel("DEBUG")

agents, failures = [], []
for module in (integry, old.telephony, new.telephony):
    client = module.Integry(on_request=lambda request: agents.append(request.headers["User-Agent"].split()[0]))
    try:
        client.apps.get("nonsense")
    except Exception as error:
        failures.append(error)
assert len(set(agents)) == 2, agents
assert agents[1] == "integry-requests/0.0.9"
for module, error in zip((integry, old.telephony, new.telephony), failures):
    others = {integry, old.telephony, new.telephony} - {module}
    assert isinstance(error, module.NotFound)
    assert not any(isinstance(error, other.IntegryError) for other in others)
    assert type(pickle.loads(pickle.dumps(error))) is module.NotFound
    app = module.App.from_dict(DATA)
    assert type(pickle.loads(pickle.dumps(app))) is module.App
    assert module.App.from_dict(DATA) == app
    assert all(type(app) is not other.App for other in others)
assert {name for name in seen if "telephony" in name} == {"old.telephony", "new.telephony"}
assert "integry" in seen
assert integry.__file__ == sys.argv[1], integry.__file__
print("ok")
"""
VENDOR = """
import integry
from acme.telephony import Integry, __version__
assert not hasattr(integry, "Organisation")
client = Integry()
print(client.apps.get("slack").title, __version__, integry.__file__)
"""


def test_several_versions_can_be_used_in_one_process(copy, older_copy, run, integry_live_sandbox):
    """Several versions in one process have their own errors, models and loggers."""
    older_copy("old.telephony")
    copy("new.telephony")
    package_file = Path(integry.__file__)
    code = TWO.replace("sys.argv[1]", repr(str(package_file)))
    environment = {**integry_live_sandbox.environment(), "PYTHONPATH": str(package_file.parent.parent)}
    assert run(code, **environment) == "ok\n"


@pytest.mark.contract
def test_a_copy_works_with_the_vendors_sdk(copy, run, integry_live_sandbox):
    """A copy does not affect the vendor's SDK, which is named `integry` too."""
    python = need(ROOT / ".cache" / "vendor" / "bin" / "python", "vendor")
    copy(with_deps=True)
    title, version, path = run(VENDOR, python=python, **integry_live_sandbox.environment()).split()
    assert (title, version) == ("Slack", integry.__version__)
    assert ".cache/vendor" in path
