"""The public names and parameters of the package. Every change here gets a line in CHANGELOG.md."""

import inspect
import re
import subprocess
import sys

import pytest

import integry
from integry import bulk, tools
from tests.spec_document import ROOT

NAMES = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "Acknowledgement",
    "App",
    "AppNotConnected",
    "AppPage",
    "AuthenticationError",
    "BadRequest",
    "ChannelSetting",
    "ConfigurationError",
    "Conflict",
    "ConnectedAccount",
    "CursorLoop",
    "CustomSetting",
    "Function",
    "FunctionCallError",
    "FunctionPage",
    "FunctionResult",
    "Integration",
    "IntegrationSetting",
    "Integry",
    "IntegryAuth",
    "IntegryError",
    "InvalidArguments",
    "InvalidRequest",
    "NetworkCodeError",
    "NotFound",
    "Organisation",
    "Page",
    "PermissionDenied",
    "RateLimited",
    "RawResponse",
    "ResponseDecodeError",
    "ServerError",
    "SlackInfo",
    "SlackToken",
    "UnprocessableEntity",
    "UnusableResult",
    "errors",
    "preload",
    "sign",
    "tags",
]
PARAMETERS = {
    "integry.Integry": "app_key app_secret user_id base_url timeout deadline max_retries max_response_bytes session "
    "strict_tags allow_workspace_connected_accounts integration_id default_headers allow_insecure proxies verify cert "
    "log_bodies on_request on_response",
    "integry.Organisation": "organisation_id token base_url timeout deadline max_retries max_response_bytes session "
    "allow_insecure default_headers proxies verify cert log_bodies on_request on_response",
    "integry.preload": "",
    "integry.IntegryAuth": "app_key app_secret user_id",
    "integry.sign": "app_secret user_id",
    "integry.tags.find": "value",
    "integry.tags.missing": "value variables",
    "integry.tags.substitute": "value variables",
    "client.request": "method path user_id params json options",
    "client.for_user": "user_id",
    "client.with_options": "options",
    "client.sign": "user_id",
    "client.close": "",
    "client.apps.list": "user_id connected_only search page_size cursor cursor_name options",
    "client.apps.get": "name user_id options",
    "client.apps.is_connected": "name user_id options",
    "client.apps.connected_accounts": "name user_id options",
    "client.apps.connect_url": "name user_id options",
    "client.apps.wait_until_connected": "name user_id timeout poll known",
    "client.apps.disconnect": "name user_id connected_account_id force options",
    "client.functions.list": "user_id app type connected_only include search cursor cursor_name options",
    "client.functions.get": "name user_id prompt variables include allow_workspace_connected_accounts options",
    "client.functions.predict": "prompt user_id predict_arguments variables include connected_only options",
    "client.functions.call": "name arguments user_id variables connected_account_id cursor cursor_name strict_tags "
    "allow_workspace_connected_accounts integration_id options",
    "client.functions.call_pages": "name arguments user_id variables connected_account_id cursor cursor_name "
    "strict_tags allow_workspace_connected_accounts integration_id options",
    "client.functions.call_items": "name arguments user_id variables connected_account_id items cursor cursor_name "
    "strict_tags allow_workspace_connected_accounts integration_id options",
    "client.functions.preview": "arguments variables function",
    "client.functions.passthrough": "app method url user_id body connected_account_id "
    "allow_workspace_connected_accounts integration_id options",
    "organisation.request": "method path params json options",
    "tools.Toolbox": "client apps names functions connected_only read_only variables accounts confirm connect_url "
    "optional search max_tools max_output",
    "toolbox.run": "name arguments",
    "toolbox.calls": "response",
    "toolbox.answer": "calls results",
    "toolbox.handle": "response",
    "toolbox.as_openai": "",
    "toolbox.as_openai_responses": "",
    "toolbox.as_anthropic": "",
    "toolbox.as_gemini": "",
    "toolbox.as_mistral": "",
    "toolbox.as_litellm": "",
    "toolbox.as_langchain": "",
    "toolbox.as_agent_framework": "",
    "toolbox.as_ag2": "",
    "toolbox.as_autogen": "",
    "toolbox.as_autogen_agentchat": "",
    "toolbox.as_crewai": "",
    "toolbox.as_dspy": "",
    "toolbox.as_google_adk": "",
    "toolbox.as_haystack": "",
    "toolbox.as_llamaindex": "",
    "toolbox.as_openai_agents": "",
    "toolbox.as_pydantic_ai": "",
    "toolbox.as_smolagents": "",
    "toolbox.as_strands": "",
    "tools.schema_of": "function",
    "organisation.integrations.create": "name json_url auth_credential integration_type options",
    "organisation.integrations.list": "options",
    "organisation.integrations.update": "integration_id name json_url auth_credential integration_type options",
    "organisation.integrations.delete": "integration_id options",
    "organisation.integrations.settings": "integration_id",
    "organisation.integrations.channel": "integration_id channel_id",
    "organisation.custom_integrations.create": "json_url options",
    "organisation.custom_integrations.list": "options",
    "organisation.custom_integrations.update": "integration_id json_url options",
    "organisation.custom_integrations.delete": "integration_id options",
    "organisation.custom_integrations.settings": "integration_id",
    "organisation.slack.exchange_token": "oauth_code options",
    "organisation.slack.info": "options",
    "bulk.run": "client calls workers window ordered journal sync repeat replay rate progress",
    "bulk.summary": "path",
    "bulk.Call": "function arguments variables user_id connected_account_id",
    "bulk.Outcome": "number call state result error",
    "bulk.RateLimit": "calls per burst clock",
}
ROOTS = {
    "bulk": bulk,
    "integry": integry,
    "client": integry.Integry("k", "s"),
    "organisation": integry.Organisation("o", "t"),
    "toolbox": tools.Toolbox(integry.Integry("k", "s", user_id="7"), functions=[]),
    "tools": tools,
}

