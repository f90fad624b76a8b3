# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The servers of the document that can be chosen."""

from typing import Dict, Tuple

from ._servers import Server

#: The servers that can be chosen, by the default server URL of the operations that have them.
SERVERS: Dict[str, Tuple[Server, ...]] = {}
