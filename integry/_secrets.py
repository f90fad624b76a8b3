"""Hiding secrets in what people see: messages, logs, the bodies that errors carry."""

from __future__ import annotations

import json
import logging
import re
from typing import Any, Callable, Iterable, Iterator, List, Tuple
from urllib.parse import quote, quote_plus

#: Shorter secrets are masked as whole words only: anything else would garble the text.
SHORT_SECRET = 6
MASK = "***"

_NAMES = (
    "access[_-]?token|api[_-]?key|app[_-]?key|app[_-]?secret|auth[_-]?credential|authorization|client[_-]?secret|hash|"
    "oauth[_-]?code|password|refresh[_-]?token|secret|token"
)
_NAME = re.compile(_NAMES, re.IGNORECASE)
#: A field of a JSON text. The text may be cut short inside its value. A run of plain characters is one step: each step
#: takes memory.
_FIELD = re.compile(
    rf'("(?:{_NAMES})"\s*:\s*)("(?!")[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|-?\d[\d.eE+-]*)',
    re.IGNORECASE | re.DOTALL,
)
#: A parameter of a query or a form.
_PARAMETER = re.compile(rf"\b((?:{_NAMES})=)[^&\s\"'<>]+", re.IGNORECASE)
#: Hashes, which are made for each user and so not known here; URLs that are secrets, as Slack's webhooks are.
_SHAPES = re.compile(r"\b[0-9a-f]{64}\b|(?<=://)[^/@\s\"']+(?=@)|https:\\?/\\?/hooks\.slack\.com\b[^\s\"']*")
#: What servers say of a credential, unlike a credential: words without digits.
_REMARK = re.compile(r"[^\d]{0,15}|.*\s.*", re.DOTALL)


class Mask:
    """Knows secrets, and hides them.

    Args:
        secrets: The secrets. Short ones are hidden where they stand alone.
    """

    __slots__ = ("_hidden", "_secrets")

    def __init__(self, secrets: Iterable[str]) -> None:
        known = tuple(secrets)
        forms: List[str] = sorted({form for each in known for form in _forms(each)}, key=len, reverse=True)
        # Functions, which show nothing of them, whoever looks at a mask.
        self._secrets: Callable[[], Tuple[str, ...]] = lambda: known
        self._hidden = re.compile("|".join(map(_found, forms)) or r"(?!)").sub

    def __reduce__(self) -> Any:
        message = "What hides secrets cannot be pickled: it knows them"
        raise TypeError(message)

    def text(self, text: str) -> str:
        """A text without secrets: those that are known, and the values of fields that are named like secrets."""
        text = _FIELD.sub(rf'\g<1>"{MASK}"', self._hidden(MASK, text))
        return _SHAPES.sub(MASK, _PARAMETER.sub(rf"\g<1>{MASK}", text))

    def value(self, value: Any) -> Any:
        """A copy of a JSON value that a server answered, without secrets.

        Of fields that are named like secrets it keeps remarks, such as "required".
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(name)): self._field(name, part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.value(part) for part in value]
        return MASK if str(value) in self._secrets() else value

    def _field(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and _NAME.fullmatch(name) and not _REMARK.fullmatch(value):
            return MASK
        return self.value(value)

    def knowing(self, body: str) -> Mask:
        """A mask that knows also what a request's JSON body has in fields that are named like secrets."""
        try:
            found = list(_named(json.loads(body)))
        except (ValueError, RecursionError):
            return self
        return Mask((*self._secrets(), *found)) if found else self


def _named(value: Any) -> Iterator[str]:
    """The texts and numbers in fields that are named like secrets."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        if _NAME.fullmatch(str(name)) and isinstance(part, (str, int)) and part != "":
            yield str(part)
        yield from _named(part)


def _forms(secret: str) -> Iterable[str]:
    """A secret as it may stand in a text: as it is, in JSON, in a URL."""
    # Lone surrogates too: a body may carry them.
    quoted = [write(secret, safe="", errors="surrogatepass") for write in (quote, quote_plus)]
    return secret, json.dumps(secret)[1:-1], *quoted


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
