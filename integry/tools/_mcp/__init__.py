"""The MCP server: the modules that alone import the packages of the extra `mcp`."""
