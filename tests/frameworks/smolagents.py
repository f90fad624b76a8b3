"""smolagents: ToolCallingAgent."""

from smolagents import OpenAIModel, ToolCallingAgent
from smolagents.tools import validate_tool_arguments

from integry.tools._frameworks._base import TYPES
from tests.frameworks.harness import check, run_documented


def loop(tools, url, prompt):
    """Run an agent."""
    model = OpenAIModel("fake", api_base=f"{url}/v1", api_key="fake", client_kwargs={"max_retries": 0})
    ToolCallingAgent(tools, model, max_steps=2, verbosity_level=0).run(prompt)


def expected(schema):
    """Return a schema as smolagents shows it: types and descriptions for all, optional ones are nullable."""
    required = [name for name in schema["properties"] if name in schema.get("required", [])]
    properties = {name: shown(value, name in required) for name, value in schema["properties"].items()}
    return {"type": "object", "properties": properties, "required": required}


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
    check("smolagents", lambda toolbox: toolbox.as_smolagents(), loop, call, expected=expected, identifiers=True)
