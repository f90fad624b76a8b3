"""smolagents: ToolCallingAgent."""

from smolagents import OpenAIModel, ToolCallingAgent
from smolagents.tools import validate_tool_arguments

from tests.frameworks.harness import check, run_documented

def loop(tools, url, prompt):
    """Run an agent."""
    model = OpenAIModel("fake", api_base=f"{url}/v1", api_key="fake", client_kwargs={"max_retries": 0})
    ToolCallingAgent(tools, model, max_steps=2, verbosity_level=0).run(prompt)


def call(tool, arguments):
    """Call a tool as the agent does."""
    validate_tool_arguments(tool, arguments)
    return tool(**arguments, sanitize_inputs_outputs=True)



if __name__ == "__main__":
    run_documented("tools/frameworks.md", "tests/frameworks/smolagents.py", lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"})
    check("smolagents", lambda toolbox: toolbox.as_smolagents(), loop, call, identifiers=True)
