"""Secrets: a string type that hides its value, and masking for messages, logs and the bodies of errors."""

from __future__ import annotations

import json
import logging
import re
from contextlib import suppress
from typing import Any, Iterable, Iterator, List, Protocol, Union
from urllib.parse import quote, quote_plus

from ._generated._json import loads

#: Minimum number of characters of a secret that is masked inside words. Shorter secrets are masked as whole words only,
#: because masking a common sequence of letters would garble the text.
SHORT_SECRET = 6
MASK = "***"

_NAMES = (
    "access[_-]?token|api[_-]?key|app[_-]?key|app[_-]?secret|auth[_-]?credential|authorization|client[_-]?secret|hash|"
    "oauth[_-]?code|password|refresh[_-]?token|secret|token"
)
_NAME = re.compile(_NAMES, re.IGNORECASE)
#: A JSON field whose name suggests a secret. The text may be truncated inside the value. `[^"\\]*` matches a run of
#: ordinary characters in one step, because `re` needs memory for each repetition of a group.
_FIELD = re.compile(
    rf'("(?:{_NAMES})"\s*:\s*)("(?!")[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|-?\d[\d.eE+-]*)',
    re.IGNORECASE | re.DOTALL,
)
#: A parameter of a query string or a form whose name suggests a secret.
_PARAMETER = re.compile(rf"\b((?:{_NAMES})=)[^&\s\"'<>]+", re.IGNORECASE)
#: Secrets that can be recognised by their form: signatures (64 hexadecimal digits), passwords in URLs, and Slack's
#: webhook URLs. A client cannot list the signatures, because each user has another one.
_HASHES_AND_URLS = re.compile(r"\b[0-9a-f]{64}\b|(?<=://)[^/@\s\"']+(?=@)|https:\\?/\\?/hooks\.slack\.com\b[^\s\"']*")
#: A value of a field such as "token" that is not a secret but a server's message about the field, such as "required":
#: up to 15 characters without digits, or several words.
_REMARK = re.compile(r"[^\d]{0,15}|.*\s.*", re.DOTALL)


class SecretValue(Protocol):
    """An object that holds a secret, such as pydantic's SecretStr or a `Secret`."""

    def get_secret_value(self) -> Union[str, bytes]:
        """Return the secret."""
        ...


#: The types of secrets that users can pass.
SecretText = Union[str, bytes, SecretValue]


class Secret:
    """A string that does not appear in reprs, logs, tracebacks and pickles. `get_secret_value` returns the string.

    Args:
        value: A str, bytes in UTF-8, or an object with a method `get_secret_value`, such as pydantic's SecretStr. Other
            values are stored too, and `type_error` describes them.
    """

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        value = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        if isinstance(value, (bytes, bytearray)):
            # If the bytes are not UTF-8, keep them for `type_error`.
            with suppress(UnicodeDecodeError):
                value = value.decode()
        self._value = value

    def get_secret_value(self) -> str:
        """Return the string. The method has the same name in pydantic's SecretStr."""
        value: Any = self._value
        return value  # type: ignore[no-any-return]  # see `type_error`

    def type_error(self) -> str:
        """Return the reason why the value cannot be a secret, or an empty string if it can."""
        if isinstance(self._value, (bytes, bytearray)):
            return "must be text: its bytes are not UTF-8"
        return "" if isinstance(self._value, str) else f"must be a str or bytes, got {type(self._value).__name__}"

    def header_error(self) -> str:
        """Return the reason why the value cannot be sent in a header, or an empty string if it can."""
        if self.type_error():
            return self.type_error()
        text = self.get_secret_value()
        if text == text.strip() and text.isascii() and text.isprintable():
            return ""
        # Do not show the value: it may be a secret with a line break at its end.
        return "has a space or line break at its ends, or characters that are not printable ASCII"

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __bool__(self) -> bool:
        return self._value is not None and not (isinstance(self._value, str) and self._value == "")

    def __deepcopy__(self, _: Any) -> Secret:
        # Immutable objects need no copy.
        return self

    def __reduce__(self) -> Any:
        message = "Credentials cannot be pickled. Create the client in the process that uses it."
        raise TypeError(message)


