# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Parsing and formatting of date-times, dates, UUIDs and files.

The parsers raise ValueError for a string that they could not format in the same way again. The converter then keeps
the string.
"""

import datetime
import io
import re
import sys
from typing import Any
from uuid import UUID

from .errors import InvalidRequest
from .types import File

_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d+))?([Zz]|[+-]\d\d:\d\d(?::\d\d)?)", re.ASCII)
#: Number of characters of a date-time in its most frequent form, `2024-01-02T03:04:05Z`.
_USUAL_LENGTH = 20
_READS_Z = sys.version_info >= (3, 11)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_datetime(value: str, _: Any = None) -> datetime.datetime:
    """Parse an RFC 3339 date-time. Digits beyond microseconds are dropped.

    A date-time without a time zone is rejected, because `format_datetime` could not write it.

    Raises:
        ValueError: If the string is not a date-time, or Python cannot represent it.
    """
    if len(value) == _USUAL_LENGTH and value[10] + value[13] + value[16] + value[19] == "T::Z" and value[7] == "-":
        # fromisoformat() alone takes a third of the time of the regular expression below.
        return datetime.datetime.fromisoformat(value if _READS_Z else value[:19] + "+00:00")
    match = _DATETIME.fullmatch(value)
    if match is None:
        message = f"not a date-time: {value!r}"
        raise ValueError(message)
    date, time, fraction, zone = match.groups()
    # fromisoformat() of Python < 3.11 reads only three or six digits of a second, and not `Z`.
    offset = "+00:00" if zone in "Zz" else zone
    return datetime.datetime.fromisoformat(f"{date}T{time}.{(fraction or '')[:6]:<06}{offset}")


def format_datetime(value: datetime.datetime) -> str:
    """Format a date-time as in RFC 3339.

    Raises:
        InvalidRequest: If the date-time has no time zone.
    """
    if value.utcoffset() is None:
        message = f"{value!r} has no time zone: give it one, for example datetime.timezone.utc"
        raise InvalidRequest(message)
    return value.isoformat()


def parse_date(value: str, _: Any) -> datetime.date:
    """Parse a date, as YYYY-MM-DD.

    Raises:
        ValueError: If the string is not a date in this format. Python >= 3.11 accepts others, such as YYYYMMDD.
    """
    if not _DATE.fullmatch(value):
        message = f"not a date: {value!r}"
        raise ValueError(message)
    return datetime.date.fromisoformat(value)


def parse_uuid(value: str, _: Any) -> Any:
    """Parse a UUID in the format of str(UUID). Return other strings unchanged, such as a UUID in braces."""
    result = UUID(value) if isinstance(value, str) else None
    return result if str(result) == str(value).lower() else value


def parse_file(value: Any, _: Any = None) -> Any:
    """Return bytes as a File, and other values unchanged."""
    return File(payload=io.BytesIO(value)) if isinstance(value, bytes) else value
