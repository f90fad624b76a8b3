"""Secrets: a value that does not show itself, and a mask for messages, logs and the bodies of errors."""

from __future__ import annotations

import json
import logging
import re
from contextlib import suppress
from typing import Any, Iterable, Iterator, List, Protocol, Union
from urllib.parse import quote, quote_plus

#: Shorter secrets, in characters, are masked as whole words only: anything else would garble the text.
SHORT_SECRET = 6
MASK = "***"

_NAMES = (
    "access[_-]?token|api[_-]?key|app[_-]?key|app[_-]?secret|auth[_-]?credential|authorization|client[_-]?secret|hash|"
    "oauth[_-]?code|password|refresh[_-]?token|secret|token"
)
_NAME = re.compile(_NAMES, re.IGNORECASE)
#: A field of a JSON text, which may be cut off inside its value. A run of plain characters is one step of the regular
#: expression: each step takes memory.
_FIELD = re.compile(
    rf'("(?:{_NAMES})"\s*:\s*)("(?!")[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|-?\d[\d.eE+-]*)',
    re.IGNORECASE | re.DOTALL,
)
#: A parameter of a query or a form.
_PARAMETER = re.compile(rf"\b((?:{_NAMES})=)[^&\s\"'<>]+", re.IGNORECASE)
#: Hashes, one for each user and so not known here; URLs that are secrets, such as Slack's webhooks.
_SHAPES = re.compile(r"\b[0-9a-f]{64}\b|(?<=://)[^/@\s\"']+(?=@)|https:\\?/\\?/hooks\.slack\.com\b[^\s\"']*")
#: A server's remark about a credential, such as "required": a few letters, or words.
_REMARK = re.compile(r"[^\d]{0,15}|.*\s.*", re.DOTALL)


class SecretValue(Protocol):
    """An object that holds a secret, such as pydantic's SecretStr or a `Secret`."""

    def get_secret_value(self) -> Union[str, bytes]:
        """Return the secret."""
        ...


#: A secret, as users pass it.
SecretText = Union[str, bytes, SecretValue]


class Secret:
    """A string that does not appear in reprs, logs, tracebacks and pickles. `get_secret_value` returns it.

    Args:
        value: The string; bytes are decoded as UTF-8, and objects with a method `get_secret_value`, such as pydantic's
            SecretStr, are asked for it. Anything else is kept for a message that names its type: see `type_error`.
    """

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        value = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        if isinstance(value, (bytes, bytearray)):
            # Other bytes are kept, for `type_error`.
            with suppress(UnicodeDecodeError):
                value = value.decode()
        self._value = value

    def get_secret_value(self) -> str:
        """Return the string, under the name that pydantic's SecretStr has for it."""
        value: Any = self._value
        return value  # type: ignore[no-any-return]  # see `type_error`

    def type_error(self) -> str:
        """Return the reason why the value cannot be a secret; empty if it can."""
        if isinstance(self._value, (bytes, bytearray)):
            return "must be text: its bytes are not UTF-8"
        return "" if isinstance(self._value, str) else f"must be a str or bytes, got {type(self._value).__name__}"

    def header_error(self) -> str:
        """Return the reason why the value cannot be sent in a header; empty if it can."""
        if self.type_error():
            return self.type_error()
        text = self.get_secret_value()
        if text == text.strip() and text.isascii() and text.isprintable():
            return ""
        # Not shown: it may be a secret but for a line break at its end.
        return "has a space or line break at its ends, or characters that no header can carry"

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __bool__(self) -> bool:
        return self._value is not None and not (isinstance(self._value, str) and self._value == "")

    def __deepcopy__(self, _: Any) -> Secret:
        # As of any immutable object.
        return self

    def __reduce__(self) -> Any:
        message = "Credentials cannot be pickled: create the client in the process that needs it"
        raise TypeError(message)


class Mask:
    """Hides secrets in texts and JSON values.

    Args:
        secrets: The secrets. Those of fewer than six characters are hidden as whole words only.
    """

    __slots__ = ("_hide", "_secrets")

    def __init__(self, secrets: Iterable[Union[Secret, str]]) -> None:
        self._secrets = tuple(map(Secret, secrets))
        forms: List[str] = sorted(
            {form for each in self._secrets for form in _forms(each.get_secret_value())}, key=len, reverse=True
        )
        # The bound method, as the repr of a pattern shows its text.
        self._hide = re.compile("|".join(map(_pattern, forms)) or r"(?!)").sub

    def text(self, text: str) -> str:
        """Return a text without the known secrets, and without the values of fields that are named like secrets."""
        text = _FIELD.sub(rf'\g<1>"{MASK}"', self._hide(MASK, text))
        return _SHAPES.sub(MASK, _PARAMETER.sub(rf"\g<1>{MASK}", text))

    def value(self, value: Any) -> Any:
        """Return a copy of a JSON value from a server, without secrets.

        A field that is named like a secret keeps its value if that is a remark, such as "required".
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(name)): self._field(name, part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.value(part) for part in value]
        return MASK if any(str(value) == each.get_secret_value() for each in self._secrets) else value

    def _field(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and _NAME.fullmatch(name) and not _REMARK.fullmatch(value):
            return MASK
        return self.value(value)

    def knowing(self, body: Union[str, bytes]) -> Mask:
        """Return a mask that also hides the fields of a request's JSON body that are named like secrets."""
        try:
            found = list(_named(json.loads(body)))
        except (ValueError, RecursionError):
            return self
        return Mask((*self._secrets, *found)) if found else self


def _named(value: Any) -> Iterator[str]:
    """Yield the texts and numbers in fields that are named like secrets."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        if _NAME.fullmatch(str(name)) and isinstance(part, (str, int)) and part != "":
            yield str(part)
        yield from _named(part)


def _forms(secret: str) -> Iterable[str]:
    """Return the forms of a secret in a text: as it is, in JSON, in Python's messages, in a URL."""
    # A body may carry lone surrogates.
    quoted = [write(secret, safe="", errors="surrogatepass") for write in (quote, quote_plus)]
    return secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], *quoted


def _pattern(form: str) -> str:
    return re.escape(form) if len(form) >= SHORT_SECRET else rf"(?<!\w){re.escape(form)}(?!\w)"


class _SignedURLs(logging.Filter):
    """Hide the credentials in the URLs that urllib3 logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        parts = record.args if isinstance(record.args, tuple) else ()
        if any("hash=" in str(part) for part in parts):
            record.args = tuple(_PARAMETER.sub(rf"\g<1>{MASK}", str(part)) for part in parts)
        return True


_SIGNED_URLS = _SignedURLs()


def mask_signed_urls() -> None:
    """Mask credentials in urllib3's log.

    urllib3 logs the URL of each request at level DEBUG, and the operations of the browser SDK are signed in the query.
    The filter stays on urllib3's loggers for the rest of the process.
    """
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_SIGNED_URLS)
