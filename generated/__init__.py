# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""A client library for accessing the Integry and organisation-integrations APIs"""

from .client import AuthenticatedClient, Client

__all__ = ("AuthenticatedClient", "Client")
