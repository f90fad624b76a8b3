"""The MCP server as `integry mcp --profile NAME`, started by the SDK's client."""

import os

import pytest

from tests.mcp.conftest import started

pytestmark = pytest.mark.mcp


@pytest.fixture
def configured(environment, tmp_path):
    """Return an environment without settings, and write a profile with them."""
    file = tmp_path / "config.toml"
    names = {"APP_KEY": "app-key", "APP_SECRET": "app-secret", "USER_ID": "user", "BASE_URL": "base-url"}
    lines = [f'{name} = "{environment[f"INTEGRY_{variable}"]}"' for variable, name in names.items()]
    file.write_text("\n".join(["[work]", *lines, ""]), encoding="utf-8")
    file.chmod(0o600)
    rest = {name: value for name, value in environment.items() if not name.startswith("INTEGRY_")}
    return {**rest, "INTEGRY_CONFIG": str(file), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}


def test_a_client_starts_the_server_with_a_profile(environment, configured):
    """A client that passes no credentials lists and calls the functions of the profile's user."""
    import anyio

    line = ["-m", "integry", "mcp", "--profile", "work", "--names", "slack-post-message"]

    async def run():
        async with started(line, configured, secret=environment["INTEGRY_APP_SECRET"]) as client:
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == ["slack-post-message"]
            result = await client.call_tool("slack-post-message", {"channel": "random", "text": "Hi"})
            assert (result.is_error, result.structured_content["output"]["ok"]) == (False, True)

    anyio.run(run)
