# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from enum import Enum


class FunctionType(str, Enum):
    """What a function does; fetch, change, or pass a request through."""

    ACTION = "ACTION"
    PASSTHROUGH = "PASSTHROUGH"
    QUERY = "QUERY"

    def __str__(self) -> str:
        return str(self.value)
