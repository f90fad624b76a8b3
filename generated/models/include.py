# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from enum import Enum


class Include(str, Enum):
    """The name of an additional field to return with each function."""

    META = "meta"

    def __str__(self) -> str:
        return str(self.value)
