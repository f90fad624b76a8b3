"""The operations of a client by tag: thin, typed methods."""
