"""The modules that are the same in all clients. The generator copies them into each client."""
