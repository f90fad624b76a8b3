# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The operations: one package for each tag, one module for each operation."""
