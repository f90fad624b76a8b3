"""Formats of texts: dates, email addresses and URIs. All patterns here are this package's or Django's own."""

from __future__ import annotations

import re
from datetime import datetime
from datetime import timezone as fixed
from typing import Callable, Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})([Tt ])([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]{1,6})?)?(Z|z|[+-][0-9]{2}:[0-9]{2})?"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def check_date(text: str) -> str:
    """Return a date of ISO 8601."""
    try:
        is_date = _DATE.fullmatch(text) and parse_date(text)
    except ValueError:
        is_date = None
    if not is_date:
        message = gettext_lazy("Enter a valid date.")
        raise ValidationError(message, code="invalid")
    return text


def check_date_time(text: str) -> str:
    """Return a date and time of RFC 3339: as typed if it has a zone, or else with the zone of the project or user."""
    parts = _DATE_TIME.fullmatch(text)
    try:
        found = parse_datetime(f"{parts[1]}T{parts[3]}{parts[4] or ':00'}{(parts[5] or '').upper()}") if parts else None
    except ValueError:
        found = None
    if parts is None or found is None:
        raise ValidationError(gettext_lazy("Enter a valid date/time."), code="invalid")
    if found.tzinfo is not None:
        return text if parts[4] and parts[2] != " " else found.isoformat()
    return _with_zone(found).isoformat()


def _with_zone(value: datetime) -> datetime:
    """Return a local time with its zone. A time that a change of the clocks skips or repeats is refused."""
    zone = timezone.get_current_timezone()
    try:
        found = timezone.make_aware(value, zone)
        is_real = found.astimezone(fixed.utc).astimezone(zone).replace(tzinfo=None) == value
        if is_real and found.utcoffset() == found.replace(fold=1).utcoffset():
            return found
    except Exception:  # noqa: BLE001, S110 (pytz, which Django 4.2 may use, raises its own exceptions; others overflow)
        pass
    message = gettext_lazy("%(datetime)s does not exist in the time zone %(zone)s, or exists twice: add an offset.")
    raise ValidationError(message, "ambiguous_timezone", {"datetime": value, "zone": zone})


def check_email(text: str) -> str:
    """Return an email address."""
    validate_email(text)
    return text


def check_uri(text: str) -> str:
    """Return a URI with a scheme. A web address needs a host."""
    try:
        parts = urlsplit(text) if _URI.fullmatch(text) else None
    except ValueError:
        parts = None
    if parts is None or (parts.scheme in ("http", "https", "ftp") and not parts.hostname):
        message = gettext_lazy("Enter a valid URL, with its scheme: https://example.com.")
        raise ValidationError(message, code="invalid")
    return text


#: The functions that check a text, by the format in its schema.
CHECKS: Mapping[str, Callable[[str], str]] = {
    "date": check_date,
    "date-time": check_date_time,
    "email": check_email,
    "idn-email": check_email,
    "iri": check_uri,
    "uri": check_uri,
    "url": check_uri,
}
