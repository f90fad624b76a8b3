"""CrewAI."""

import asyncio

from crewai import LLM, Agent, Crew, Task

from tests.frameworks.harness import check, replaced, run_documented


def loop(tools, url, prompt):
    """Run a crew."""
    model = LLM(model="openai/fake", base_url=f"{url}/v1", api_key="fake")
    agent = Agent(role="Agent", goal="Help.", backstory="None.", llm=model, tools=tools)
    Crew(agents=[agent], tasks=[Task(description=prompt, expected_output="Text.", agent=agent)]).kickoff()


def expected(schema):
    """Return a schema as CrewAI shows it: all parameters are required, and optional ones accept null."""
    properties = {
        name: value if name in schema.get("required", []) else nullable(value)
        for name, value in schema["properties"].items()
    }
    return closed({**schema, "properties": properties, "required": list(properties)})


def sent(arguments):
    """Return arguments as CrewAI sends them: a null of an optional parameter is left out, because it means nothing."""
    return {name: value for name, value in arguments.items() if value is not None}


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
        required = {"required": list(each["properties"])} if "properties" in each else {}
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
    check("crewai", lambda toolbox: toolbox.as_crewai(), loop, call, expected=expected, sent=sent, identifiers=True)
    check("crewai", lambda toolbox: toolbox.as_crewai(), loop, call_async, cases=[])
