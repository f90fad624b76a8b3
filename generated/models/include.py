# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
from enum import Enum


class Include(str, Enum):
    """Additional fields of a function."""

    META = "meta"

    def __str__(self) -> str:
        return str(self.value)
