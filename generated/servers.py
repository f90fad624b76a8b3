# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The servers of the document that can be chosen."""

from typing import Dict, Tuple

from ._servers import Server

#: The servers of operations by the URL that they use by default.
SERVERS: Dict[str, Tuple[Server, ...]] = {}