#: Public attributes of a toolbox that are not methods.
PROPERTIES = {"estimated_tokens", "tools"}


def find(path):
    """Return the object at a path such as `client.apps.list`."""
    root, *names = path.split(".")
    found = ROOTS[root]
    for name in names:
        found = getattr(found, name)
    return found


def test_public_names_are_sorted_and_exist():
    """`integry.__all__` lists exactly the public names, in order, and each name can be imported."""
    assert integry.__all__ == NAMES == sorted(NAMES)
    assert [name for name in NAMES if not hasattr(integry, name)] == []


def test_public_names_of_bulk_are_sorted_and_exist():
    """`integry.bulk.__all__` lists exactly the public names, constants and classes first."""
    names = ["DONE", "FAILED", "UNKNOWN", "Call", "JournalError", "Limiter", "Outcome", "RateLimit", "run", "summary"]
    assert bulk.__all__ == names
    assert [name for name in names if not hasattr(bulk, name)] == []


@pytest.mark.parametrize("path", PARAMETERS)
def test_public_functions_have_these_parameters(path):
    """The parameters of each public function keep their names and their order."""
    assert " ".join(inspect.signature(find(path)).parameters) == PARAMETERS[path]


def test_resources_have_no_other_public_methods():
    """The resources of the clients have no public method that is not listed in this module."""
    resources = ("client.apps", "client.functions", "organisation.integrations", "organisation.custom_integrations")
    for path in (*resources, "toolbox"):
        methods = {name for name in dir(find(path)) if not name.startswith("_") and name not in PROPERTIES}
        listed = {each.split(".")[-1] for each in PARAMETERS if each.startswith(path + ".")}
        assert methods == listed, f"list the parameters of each method of {path} in tests/test_exports.py"


@pytest.mark.parametrize("path", [*PARAMETERS, *(f"integry.{name}" for name in NAMES)])
def test_everything_public_is_documented(path):
    """Every public name has a docstring, which describes each of its parameters."""
    doc = inspect.getdoc(find(path))
    assert doc
    # A method's docstring may refer to another method whose arguments are the same.
    same = re.search(r"[Aa]rguments (?:and errors )?as `(\w+)`", doc)
    if same:
        doc += inspect.getdoc(find(path.rpartition(".")[0] + "." + same.group(1)))
    assert [
        name for name in PARAMETERS.get(path, "").split() if f" {name}: " not in doc and f"**{name}: " not in doc
    ] == []


@pytest.mark.parametrize(
    "path",
    [
        "client.apps",
        "client.functions",
        "organisation.integrations",
        "organisation.integrations.settings",
        "organisation.integrations.channel",
        "organisation.custom_integrations",
        "organisation.custom_integrations.settings",
        "organisation.slack",
    ],
)
def test_raw_resources_have_all_methods(path):
    """Raw resources have the same methods, except those that send nothing or yield the items of several pages."""
    found, raw = find(path), find(path.replace(".", ".with_raw_response.", 1))
    if callable(found):
        ids = ["i"] * len(inspect.signature(found).parameters)
        found, raw = (getattr(each(*ids), "settings", each(*ids)) for each in (found, raw))
    public = {name for name in dir(found) if not name.startswith("_")}
    mirrored = {name for name in {*dir(raw), *vars(raw)} if not name.startswith("_")}
    assert mirrored == public - {"call_items", "preview"}, f"add the methods of {path} to integry/_resources/raw.py"


def test_public_names_are_imported_lazily():
    """Names are imported at their first use, and an unknown one raises AttributeError."""
    assert set(NAMES) <= set(dir(integry))
    assert all(getattr(integry, name) is not None for name in NAMES)
    with pytest.raises(AttributeError, match="module 'integry' has no attribute 'nonsense'"):
        integry.nonsense  # noqa: B018 (the access raises)
    code = "import sys, integry; integry.Integry('k', 's'); print('cattrs' in sys.modules, 'attr' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "False False\n"
