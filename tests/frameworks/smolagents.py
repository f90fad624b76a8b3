"""smolagents: ToolCallingAgent, and CodeAgent, whose model writes Python code."""

import json

from smolagents import CodeAgent, OpenAIModel, ToolCallingAgent
from smolagents.tools import validate_tool_arguments

from integry.sandbox import Sandbox
from integry.tools import Toolbox
from integry.tools._frameworks._base import TYPES
from integry.tools._names import identifier_names
from tests.frameworks.harness import PROMPT, SLACK, check, run_documented
from tests.frameworks.provider import Provider
from tests.tools.schemas import NASTY, NASTY_ARGUMENTS

#: Code that calls tools by name and by position, and uses the fields of a result.
CODE = """
first = slack_post_message("random", text="Hi")
second = slack_post_message("random", first["output"]["message"]["text"] + "!")
refused = slack_post_message(text="Hi", user_id="8")
nasty = slack_nasty(**NASTY)
try:
    slack_post_message("random", channel="general")
except TypeError as error:
    message = str(error)
final_answer([first["ok"], second["ok"], refused["error"]["type"], nasty["ok"], message, str(refused)])
"""


def model_of(url):
    """Return a model of the fake provider."""
    return OpenAIModel("fake", api_base=f"{url}/v1", api_key="fake", client_kwargs={"max_retries": 0})


def loop(tools, url, prompt):
    """Run an agent."""
    ToolCallingAgent(tools, model_of(url), max_steps=2, verbosity_level=0).run(prompt)


def check_code_agent():
    """Let the model of a CodeAgent call tools from code."""
    new = identifier_names(NASTY["properties"])
    arguments = {new[name]: value for name, value in NASTY_ARGUMENTS.items()}
    with Sandbox() as sandbox, Provider() as provider:
        sandbox.connect("slack", user_id="7")
        sandbox.add_function("slack-nasty", lambda call: call.arguments, app="slack", parameters=NASTY)
        tools = Toolbox(sandbox.client(user_id="7"), names=[SLACK, "slack-nasty"]).as_smolagents()
        assert list(tools[0].inputs)[:2] == ["channel", "text"]
        provider.texts = [f"<code>{CODE.replace('NASTY', repr(arguments))}</code>"]
        agent = CodeAgent(tools, model_of(provider.url), max_steps=1, verbosity_level=0)
        *found, message, text = agent.run(PROMPT)
        assert found == [True, True, "InvalidArguments", True], found
        assert message.startswith("slack_post_message() takes these arguments, each of them once: channel, text, ")
        assert json.loads(text)["error"]["arguments"] == {"user_id": "is not an argument of the function"}
        sent = [call.arguments for call in sandbox.calls]
        assert [each.get("text") for each in sent] == ["Hi", "Hi!", None], sent
        assert sent[2] == NASTY_ARGUMENTS


def expected(schema):
    """Return a schema as smolagents shows it: types and descriptions for all, optional ones are nullable."""
    if not schema["properties"]:
        schema = {"properties": {"arguments": {"type": "object", "description": "The arguments of the function"}}}
    required = [name for name in schema["properties"] if name in schema.get("required", [])]
    properties = {name: shown(value, name in required) for name, value in schema["properties"].items()}
    return {"type": "object", "properties": properties, "required": required}


def wrap(arguments):
    """Return what the model passes to a function without declared parameters."""
    return {"arguments": arguments}


def shown(schema, is_required):
    """Return a property as smolagents shows it. A choice of schemas becomes a list of types."""
    schema = {} if schema is True else dict(schema)
    branches = schema.pop("anyOf", None)
    if branches:
        schema["type"] = sorted(branch["type"] for branch in branches)
    types = schema.setdefault("type", TYPES)
    schema["type"] = sorted(types) if isinstance(types, list) else types
    if "array" in types:
        schema = {"items": {}, **schema}
    return {"description": "", **schema, **({} if is_required else {"nullable": True})}


def call(tool, arguments):
    """Call a tool as the agent does."""
    validate_tool_arguments(tool, arguments)
    return tool(**arguments, sanitize_inputs_outputs=True)


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/smolagents.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
        name="slack_post_message",
    )
    check_code_agent()
    check(
        "smolagents",
        lambda toolbox: toolbox.as_smolagents(),
        loop,
        call,
        expected=expected,
        wrap=wrap,
        identifiers=True,
    )
