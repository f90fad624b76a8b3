# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The operations tagged "connected_accounts"."""
