"""The setting INTEGRY: a dict, which is read when a value is needed."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Dict, List, Mapping

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from .._secrets import Secret

#: The keys that hold credentials.
SECRET_KEYS = frozenset({"APP_KEY", "APP_SECRET", "ORGANISATION_TOKEN"})
#: The keys that hold a function, or its dotted path.
FUNCTION_KEYS = ("USER_ID", "CLIENT")
#: The keys with their defaults. The deadline is below the 30 s after which gunicorn kills a worker.
DEFAULTS: Mapping[str, Any] = {
    "APP_KEY": None,
    "APP_SECRET": None,
    "BASE_URL": None,
    "TIMEOUT": (3.0, 10.0),
    "DEADLINE": 20.0,
    "MAX_RETRIES": 2,
    "USER_ID": None,
    "CLIENT": None,
    "SDK_URL": None,
    "JS_OPTIONS": {},
    "ORGANISATION_TOKEN": None,
    "ORGANISATION_BASE_URL": None,
}


def read(key: str) -> Any:
    """Return the value of a key of INTEGRY, or its default. Credentials are returned as a `Secret`.

    Raises:
        ImproperlyConfigured: If INTEGRY is not a dict, or has unknown keys.
    """
    problems = unknown_keys()
    if problems:
        raise ImproperlyConfigured(problems[0])
    value = getattr(settings, "INTEGRY", {}).get(key, DEFAULTS[key])
    return Secret(value) if key in SECRET_KEYS else value


def read_all(**keys: str) -> Dict[str, Any]:
    """Return the values of keys of INTEGRY, by other names: `read_all(timeout="TIMEOUT")`."""
    return {name: read(key) for name, key in keys.items()}


def unknown_keys() -> List[str]:
    """Return a message for each key of INTEGRY that does not exist, without its value."""
    found = getattr(settings, "INTEGRY", {})
    if not isinstance(found, Mapping):
        return [f"INTEGRY must be a dict, got {type(found).__name__}"]
    return [_unknown(str(key)) for key in found if key not in DEFAULTS]


def _unknown(key: str) -> str:
    nearest = get_close_matches(key.upper(), DEFAULTS, n=1, cutoff=0)
    return f"INTEGRY has no key {key!r}. Did you mean {nearest[0]!r}? Keys are {', '.join(DEFAULTS)}."


def function(key: str) -> Any:
    """Return the function that a key of INTEGRY names; None without one.

    Raises:
        ImproperlyConfigured: If the path cannot be imported, or is not the path of a function.
    """
    value = read(key)
    if isinstance(value, str):
        try:
            value = import_string(value)
        except (ImportError, ValueError) as error:
            message = f"INTEGRY[{key!r}] cannot be imported: {error}"
            raise ImproperlyConfigured(message) from error
    if value is not None and not callable(value):
        message = f"INTEGRY[{key!r}] must be the dotted path of a function, got {type(value).__name__}"
        raise ImproperlyConfigured(message)
    return value
