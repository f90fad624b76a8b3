# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""A client library for accessing Integry and organisation integrations"""

from .client import AuthenticatedClient, Client

__all__ = ("AuthenticatedClient", "Client")
