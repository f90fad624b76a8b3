# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Operations with the tag "integration_settings"."""
