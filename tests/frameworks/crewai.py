"""CrewAI."""

from crewai import LLM, Agent, Crew, Task

from tests.frameworks.harness import check, run_documented

def loop(tools, url, prompt):
    """Run a crew."""
    model = LLM(model="openai/fake", base_url=f"{url}/v1", api_key="fake")
    agent = Agent(role="Agent", goal="Help.", backstory="None.", llm=model, tools=tools)
    Crew(agents=[agent], tasks=[Task(description=prompt, expected_output="Text.", agent=agent)]).kickoff()


def call(tool, arguments):
    """Call a tool as the agent does."""
    return tool.run(**arguments)



if __name__ == "__main__":
    run_documented("tools/frameworks.md", "tests/frameworks/crewai.py", lambda url: {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "fake"})
    check("crewai", lambda toolbox: toolbox.as_crewai(), loop, call)
