# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The security schemes of the document."""

from typing import Dict, TypedDict

from .auth import ApiKey, Bearer, Scheme, Token

#: The security schemes, by name.
SCHEMES: Dict[str, Scheme] = {
    "app_key": ApiKey("header", "App-Key"),
    "user_id": ApiKey("header", "User-ID"),
    "hash": ApiKey("header", "Hash"),
    "app_key_query": ApiKey("query", "app_key"),
    "user_id_query": ApiKey("query", "user_id"),
    "hash_query": ApiKey("query", "hash"),
    "bearer": Bearer(),
}
#: True if the document requires credentials for some operation.
IS_REQUIRED = True

#: The argument `credentials` of a client: the credential for each security scheme.
Credentials = TypedDict(
    "Credentials",
    {
        "app_key": Token,
        "user_id": Token,
        "hash": Token,
        "app_key_query": Token,
        "user_id_query": Token,
        "hash_query": Token,
        "bearer": Token,
    },
    total=False,
)
