# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from enum import Enum


class FunctionType(str, Enum):
    """The type of a function, which is a query, an action or a passthrough request."""

    ACTION = "ACTION"
    PASSTHROUGH = "PASSTHROUGH"
    QUERY = "QUERY"

    def __str__(self) -> str:
        return str(self.value)
