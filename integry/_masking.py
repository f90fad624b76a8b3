"""Hiding secrets in what people see: messages, logs, the bodies that errors carry."""

from __future__ import annotations

import json
import logging
import re
from typing import Any, Iterable, List, Tuple
from urllib.parse import quote, quote_plus

#: Shorter secrets are masked as whole words only: anything else would garble the text.
SHORT_SECRET = 6
MASK = "***"

_NAMES = "access_token|api_key|app_key|app_secret|auth_credential|hash|oauth_code|password|refresh_token|secret|token"
#: A field of a JSON text whose value is no sentence. The text may be cut short inside it.
_FIELD = re.compile(rf'("(?:{_NAMES})"\s*:\s*")((?:[^"\\\s]|\\.)+)(?="|\Z)', re.IGNORECASE)
#: A parameter of a query or a form.
_PARAMETER = re.compile(rf"\b((?:{_NAMES})=)[^&\s\"'<>]+", re.IGNORECASE)
#: Hashes, which are made for each user and so not known here; URLs that are secrets, as Slack's webhooks are.
_SHAPES = re.compile(r"\b[0-9a-f]{64}\b|https:\\?/\\?/hooks\.slack\.com\b[^\s\"']*")


class Mask:
    """Knows secrets, and hides them.

    Args:
        secrets: The secrets. Short ones are hidden where they stand alone.
    """

    __slots__ = ("_pattern", "_secrets")

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets: Tuple[str, ...] = tuple(secrets)
        forms: List[str] = sorted({form for each in self._secrets for form in _forms(each)}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_found, forms)) or r"(?!)")

    def text(self, text: str) -> str:
        """A text without secrets."""
        text = self._pattern.sub(MASK, text)
        text = _FIELD.sub(rf"\g<1>{MASK}", text)
        return _SHAPES.sub(MASK, _PARAMETER.sub(rf"\g<1>{MASK}", text))

    def value(self, value: Any) -> Any:
        """A copy of a JSON value without secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(name)): self._field(name, part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.value(part) for part in value]
        return MASK if str(value) in self._secrets else value

    def _field(self, name: str, value: Any) -> Any:
        """The value of a field. That of a secret's is hidden, unless it is a sentence about it."""
        if isinstance(value, str) and _FIELD.match(f'"{name}":{json.dumps(value)}'):
            return MASK
        return self.value(value)

    def knowing(self, body: str) -> Mask:
        """A mask that knows the secrets in the fields of a JSON text too, to find them when they come back."""
        found = [value for _, value in _FIELD.findall(body)]
        return Mask((*self._secrets, *found)) if found else self


def _forms(secret: str) -> Iterable[str]:
    """A secret as it may stand in a text: as it is, in JSON, in a URL."""
    return secret, json.dumps(secret)[1:-1], quote(secret, safe=""), quote_plus(secret)


def _found(form: str) -> str:
    return re.escape(form) if len(form) >= SHORT_SECRET else rf"(?<!\w){re.escape(form)}(?!\w)"


class _SignedURLs(logging.Filter):
    """Hides the credentials in the URLs that urllib3 logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        parts = record.args if isinstance(record.args, tuple) else ()
        if any("hash=" in str(part) for part in parts):
            record.args = tuple(_PARAMETER.sub(rf"\g<1>{MASK}", str(part)) for part in parts)
        return True


_SIGNED_URLS = _SignedURLs()


def mask_signed_urls() -> None:
    """Let urllib3 log no credentials. It logs the URL of each request, and a few are signed there."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_SIGNED_URLS)
