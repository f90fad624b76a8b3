"""The texts in the docstrings of an operation: summary, details, responses, errors."""

from __future__ import annotations

import re
from typing import Any, Mapping

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.schema.untrusted_string import UntrustedString

from ._responses import media_of
from ._types import Types, union

#: The first sentence of a text. It ends before white space and a capital letter, or at the end of the text.
_SENTENCE = re.compile(r"(.*?[.!?])(?=\s+[A-Z]|\s*$)", re.DOTALL)
#: Maximum number of characters of a docstring's first line that is a sentence of the description.
_MAX_TITLE = 300


def title_and_details(endpoint: Endpoint) -> tuple[UntrustedString, UntrustedString]:
    """Return the first line of a docstring and the text after it.

    The first line is the summary of the operation, or the first sentence of the description, or method and path.
    """
    summary, description = _plain(endpoint.summary), _plain(endpoint.description)
    if not summary:
        paragraph = description.partition("\n\n")[0]
        sentence = _SENTENCE.match(paragraph)
        summary = sentence.group(1) if sentence else paragraph
        summary = summary if len(summary) <= _MAX_TITLE else ""
        description = description[len(summary) :].strip()
    path = endpoint.path.get_untrusted_value().replace("{{", "{").replace("}}", "}")
    title = " ".join(summary.split()) or f"{endpoint.method.upper()} {path}"
    return UntrustedString(title), UntrustedString("" if _is_same_text(title, description) else description)


def _is_same_text(title: str, description: str) -> bool:
    return " ".join(description.split()).rstrip(".").lower() == title.rstrip(".").lower()


def _plain(text: Any) -> str:
    return (text.get_untrusted_value() if isinstance(text, UntrustedString) else text or "").strip()


def returned(endpoint: Endpoint, raw: Mapping[str, Any], types: Types) -> list[UntrustedString]:
    """Return a line for each documented response, with its status, the type of its body, and its description."""
    found = dict(media_of(endpoint))
    lines = []
    for status, response in (raw.get("responses") or {}).items():
        kinds = [media.annotation(types) for media in found[status] if not media.is_encoding]
        note = " ".join(response["description"].partition("\n\n")[0].split())
        lines.append(UntrustedString(f"{status} ({union(kinds) if kinds else 'None'}): {note}".rstrip(": ")))
    return lines


def documented_errors(raw: Mapping[str, Any]) -> str:
    """Return the documented error statuses of an operation as text; "" without any."""
    statuses = [*(raw.get("responses") or {})]
    errors = [status for status in statuses if status[0] in "45"]
    if "default" in statuses and any(status[0] == "2" for status in statuses):
        errors.append("other statuses from 400 on")
    return " and ".join(filter(None, [", ".join(errors[:-1]), *errors[-1:]]))
