"""Strings with a format: date-times, dates and UUIDs, and the bytes of files.

A string that another program could not read back in the same form raises ValueError, and stays a string.
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
#: Length of the usual form, `2024-01-02T03:04:05Z`.
_USUAL_LENGTH = 20
_READS_Z = sys.version_info >= (3, 11)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_datetime(value: str, _: Any = None) -> datetime.datetime:
    """Return a date-time that is written as in RFC 3339; digits beyond microseconds are dropped.

    One without a time zone is refused: it could not be sent back.

    Raises:
        ValueError: If it is not a date-time, or Python cannot represent it.
    """
    if len(value) == _USUAL_LENGTH and value[10] + value[13] + value[16] + value[19] == "T::Z" and value[7] == "-":
        # The usual form, in a third of the time.
        return datetime.datetime.fromisoformat(value if _READS_Z else value[:19] + "+00:00")
    match = _DATETIME.fullmatch(value)
    if match is None:
        message = f"not a date-time: {value!r}"
        raise ValueError(message)
    date, time, fraction, zone = match.groups()
    # Python 3.8 reads three or six digits and a numeric offset only.
    offset = "+00:00" if zone in "Zz" else zone
    return datetime.datetime.fromisoformat(f"{date}T{time}.{(fraction or '')[:6]:<06}{offset}")


def format_datetime(value: datetime.datetime) -> str:
    """Return a date-time as RFC 3339 writes it.

    Raises:
        InvalidRequest: If it has no time zone.
    """
    if value.utcoffset() is None:
        message = f"{value!r} has no time zone: give it one, for example datetime.timezone.utc"
        raise InvalidRequest(message)
    return value.isoformat()


def parse_date(value: str, _: Any) -> datetime.date:
    """Return a date.

    Raises:
        ValueError: If it is not a date, or is written in another of the forms that Python 3.11 reads.
    """
    if not _DATE.fullmatch(value):
        message = f"not a date: {value!r}"
        raise ValueError(message)
    return datetime.date.fromisoformat(value)


def parse_uuid(value: str, _: Any) -> Any:
    """Return a UUID, or the string if UUID would write it in another form: with braces, or without hyphens."""
    result = UUID(value) if isinstance(value, str) else None
    return result if str(result) == str(value).lower() else value


def parse_file(value: Any, _: Any = None) -> Any:
    """Return bytes as a File, and anything else as it is."""
    return File(payload=io.BytesIO(value)) if isinstance(value, bytes) else value
