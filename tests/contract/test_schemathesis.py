"""The sandbox under Schemathesis, which makes requests of openapi.yaml, right ones and wrong ones, and finds nothing.

`make schemathesis` runs it alone: Schemathesis has an environment of its own, and takes its time.
"""

import json
import os
import subprocess
from collections import defaultdict
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import yaml

from integry import sign
from integry._generated.operations import OPERATIONS
from integry.sandbox import Sandbox
from integry.sandbox._http import HTTPError
from integry.sandbox._paging import cursor_at

from .conftest import ROOT, need

pytestmark = pytest.mark.contract

USER, CHANNEL = "123456", "random"
NULLABLE = ["object", "null"]
#: What the sandbox makes of that which the document leaves open. It may neither refuse more than this nor less.
OPEN = {
    "PageRequest": {"_cursor": {"enum": [None, "", cursor_at(1)]}},
    "PredictRequest": {"_variables": {"type": NULLABLE}},
    "GetFunctionRequest": {"prompt": {"type": ["string", "null"]}, "_variables": {"type": NULLABLE}},
    "CallRequest": {"_variables": {"type": NULLABLE}},
    "SlackTokenRequest": {"oauth_code": {"minLength": 1}},
    "CreateIntegrationRequest": {"name": {"minLength": 1}, "json_url": {"minLength": 1}},
    "UpdateIntegrationRequest": {"name": {"minLength": 1}, "json_url": {"minLength": 1}},
    "AddSettingRequest": {"form_field_label": {"minLength": 1}, "form_field_value": {"minLength": 1}},
    "UpdateSettingRequest": {"form_field_label": {"minLength": 1}, "form_field_value": {"minLength": 1}},
}
#: Arguments of Slack's functions. Guesses would seldom be right.
ARGUMENTS = [
    {"channel": "random", "text": "Hello, {name}!", "_variables": {"name": "John"}},
    {"limit": 1},
    {"limit": 1, "_cursor": cursor_at(1)},
    {"method": "GET", "url": "https://slack.com/api/conversations.list?limit=1"},
]


def document(known):
    """openapi.yaml as the sandbox serves it: from one server, and with what it leaves open.

    Args:
        known: By operation and by name, values of parameters that the sandbox knows; "" is every operation.
    """
    text = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    # Through JSON, as what has one anchor in YAML would change in all its places.
    found = json.loads(json.dumps(yaml.safe_load(text), default=str))
    schemas = found["components"]["schemas"]
    for name, properties in OPEN.items():
        for field, more in properties.items():
            schemas[name]["properties"][field].update(more)
    del schemas["PageRequest"]["properties"]["_cursor"]["$ref"]
    # Nothing is no change.
    schemas["UpdateSettingRequest"]["anyOf"] = [{"required": [f"form_field_{what}"]} for what in ("label", "value")]
    schemas["CallRequest"] = {"anyOf": [{"enum": ARGUMENTS}, schemas["CallRequest"]]}
    found["paths"] = dict(at_sandbox(path, item, found["components"], known) for path, item in found["paths"].items())
    return found


def at_sandbox(path, item, components, known):
    """A path of the sandbox, and its operations."""
    server, shared = item.pop("servers", [{"url": ""}])[0]["url"], item.pop("parameters", [])
    for operation in item.values():
        given = [resolved(each, components) for each in (*shared, *operation.get("parameters", []))]
        only = known.get(operation["operationId"], {})
        operation["parameters"] = [narrowed(each, only, known[""]) for each in given]
        if operation["operationId"] in ("list_functions", "get_function"):
            # No answer is documented to a body that is no object; the one to other functions is.
            operation["responses"]["400"] = {"$ref": "#/components/responses/CallRefused"}
    return urlsplit(server).path + path, item


def resolved(parameter, components):
    """A parameter, also if it is a reference."""
    return components["parameters"][parameter["$ref"].rpartition("/")[2]] if "$ref" in parameter else parameter


def narrowed(parameter, only, too):
    """A parameter with the only values that shall be sent, or with some that shall be sent too."""
    if parameter["name"] not in only:
        return {**parameter, "schema": schema_of(parameter, too)}
    kept = {name: value for name, value in parameter.items() if name != "example"}
    # To the sandbox an empty parameter of a query is none.
    empty = [""] if parameter["in"] == "query" else []
    return {**kept, "schema": {"enum": [*only[parameter["name"]], *empty]}}


