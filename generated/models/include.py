# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from enum import Enum


class Include(str, Enum):
    """What a function can include more."""

    META = "meta"

    def __str__(self) -> str:
        return str(self.value)
