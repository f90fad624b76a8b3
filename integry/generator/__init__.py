"""Generate an API client on requests, attrs and cattrs from an OpenAPI document: `python -m integry.generator`."""