class Mask:
    """A mask that replaces secrets in texts and JSON values with `***`.

    Args:
        secrets: The secrets. Those with fewer than six characters are replaced as whole words only.
    """

    __slots__ = ("_hide", "_secrets")

    def __init__(self, secrets: Iterable[Union[Secret, str]]) -> None:
        self._secrets = tuple(map(Secret, secrets))
        forms: List[str] = sorted(
            {form for each in self._secrets for form in _forms(each.get_secret_value())}, key=len, reverse=True
        )
        # Store the method, not the pattern: error reporters would show the repr of the pattern, which has the secrets.
        self._hide = re.compile("|".join(map(_pattern, forms)) or r"(?!)").sub

    def text(self, text: str) -> str:
        """Return a text with masked secrets, and with masked values of fields whose names suggest secrets."""
        text = _FIELD.sub(rf'\g<1>"{MASK}"', self._hide(MASK, text))
        return _HASHES_AND_URLS.sub(MASK, _PARAMETER.sub(rf"\g<1>{MASK}", text))

    def value(self, value: Any) -> Any:
        """Return a copy of a JSON value from a server, with secrets masked.

        The value of a field such as "token" is masked too, unless it is a message such as "required".
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(name)): self._field(name, part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.value(part) for part in value]
        return MASK if any(str(value) == each.get_secret_value() for each in self._secrets) else value

    def secrets(self, value: Any) -> Any:
        """Return a copy of a JSON value in which only the secrets are masked, whatever the names of fields are."""
        if isinstance(value, str):
            return self._hide(MASK, value)
        if isinstance(value, dict):
            return {self.secrets(name): self.secrets(part) for name, part in value.items()}
        return [self.secrets(part) for part in value] if isinstance(value, list) else value

    def _field(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and _NAME.fullmatch(name) and not _REMARK.fullmatch(value):
            return MASK
        return self.value(value)

    def with_secrets_of(self, body: Union[str, bytes]) -> Mask:
        """Return a mask that also replaces the values of fields of a JSON request body whose names suggest secrets."""
        try:
            found = list(_secret_fields(loads(body)))
        except (ValueError, RecursionError):
            return self
        return Mask((*self._secrets, *found)) if found else self


def _secret_fields(value: Any) -> Iterator[str]:
    """Yield the strings and numbers in fields whose names suggest secrets."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        if _NAME.fullmatch(str(name)) and isinstance(part, (str, int)) and part != "":
            yield str(part)
        yield from _secret_fields(part)


def _forms(secret: str) -> Iterable[str]:
    """Return the forms that a secret can have in a text: unchanged, escaped for JSON or by repr(), quoted for a URL."""
    # Use "surrogatepass", because a secret from a JSON body may contain lone surrogates.
    quoted = [write(secret, safe="", errors="surrogatepass") for write in (quote, quote_plus)]
    return secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], *quoted


def _pattern(form: str) -> str:
    return re.escape(form) if len(form) >= SHORT_SECRET else rf"(?<!\w){re.escape(form)}(?!\w)"


class _SignedURLs(logging.Filter):
    """A logging filter that masks credentials in the URLs that urllib3 logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        parts = record.args if isinstance(record.args, tuple) else ()
        if any("hash=" in str(part) for part in parts):
            record.args = tuple(_PARAMETER.sub(rf"\g<1>{MASK}", str(part)) for part in parts)
        return True


_SIGNED_URLS = _SignedURLs()


def mask_signed_urls() -> None:
    """Add a filter to urllib3's loggers which masks credentials in URLs.

    urllib3 logs the URL of each request at level DEBUG, and requests to the browser SDK's endpoints have credentials in
    the query string. The filter stays on the loggers for the rest of the process.
    """
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_SIGNED_URLS)
