# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The operations, a package for each tag and a module for each operation."""
