"""The data of operations that the parser drops: servers, security, parameter styles, documented statuses."""

from __future__ import annotations

import re
from typing import Any, Iterable, Iterator, Mapping

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.schema.untrusted_string import UntrustedString

from ._notes import documented_errors, returned, title_and_details
from ._repair import METHODS
from ._responses import media_of, result_annotation, stream_annotation
from ._types import Types

#: Methods that do the same when repeated (RFC 9110, 9.2.2); an operation says otherwise with `x-idempotent`.
IDEMPOTENT = {"GET", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"}


def shape(method: str, path: str) -> tuple[str, str]:
    """Return what identifies an operation, whatever its parameters are called."""
    return method.upper(), re.sub(r"\{[^}]*\}", "{}", path)


class Document:
    """The raw document, for what the parser drops."""

    def __init__(self, data: Mapping[str, Any], types: Types) -> None:
        self.data = data
        self.types = types
        self.operations = {
            shape(method, path): (item, item[method])
            for path, item in (data.get("paths") or {}).items()
            for method in METHODS
            if isinstance(item, dict) and isinstance(item.get(method), dict)
        }

    def resolve(self, node: Any) -> Any:
        """Return what a local reference refers to, and anything else as it is."""
        for _ in range(32):
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/")):
                break
            target: Any = self.data
            for key in node["$ref"][2:].split("/"):
                target = target.get(key.replace("~1", "/").replace("~0", "~"), {}) if isinstance(target, dict) else {}
            node = target
        return node

    def operation_data(self, endpoint: Endpoint) -> dict[str, Any]:
        """Return the parts of an operation that the parser does not give."""
        item, raw = self.operations[shape(endpoint.method, endpoint.path.get_untrusted_value())]
        places = ("path", endpoint.path_parameters), ("query", endpoint.query_parameters)
        title, details = title_and_details(endpoint)
        return {
            "title": title,
            "details": details,
            "returned": returned(endpoint, raw, self.types),
            "errors": documented_errors(raw),
            "is_deprecated": raw.get("deprecated") is True,
            "idempotent": bool(raw.get("x-idempotent", endpoint.method.upper() in IDEMPOTENT)),
            "server": self._server(item, raw),
            "security": [self._credential(name) for name in self._security(raw)],
            "styles": self._styles(endpoint),
            "responses": list(self._responses(endpoint, raw)),
            "body_description": self.resolve(raw.get("requestBody") or {}).get("description") or "The body.",
            "places": (*places, ("headers", endpoint.header_parameters), ("cookies", endpoint.cookie_parameters)),
        }

    def _security(self, raw: Mapping[str, Any]) -> Iterable[str]:
        alternatives = raw.get("security", self.data.get("security")) or [{}]
        return alternatives[0] if isinstance(alternatives, list) and isinstance(alternatives[0], dict) else {}

    def _credential(self, name: str) -> tuple[str, str, str]:
        """Return name, place and parameter of a security scheme; no place if the document names none."""
        schemes = (self.data.get("components") or {}).get("securitySchemes")
        scheme = self.resolve((schemes.get(name) if isinstance(schemes, dict) else None) or {})
        scheme = scheme if isinstance(scheme, dict) else {}
        if scheme.get("type") == "apiKey" and scheme.get("in") in ("header", "query", "cookie"):
            return name, scheme["in"], str(scheme.get("name", ""))
        in_authorization = scheme.get("type") in ("http", "oauth2", "openIdConnect")
        return (name, "header", "Authorization") if in_authorization else (name, "", "")

    def _server(self, item: Mapping[str, Any], raw: Mapping[str, Any]) -> str | None:
        servers = raw.get("servers") or item.get("servers") or self.data.get("servers") or [{}]
        server = servers[0] if isinstance(servers, list) and isinstance(servers[0], dict) else {}
        url = str(server.get("url", ""))
        variables = server.get("variables")
        for name, variable in (variables if isinstance(variables, dict) else {}).items():
            if isinstance(variable, dict):
                url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        return url if re.match(r"https?://[^{}]+$", url) else None

    def parameters(self, endpoint: Endpoint) -> list[Mapping[str, Any]]:
        """Return the parameters of an operation, its own after those of its path."""
        item, raw = self.operations[shape(endpoint.method, endpoint.path.get_untrusted_value())]
        return [self.resolve(p) for p in [*(item.get("parameters") or []), *(raw.get("parameters") or [])]]

    def describe_parameters(self, endpoint: Endpoint) -> None:
        """Give parameters their own descriptions: the parser has those of their schemas."""
        described = {(p.get("name"), p.get("in")): p.get("description") for p in self.parameters(endpoint)}
        for place, prop in endpoint.iter_all_parameters():
            description = described.get((prop.name.get_untrusted_value(), place.value))
            if description:
                object.__setattr__(prop, "description", UntrustedString(description))

    def _styles(self, endpoint: Endpoint) -> dict[str, str]:
        found = {p["name"]: style(p) for p in self.parameters(endpoint) if p.get("in") == "query"}
        return {name: written for name, written in found.items() if written}

    def _responses(self, endpoint: Endpoint, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield the statuses of an operation, and the code of their responses."""
        found = dict(media_of(endpoint))
        for status in raw.get("responses") or {}:
            media = found[status]
            yield status, media[0].code(self.types, media[1:]) if media else 'ResponseSpec("none", Any)'

    def result_annotation(self, endpoint: Endpoint) -> str:
        """Return the type of the parsed body."""
        return result_annotation(endpoint, self.types)

    def stream_annotation(self, endpoint: Endpoint) -> str | None:
        """Return the type of the elements of a streamed body; None if no successful response is one."""
        return stream_annotation(endpoint, self.types)


def style(parameter: Mapping[str, Any]) -> str | None:
    """Return how the array or object of a query parameter is written, or None for name=a&name=b."""
    named = parameter.get("style", "form")
    if named == "json":
        return "json"
    if named == "deepObject":
        return "deep"
    if named in ("spaceDelimited", "pipeDelimited"):
        return {"spaceDelimited": "space", "pipeDelimited": "pipe"}[named]
    return None if parameter.get("explode", True) else "comma"
