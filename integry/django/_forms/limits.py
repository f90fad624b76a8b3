"""Limits of numbers and lengths in schemas, which may be any JSON values."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from django.core import validators
from django.utils.translation import gettext_lazy


def length_of(value: Any) -> Optional[int]:
    """Return a limit of a length; None if it is not a number."""
    return int(value) if _is_number(value) and value == value and abs(value) < 2**63 else None  # noqa: PLR0124 (NaN)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class _Above(validators.BaseValidator):
    """A lower limit that is not itself allowed."""

    message = gettext_lazy("Ensure this value is greater than %(limit_value)s.")
    code = "min_value"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a <= b)


class _Below(validators.BaseValidator):
    """An upper limit that is not itself allowed."""

    message = gettext_lazy("Ensure this value is less than %(limit_value)s.")
    code = "max_value"

    def compare(self, a: Any, b: Any) -> bool:
        return bool(a >= b)


_LIMITS = {
    "minimum": validators.MinValueValidator,
    "maximum": validators.MaxValueValidator,
    "exclusiveMinimum": _Above,
    "exclusiveMaximum": _Below,
}


def limits_of(schema: Mapping[str, Any]) -> List[Any]:
    """Return validators for the limits of a number."""
    return [check(schema[name]) for name, check in _LIMITS.items() if _is_number(schema.get(name))]
