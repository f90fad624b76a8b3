"""Read a repaired document as the objects that openapi-python-client's parser expects."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping

from openapi_python_client.schema import DataType, ParameterLocation, UntrustedString
from openapi_python_client.schema.ref import Ref

from . import _objects as objects

_TYPES: dict[str, DataType] = {kind.value: kind for kind in DataType.__members__.values()}
#: The attributes of `Schema` whose names differ from the keys in the document.
_ATTRIBUTES = {"format": "schema_format"}
_PLACES: dict[str, ParameterLocation] = {place.value: place for place in ParameterLocation.__members__.values()}


def read(document: Mapping[str, Any]) -> objects.OpenAPI:
    """Return a repaired document as an object. Its paths are read one by one when the parser needs them."""
    reader = _Reader()
    info, schemas = document["info"], document["components"]["schemas"]
    return objects.OpenAPI(
        info=objects.Info(*(reader.text_of(info, key) for key in ("title", "version", "description"))),
        paths=_Paths(document["paths"], reader),
        components=objects.Components({reader.text(name): reader.schema(node) for name, node in schemas.items()}),
    )


class _Paths:
    """The paths of a document. The parser discards the object of a path when it has parsed its operations."""

    def __init__(self, raw: Mapping[str, Any], reader: _Reader) -> None:
        self.raw = raw
        self.reader = reader

    def items(self) -> Iterator[tuple[UntrustedString, objects.PathItem]]:
        """Yield each path with its operations."""
        for path, item in self.raw.items():
            operations: dict[str, Any] = {
                key: self.reader.operation(raw) for key, raw in item.items() if key != "servers"
            }
            yield UntrustedString(path), objects.PathItem(**operations)


class _Reader:
    """Reads the parts of a document. Equal texts are the same object, which saves memory and comparisons."""

    def __init__(self) -> None:
        self.texts: dict[str, UntrustedString] = {}
        #: The functions that return the values of a schema's attributes, by the keys in the document.
        self.readers: dict[str, Callable[[Any], Any]] = {
            "type": _types,
            **dict.fromkeys(("enum", "const", "default", "example"), _unchanged),
            **dict.fromkeys(("description", "format"), self.text),
            **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), self._schemas),
            "items": self.schema,
            "properties": self._properties,
            "required": lambda names: [self.text(name) for name in names],
            "additionalProperties": lambda value: value if isinstance(value, bool) else self.schema(value),
        }

    def text(self, value: str) -> UntrustedString:
        """Return a text of the document as an object that templates cannot print by mistake."""
        found = self.texts.get(value)
        if found is None:
            found = self.texts[value] = UntrustedString(value)
        return found

    def text_of(self, raw: Mapping[str, Any], key: str) -> UntrustedString | None:
        """Return the text of a key; None without the key, or if its value is not a text."""
        value = raw.get(key)
        return self.text(value) if isinstance(value, str) else None

    def schema(self, raw: dict[str, Any]) -> objects.Schema | objects.Reference:
        """Return a schema or a reference."""
        if "$ref" in raw:
            return objects.Reference(Ref(raw["$ref"]), self.text_of(raw, "description"))
        found: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for key, value in raw.items():
            reader = self.readers.get(key)
            if reader is None:
                extra[key] = value
            else:
                found[_ATTRIBUTES.get(key, key)] = reader(value)
        is_nullable = extra.pop("nullable", False)
        schema = objects.Schema(**found, model_extra=extra or None)
        if is_nullable:
            _allow_null(schema)
        return schema

    def _schemas(self, raw: list[dict[str, Any]]) -> list[Any]:
        return [self.schema(part) for part in raw]

    def _properties(self, raw: dict[str, Any]) -> dict[UntrustedString, Any]:
        return {self.text(name): self.schema(node) for name, node in raw.items()}

    def operation(self, raw: Mapping[str, Any]) -> objects.Operation:
        """Return an operation."""
        body = raw.get("requestBody")
        return objects.Operation(
            operationId=self.text_of(raw, "operationId"),
            tags=[self.text(tag) for tag in raw["tags"]] if "tags" in raw else None,
            summary=self.text_of(raw, "summary"),
            description=self.text_of(raw, "description"),
            parameters=[self._parameter(each) for each in raw["parameters"]],
            request_body=objects.RequestBody(self._content(body), body["required"]) if body else None,
            responses={self.text(status): self._response(each) for status, each in raw["responses"].items()},
            security=raw.get("security"),
        )

    def _parameter(self, raw: Mapping[str, Any]) -> objects.Parameter:
        return objects.Parameter(
            self.text(raw["name"]), _PLACES[raw["in"]], raw["required"], self.schema(raw["schema"])
        )

    def _response(self, raw: Mapping[str, Any]) -> objects.Response:
        return objects.Response(self.text(raw["description"]), self._content(raw))

    def _content(self, raw: Mapping[str, Any]) -> dict[UntrustedString, objects.MediaType]:
        return {self.text(name): self._media_type(node) for name, node in raw.get("content", {}).items()}

    def _media_type(self, raw: Mapping[str, Any]) -> objects.MediaType:
        extra = {key: value for key, value in raw.items() if key != "schema"}
        return objects.MediaType(self.schema(raw["schema"]) if "schema" in raw else None, extra)


def _types(kind: Any) -> Any:
    return [_TYPES[each] for each in kind] if isinstance(kind, list) else _TYPES[kind]


def _unchanged(value: Any) -> Any:
    return value


def _allow_null(schema: objects.Schema) -> None:
    """Add null to a schema with `nullable: true`, of OpenAPI 3.0, in the form of OpenAPI 3.1."""
    null = objects.Schema(type=DataType.NULL)
    if isinstance(schema.type, list):
        schema.type = [*dict.fromkeys([*schema.type, DataType.NULL])]
    elif schema.type is not None:
        schema.type = [schema.type, DataType.NULL]
    elif schema.oneOf:
        schema.oneOf = [*schema.oneOf, null]
    elif schema.anyOf:
        schema.anyOf = [*schema.anyOf, null]
    elif schema.allOf:
        schema.oneOf, schema.allOf = [null, objects.Schema(allOf=schema.allOf)], []