def schema_of(parameter, values):
    """The schema of a parameter, with values that are known."""
    schema, name = parameter["schema"], parameter["name"]
    if name in ("organisation_id", "integration_id") and parameter["in"] == "path":
        # "Usually" UUIDs, in the sandbox always.
        schema = {**schema, "format": "uuid"}
    # No answer is documented to a query that does not fit. The sandbox takes no notice of it, as many servers.
    lax = [{"type": ["string", "array", "object"]}] if parameter["in"] == "query" else []
    return {"anyOf": [schema, *lax, *([{"enum": values[name]}] if name in values else [])]}


def seeded(sandbox):
    """Fill a sandbox, for some of it to be left when some is deleted; gives what `document` wants."""
    org = sandbox.organisation()
    slack = sandbox.connect("slack")
    kept = org.integrations.create("kept", "https://seed.example")
    for number in range(20):
        url = f"https://seed.example/{number}"
        org.custom_integrations.create(url)
        made = org.integrations.create("name", url)
        org.integrations.settings(made.id).add("label", "value")
        org.integrations.channel(kept.id, CHANNEL).settings.add("label", url)
        sandbox.connect("hubspot")
    settings = org.integrations.channel(kept.id, CHANNEL).settings.list()
    integrations = [*org.integrations.list(), *org.custom_integrations.list()]
    # Such a setting is found by its four ids only.
    setting = {
        "organisation_id": [org.organisation_id],
        "integration_id": [kept.id],
        "channel_id": [CHANNEL],
        "setting_id": [each.id for each in settings],
    }
    functions = ["slack-post-message", "slack-list-conversations", "slack-passthrough-request"]
    return {
        "": {
            "organisation_id": [org.organisation_id],
            "integration_id": [each.id for each in integrations if each.id != kept.id],
            "channel_id": [CHANNEL],
        },
        "update_channel_setting": setting,
        "delete_channel_setting": setting,
        "call_function": {"function_name": functions, "connected_account_id": [slack.id]},
        "disconnect_account": {
            "connected_account_id": [each.id for each in sandbox.client().apps.connected_accounts("hubspot")]
        },
    }


def counting(sandbox):
    """Count the answers of a sandbox, by operation and by status."""
    answer, routes = sandbox.application.answer, sandbox.application.routes
    counts = defaultdict(lambda: defaultdict(int))

    def counted(request):
        found = answer(request)
        with suppress(HTTPError):
            counts[routes.find(request.method, request.path)[0].name][found.status] += 1
        return found

    sandbox.application.answer = counted
    return counts


@pytest.fixture
def sandbox():
    """A sandbox for one run."""
    with Sandbox() as served:
        yield served


@pytest.fixture
def run(sandbox, tmp_path):
    """Run Schemathesis with options; gives its status and what it printed."""
    program = need(ROOT / ".cache" / "schemathesis" / "bin" / "schemathesis", "schemathesis")
    (tmp_path / "openapi.json").write_text(json.dumps(document(seeded(sandbox))), encoding="utf-8")
    environment = {
        **os.environ,
        "APP_KEY": sandbox.app_key,
        "USER_ID": USER,
        "HASH": sign(sandbox.app_secret, USER),
        "TOKEN": sandbox.organisation_token,
    }
    command = [str(program), "--config-file", str(ROOT / "tests" / "contract" / "schemathesis.toml")]
    same = ["--generation-deterministic"] if os.environ.get("CI") else []

    def start(*options):
        found = subprocess.run(
            [*command, "run", "openapi.json", "--url", sandbox.url, *same, *options],
            env=environment,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return found.returncode, found.stdout

    return start


def test_the_sandbox_is_as_documented(run, sandbox):
    """No request makes it fail, or answer what is not documented; each operation succeeded, and refused."""
    answers = counting(sandbox)
    status, printed = run("--max-examples", "100")
    assert status == 0, printed
    assert answers.keys() == OPERATIONS.keys()
    assert [name for name, counts in answers.items() if not any(status < 300 for status in counts)] == []
    assert [name for name, counts in answers.items() if not any(status >= 400 for status in counts)] == []


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ({"status": 500, "body": {}}, "ST101"),
        ({"status": 200, "body": {"id": "x"}}, "ST108"),
        ({"status": 418, "body": {}}, "ST103"),
        ({"status": 404, "body": "<p>"}, "ST105"),
    ],
)
def test_it_notices(run, sandbox, fault, found):
    """A sandbox that fails, or answers what is not documented: the test above can fail."""
    sandbox.fail(path="/get/", times=10**6, **fault)
    status, printed = run("--include-operation-id", "get_app", "--max-examples", "5")
    assert status == 1
    assert found in printed
