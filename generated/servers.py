# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The servers of the document that a user can choose."""

from typing import Dict, Tuple

from ._servers import Server

#: The servers that a user can choose. The keys are the default server URLs of operations, which may differ.
SERVERS: Dict[str, Tuple[Server, ...]] = {}
