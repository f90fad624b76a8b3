"""Details of operations that openapi-python-client drops: servers, security, parameter styles and status codes."""

from __future__ import annotations

import re
from typing import Any, Iterable, Iterator, Mapping

from openapi_python_client.parser.bodies import Body
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.schema.untrusted_string import UntrustedString

from ._names import unused_name
from ._notes import documented_errors, returned, title_and_details
from ._pagination import item_property
from ._repair import METHODS
from ._responses import media_of, result_annotation, stream_annotation
from ._security import Scheme, alternatives, is_required, scheme
from ._server_lists import server_lists, servers_of
from ._styles import other_style, query_style
from ._types import Types, import_lines

#: Idempotent methods (RFC 9110, section 9.2.2). An operation can override this with `x-idempotent`.
IDEMPOTENT = {"GET", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"}


def operation_key(method: str, path: str) -> tuple[str, str]:
    """Return a key for an operation that does not depend on the names of its path parameters."""
    return method.upper(), re.sub(r"\{[^}]*\}", "{}", path)


class Document:
    """The repaired document, as a source of details that openapi-python-client does not return."""

    def __init__(self, data: Mapping[str, Any], types: Types, models: Iterable[ModelProperty] = ()) -> None:
        self.data = data
        self.types = types
        self.models = {str(model.class_info.name): model for model in models}
        self.operations = {
            operation_key(method, path): (item, item[method])
            for path, item in (data.get("paths") or {}).items()
            for method in METHODS
            if isinstance(item, dict) and isinstance(item.get(method), dict)
        }

    def resolve(self, node: Any) -> Any:
        """Return the target of a local `$ref`. Return any other node unchanged."""
        for _ in range(32):
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/")):
                break
            target: Any = self.data
            for key in node["$ref"][2:].split("/"):
                target = target.get(key.replace("~1", "/").replace("~0", "~"), {}) if isinstance(target, dict) else {}
            node = target
        return node

    def operation_data(self, endpoint: Endpoint) -> dict[str, Any]:
        """Return the variables of the operation's template that openapi-python-client does not provide."""
        item, raw = self.operations[operation_key(endpoint.method, endpoint.path.get_untrusted_value())]
        places = ("path", endpoint.path_parameters), ("query", endpoint.query_parameters)
        title, details = title_and_details(endpoint)
        return {
            "title": title,
            "details": details,
            "returned": returned(endpoint, raw, self.types),
            "errors": documented_errors(raw),
            "is_deprecated": raw.get("deprecated") is True,
            "idempotent": bool(raw.get("x-idempotent", endpoint.method.upper() in IDEMPOTENT)),
            "server": next((server.default for server in servers_of(self.data, item, raw)[:1]), None),
            **self._security(raw),
            **self._pagination(endpoint, raw),
            "styles": self._styles(endpoint),
            "other_styles": self._other_styles(endpoint),
            "encodings": self._encodings(raw),
            "bodies": self._bodies(endpoint, raw),
            "choice": self._choice(endpoint, raw),
            "responses": list(self._responses(endpoint, raw)),
            "body_description": self.resolve(raw.get("requestBody") or {}).get("description") or "The body.",
            "places": (*places, ("headers", endpoint.header_parameters), ("cookies", endpoint.cookie_parameters)),
        }

    def has_pages(self, endpoint: Endpoint) -> bool:
        """Return True if the document has a rule for the pages of an operation."""
        _, raw = self.operations[operation_key(endpoint.method, endpoint.path.get_untrusted_value())]
        return "x-pagination" in raw

    def _pagination(self, endpoint: Endpoint, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return template variables for an operation with pages: the rule, and the type of an item with its imports."""
        rule = raw.get("x-pagination")
        if rule is None:
            return {}
        prop = item_property(endpoint, rule, self.models)
        return {
            "pagination": [*rule.values()],
            "item": self.types.annotation(prop) if prop else "Any",
            "item_imports": import_lines(self.types.classes_in(prop), "...models"),
        }

    def _security(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        found = [[self._scheme(name) for name in names] for names in alternatives(self.data, raw)]
        several = found if len(found) > 1 else []
        return {"security": found[0], "alternatives": several, "is_secured": all(found)}

    def _schemes(self) -> Mapping[str, Any]:
        schemes = (self.data.get("components") or {}).get("securitySchemes")
        return schemes if isinstance(schemes, dict) else {}

    def _scheme(self, name: str) -> Scheme:
        return scheme(name, self.resolve(self._schemes().get(name)))

    def data_of_modules(self) -> dict[str, Any]:
        """Return the variables of the templates `security.py` and `servers.py`."""
        found = [self._scheme(name) for name in self._schemes()]
        return {
            "security_schemes": [each for each in found if each.place],
            "is_security_required": is_required(self.data),
            "server_lists": server_lists(self.data),
        }

    def parameters(self, endpoint: Endpoint) -> list[Mapping[str, Any]]:
        """Return the parameters of an operation: first those of its path item, then its own."""
        item, raw = self.operations[operation_key(endpoint.method, endpoint.path.get_untrusted_value())]
        return [self.resolve(p) for p in [*(item.get("parameters") or []), *(raw.get("parameters") or [])]]

    def describe_parameters(self, endpoint: Endpoint) -> None:
        """Set the descriptions of parameters. openapi-python-client uses the descriptions of their schemas."""
        described = {(p.get("name"), p.get("in")): p.get("description") for p in self.parameters(endpoint)}
        for place, prop in endpoint.iter_all_parameters():
            description = described.get((prop.name.get_untrusted_value(), place.value))
            if description:
                object.__setattr__(prop, "description", UntrustedString(description))

    def _styles(self, endpoint: Endpoint) -> dict[str, str]:
        found = {p["name"]: query_style(p) for p in self.parameters(endpoint) if p.get("in") == "query"}
        return {name: written for name, written in found.items() if written}

    def _other_styles(self, endpoint: Endpoint) -> dict[str, dict[str, Any]]:
        """Return the styles of parameters in paths, headers and cookies, by place and by argument name."""
        in_path = {prop.name.get_untrusted_value(): str(prop.python_name) for prop in endpoint.path_parameters}
        styles: dict[str, dict[str, Any]] = {}
        for parameter in self.parameters(endpoint):
            place, name = str(parameter.get("in")), str(parameter.get("name"))
            if place != "query":
                found = other_style({**parameter, "schema": self.resolve(parameter.get("schema"))})
                if found is not None:
                    styles.setdefault(place, {})[in_path[name] if place == "path" else name] = found
        return styles

    def _encodings(self, raw: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the encodings of form fields, by media type and name."""
        content = (raw.get("requestBody") or {}).get("content") or {}
        return {name: media["x-encoding"] for name, media in content.items() if "x-encoding" in media}

    def _bodies(self, endpoint: Endpoint, raw: Mapping[str, Any]) -> list[tuple[str, Body]]:
        """Return each media type of the request body, with the parsed body. Several may have the same body."""
        content = (raw.get("requestBody") or {}).get("content") or {}
        named = [(body.content_type.get_untrusted_value(), body) for body in endpoint.bodies]
        return [(name, body) for first, body in named for name in (first, *content[first].get("x-others", ()))]

    def _choice(self, endpoint: Endpoint, raw: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return name and values of the argument for the media type; None if the type of the body determines it."""
        bodies = self._bodies(endpoint, raw)
        members = [member for _, body in bodies for member in {*self.types.body_members(body)}]
        if len(bodies) < 2 or ("Any" not in members and len(members) == len({*members})):  # noqa: PLR2004 (a pair)
            return None
        taken = {str(prop.python_name) for _, prop in endpoint.iter_all_parameters()}
        return {"name": unused_name("content_type", taken), "values": [name for name, _ in bodies]}

    def _responses(self, endpoint: Endpoint, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield each documented status, and the Python expression of its `ResponseSpec`."""
        found = dict(media_of(endpoint))
        for status in raw.get("responses") or {}:
            media = found[status]
            yield status, media[0].code(self.types, media[1:]) if media else 'ResponseSpec("none", Any)'

    def result_annotation(self, endpoint: Endpoint) -> str:
        """Return the type annotation of the parsed response body."""
        return result_annotation(endpoint, self.types)

    def has_stream(self, endpoint: Endpoint) -> bool:
        """Return True if a successful response can be streamed."""
        return self.stream_annotation(endpoint) is not None

    def stream_annotation(self, endpoint: Endpoint) -> str | None:
        """Return the type annotation of the elements of a stream; None if no successful response can be streamed."""
        return stream_annotation(endpoint, self.types)
