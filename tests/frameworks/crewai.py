"""CrewAI."""

import asyncio
import json

from crewai import LLM, Agent, Crew, Task

from integry.sandbox import Sandbox
from integry.tools import Toolbox
from tests.frameworks.harness import PROMPT, SLACK, check, replaced, run_documented
from tests.frameworks.provider import Provider, results_of


def loop(tools, url, prompt, **options):
    """Run a crew."""
    model = LLM(model="openai/fake", base_url=f"{url}/v1", api_key="fake")
    agent = Agent(role="Agent", goal="Help.", backstory="None.", llm=model, tools=tools, **options)
    Crew(agents=[agent], tasks=[Task(description=prompt, expected_output="Text.", agent=agent)], **options).kickoff()


def check_strict():
    """Let the model pass null for optional properties of inner objects, and JSON text for objects of any shape."""
    free = {"type": "object", "description": "Any"}
    item = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": ["null"]}}, "required": ["b"]}
    inner = {**item, "properties": {**item["properties"], "list": {"type": "array", "items": item}, "free": free}}
    closed = {"type": "object", "additionalProperties": False}
    properties = {
        "inner": inner,
        "free": free,
        "closed": closed,
        "flag": True,
        "frees": {"type": "array", "items": free},
    }
    nulls = {"a": None, "b": None}
    given = {
        "inner": {**nulls, "list": [nulls], "free": '{"c": null}'},
        "free": {"c": None},
        "closed": {},
        "flag": [None],
    }
    wanted = {"inner": {"b": None, "list": [{"b": None}], "free": {"c": None}}, "free": {"c": None}, "closed": {}}
    with Sandbox() as sandbox:
        sandbox.connect("slack", user_id="7")
        schema = {"type": "object", "properties": properties}
        sandbox.add_function("slack-inner", lambda call: call.arguments, app="slack", parameters=schema)
        (tool,) = Toolbox(sandbox.client(user_id="7"), names=["slack-inner"]).as_crewai()
        tool.run(**given, frees=['{"d": 1}', {}])
        assert sandbox.calls[-1].arguments == {**wanted, "flag": [None], "frees": [{"d": 1}, {}]}, sandbox.calls
        assert "InvalidArguments" in tool.run(free="no JSON")
        shown = tool.args_schema.model_json_schema()["properties"]["inner"]["anyOf"][0]["properties"]["free"]
        description = "Any (JSON text of an object)"
        assert shown == {"anyOf": [{"type": "string"}, {"type": "null"}], "description": description}, shown


def check_nulls_and_caches():
    """Let the model pass null for all optional parameters, and call an action and a query twice, with a cache."""
    with Sandbox() as sandbox, Provider() as provider:
        sandbox.connect("slack", user_id="7")
        toolbox = Toolbox(sandbox.client(user_id="7"), apps=["slack"])
        names = toolbox.tools[SLACK].parameters["properties"]
        for name, arguments, calls in (
            ("slack_post_message", {**dict.fromkeys(names), "channel": "random", "text": "Hi"}, 2),
            (
                "slack_list_conversations",
                dict.fromkeys(toolbox.tools["slack-list-conversations"].parameters["properties"]),
                1,
            ),
        ):
            before = len(sandbox.calls)
            provider.expect(name, arguments, times=2)
            loop(toolbox.as_crewai(), provider.url, PROMPT, cache=True)
            sent = [call.arguments for call in sandbox.calls[before:]]
            assert sent == [{key: value for key, value in arguments.items() if value is not None}] * calls, sent
            assert all('"ok":true' in result for result in results_of(provider.requests[-1]))


def check_undeclared():
    """Let the model pass arguments to functions that declare none, as JSON text in the parameter that it sees."""
    with Sandbox() as sandbox, Provider() as provider:
        sandbox.connect("slack", user_id="7")
        for schema in ({}, {"type": "object"}, {"type": "object", "additionalProperties": {"type": "integer"}}):
            sandbox.add_function("slack-free", lambda call: call.arguments, app="slack", parameters=schema)
            toolbox = Toolbox(sandbox.client(user_id="7"), names=["slack-free"])
            provider.expect("slack_free", {"arguments": '{"a": 1, "b-c": 2}'})
            loop(toolbox.as_crewai(), provider.url, PROMPT)
            assert list(provider.seen["properties"]) == provider.seen["required"] == ["arguments"], provider.seen
            (tool,) = toolbox.as_crewai()
            tool.run(arguments={"d": 3})
            tool.run(arguments=None)
            sent = [call.arguments for call in sandbox.calls[-3:]]
            assert sent == [{"a": 1, "b-c": 2}, {"d": 3}, {}], sent
            assert "InvalidArguments" in tool.run(arguments="no JSON")


def expected(schema):
    """Return a schema as CrewAI shows it: all properties are required, and optional ones accept null."""
    if not schema["properties"]:
        schema = {
            **schema,
            "properties": {"arguments": {"type": "object", "description": "The arguments of the function"}},
        }

    def convert(each):
        if not is_object(each):
            return each
        required, properties = each.get("required", []), each["properties"].items()
        inner = {name: text(value) for name, value in properties}
        return {
            **each,
            "properties": {name: each if name in required else nullable(each) for name, each in inner.items()},
        }

    return closed(replaced(schema, convert))


def text(schema):
    """Return the schema of JSON text for an object of any shape, and other schemas unchanged."""
    is_free = schema.get("type") == "object" and not schema.get("properties")
    description = f"{schema.get('description', '')} (JSON text of an object)".strip()
    return {"type": "string", "description": description} if is_free else schema


def is_object(schema):
    """Return True for the schema of an object with properties. A property may be called `properties`."""
    return schema.get("type") == "object" and "properties" in schema


def sent(arguments):
    """Return arguments as CrewAI sends them: a null of an optional parameter is left out, because it means nothing."""
    return {name: value for name, value in arguments.items() if value is not None}


def wrap(arguments):
    """Return what the model passes to a function without declared parameters."""
    return {"arguments": json.dumps(arguments)}


def nullable(schema):
    """Return an optional property as the adapter gives it to CrewAI."""
    if schema is True or not schema.keys() & {"type", "anyOf"}:
        return schema
    rest = {name: value for name, value in schema.items() if name != "description"}
    description = {"description": schema["description"]} if "description" in schema else {}
    return {"anyOf": [rest, {"type": "null"}], **description}


def closed(schema):
    """Return a schema in which objects have all properties and no others, as CrewAI's strict mode has it."""

    def convert(each):
        required = {"required": list(each["properties"])} if is_object(each) else {}
        return {**each, "additionalProperties": False, **required} if each.get("type") == "object" else each

    return replaced(schema, convert)


def call(tool, arguments):
    """Call a tool as the agent does."""
    return tool.run(**arguments)


def call_async(tool, arguments):
    """Call a tool in asyncio."""
    return asyncio.run(tool.arun(**arguments))


if __name__ == "__main__":
    run_documented(
        "tools/frameworks.md",
        "tests/frameworks/crewai.py",
        lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"},
        name="slack_post_message",
    )
    check_strict()
    check_nulls_and_caches()
    check_undeclared()
    check(
        "crewai",
        lambda toolbox: toolbox.as_crewai(),
        loop,
        call,
        expected=expected,
        sent=sent,
        wrap=wrap,
        identifiers=True,
    )
    check("crewai", lambda toolbox: toolbox.as_crewai(), loop, call_async, cases=[])
