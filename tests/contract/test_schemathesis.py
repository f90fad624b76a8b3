"""The sandbox under Schemathesis, which generates valid and invalid requests from openapi.yaml.

`make schemathesis` runs this module alone, because Schemathesis is slow and has an environment of its own.
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
#: Schemas that are stricter than openapi.yaml, where it is vague. The sandbox must refuse all values that these schemas
#: forbid.
STRICTER = {
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
#: Valid arguments of Slack's functions, which random generation would rarely find.
ARGUMENTS = [
    {"channel": "random", "text": "Hello, {name}!", "_variables": {"name": "John"}},
    {"limit": 1},
    {"limit": 1, "_cursor": cursor_at(1)},
    {"method": "GET", "url": "https://slack.com/api/conversations.list?limit=1"},
]


def document(known):
    """Return openapi.yaml as the sandbox serves it: with one server, and with the stricter schemas.

    Args:
        known: Parameter values that exist in the sandbox, by operation and by name; "" is every operation.
    """
    text = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    # Copy through JSON, because objects with a YAML anchor are shared.
    found = json.loads(json.dumps(yaml.safe_load(text), default=str))
    schemas = found["components"]["schemas"]
    for name, properties in STRICTER.items():
        for field, more in properties.items():
            schemas[name]["properties"][field].update(more)
    del schemas["PageRequest"]["properties"]["_cursor"]["$ref"]
    # An update needs at least one field.
    schemas["UpdateSettingRequest"]["anyOf"] = [{"required": [f"form_field_{what}"]} for what in ("label", "value")]
    schemas["CallRequest"] = {"anyOf": [{"enum": ARGUMENTS}, schemas["CallRequest"]]}
    found["paths"] = dict(at_sandbox(path, item, found["components"], known) for path, item in found["paths"].items())
    return found


def at_sandbox(path, item, components, known):
    """Return a path of the sandbox with its operations."""
    server, shared = item.pop("servers", [{"url": ""}])[0]["url"], item.pop("parameters", [])
    for operation in item.values():
        given = [resolved(each, components) for each in (*shared, *operation.get("parameters", []))]
        exclusive = known.get(operation["operationId"], {})
        operation["parameters"] = [narrowed(each, exclusive, known[""]) for each in given]
        if operation["operationId"] in ("list_functions", "get_function"):
            # openapi.yaml has no response to a body that is not an object, so add the error response of calls.
            operation["responses"]["400"] = {"$ref": "#/components/responses/CallRefused"}
    return urlsplit(server).path + path, item


def resolved(parameter, components):
    """Return a parameter, with a reference resolved."""
    return components["parameters"][parameter["$ref"].rpartition("/")[2]] if "$ref" in parameter else parameter


def narrowed(parameter, exclusive, also):
    """Return a parameter restricted to known values, or extended by them."""
    if parameter["name"] not in exclusive:
        return {**parameter, "schema": schema_of(parameter, also)}
    kept = {name: value for name, value in parameter.items() if name != "example"}
    # The sandbox treats an empty query parameter as missing.
    empty = [""] if parameter["in"] == "query" else []
    return {**kept, "schema": {"enum": [*exclusive[parameter["name"]], *empty]}}


def schema_of(parameter, values):
    """Return the schema of a parameter, extended by known values."""
    schema, name = parameter["schema"], parameter["name"]
    if name in ("organisation_id", "integration_id") and parameter["in"] == "path":
        # The document says "usually UUIDs". The sandbox requires them.
        schema = {**schema, "format": "uuid"}
    # openapi.yaml has no response to an invalid query. The sandbox ignores such a query, as many servers do.
    lenient = [{"type": ["string", "array", "object"]}] if parameter["in"] == "query" else []
    return {"anyOf": [schema, *lenient, *([{"enum": values[name]}] if name in values else [])]}


def seeded(sandbox):
    """Fill a sandbox with enough data for deletions, and return the known values for `document`."""
    org = sandbox.organisation()
    slack = sandbox.connect("slack")
    kept = org.integrations.create("kept", "https://seed.example")
    for number in range(20):
        url = f"https://seed.example/{number}"
        org.custom_integrations.create(url)
        integration = org.integrations.create("name", url)
        org.integrations.settings(integration.id).add("label", "value")
        org.integrations.channel(kept.id, CHANNEL).settings.add("label", url)
        sandbox.connect("hubspot")
    settings = org.integrations.channel(kept.id, CHANNEL).settings.list()
    integrations = [*org.integrations.list(), *org.custom_integrations.list()]
    # A channel setting is found by the combination of four ids only.
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
    """Count the responses of a sandbox by operation and status."""
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
    """Return a sandbox for one run."""
    with Sandbox() as served:
        yield served


@pytest.fixture
def run(sandbox, tmp_path):
    """Return a function that runs Schemathesis with options and returns exit status and output."""
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


def test_the_sandbox_conforms_to_the_document(run, sandbox):
    """No request causes a failure or an undocumented response.

    Each operation has both succeeded and refused requests.
    """
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
def test_violations_are_found(run, sandbox, fault, found):
    """Schemathesis finds errors that a fault injects, so the test of the sandbox can fail."""
    sandbox.fail(path="/get/", times=10**6, **fault)
    status, printed = run("--include-operation-id", "get_app", "--max-examples", "5")
    assert status == 1
    assert found in printed
