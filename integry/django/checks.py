"""System checks of the setting INTEGRY. They send nothing."""

from __future__ import annotations

import os
import re
from typing import Any, Iterator, List, Sequence, Union

from django.apps.config import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from .._base_url import is_loopback_url
from . import _settings

#: Names of options of the browser SDK that only a secret can have.
_SECRET_NAME = re.compile(r"secret|password|token", re.IGNORECASE)
Messages = List[checks.CheckMessage]


@checks.register("integry")
def check_settings(app_configs: Union[Sequence[AppConfig], None] = None, **_: Any) -> Messages:  # noqa: ARG001 (Django passes it by name)
    """Return the errors and warnings about INTEGRY. Values are not shown, because they may be secrets."""
    found: Messages = [checks.Error(problem, id="integry.E001") for problem in _settings.unknown_keys()]
    if found:
        return found
    return [*_missing(), *_not_importable(), *_secrets(), *_insecure(), *_opener()]


def _missing() -> Iterator[checks.CheckMessage]:
    if _settings.read("CLIENT") is not None:
        return
    for key in ("APP_KEY", "APP_SECRET"):
        if not (_settings.read(key) or os.environ.get(f"INTEGRY_{key}")):
            message = f"INTEGRY has no {key}, and the environment no INTEGRY_{key}."
            yield checks.Error(message, hint="Read it from the environment or a secret store.", id="integry.E002")


def _not_importable() -> Iterator[checks.CheckMessage]:
    for problem in map(_import_problem, _settings.FUNCTION_KEYS):
        if problem:
            yield checks.Error(problem, hint="Give the dotted path of a function.", id="integry.E003")


def _import_problem(key: str) -> str:
    try:
        _settings.function(key)
    except ImproperlyConfigured as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 (a module may raise any exception when it is imported)
        return f"INTEGRY[{key!r}] cannot be imported: its module raised {type(error).__name__}"
    return ""


def _secrets() -> Iterator[checks.CheckMessage]:
    secrets = [_settings.read(key) for key in ("APP_SECRET", "ORGANISATION_TOKEN")]
    secrets = [secret.get_secret_value() for secret in secrets if secret]
    secrets += filter(None, map(os.environ.get, ("INTEGRY_APP_SECRET", "INTEGRY_ORGANISATION_TOKEN")))
    for path, value in _leaves("JS_OPTIONS", _settings.read("JS_OPTIONS")):
        name = path.rpartition(".")[2]
        if _SECRET_NAME.search(name) or any(str(secret) in str(value) for secret in secrets):
            message = f"INTEGRY[{_masked(path, secrets)!r}] is a secret, and every visitor of a page could read it."
            yield checks.Error(message, hint="Remove it: the browser needs only the user's hash.", id="integry.E004")


def _masked(path: str, secrets: List[str]) -> str:
    """Return a path for a message. A key may be a secret by mistake."""
    for secret in secrets:
        path = path.replace(str(secret), "***")
    return path


def _leaves(path: str, value: Any) -> Iterator[Any]:
    """Yield the path and the value of each key and value inside dicts and lists."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield path, name
            yield from _leaves(f"{path}.{name}", part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _leaves(path, part)
    else:
        yield path, value


def _insecure() -> Iterator[checks.CheckMessage]:
    variables = {
        "BASE_URL": "INTEGRY_BASE_URL",
        "ORGANISATION_BASE_URL": "INTEGRY_ORGANISATION_BASE_URL",
        "SDK_URL": "",
    }
    for key, variable in variables.items():
        url = str(_settings.read(key) or os.environ.get(variable, ""))
        if not settings.DEBUG and (url.lower().startswith("http:") or _is_loopback(url)):
            message = f"INTEGRY[{key!r}] is plain http, or a server on this machine, and DEBUG is off."
            hint = "Use https. A sandbox is for development and tests."
            yield checks.Warning(message, hint=hint, id="integry.W001")


def _is_loopback(url: str) -> bool:
    try:
        return is_loopback_url(url)
    except ValueError:
        return False


def _opener() -> Iterator[checks.CheckMessage]:
    policy = getattr(settings, "SECURE_CROSS_ORIGIN_OPENER_POLICY", None)
    if _settings.read("SDK_URL") and policy == "same-origin":
        message = (
            "With SECURE_CROSS_ORIGIN_OPENER_POLICY 'same-origin', which is Django's default, the popup of Integry's "
            "browser SDK never reports back."
        )
        hint = "Set SECURE_CROSS_ORIGIN_OPENER_POLICY = 'same-origin-allow-popups'."
        yield checks.Warning(message, hint=hint, id="integry.W002")
