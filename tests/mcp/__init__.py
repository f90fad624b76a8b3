"""Tests of the MCP server with clients of other projects (`make mcp`)."""
