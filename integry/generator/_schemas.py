"""Rules for schemas: each schema is rewritten, with the same meaning, so that openapi-python-client can type it."""

from __future__ import annotations

from typing import Any, Callable

from ._all_of import AllOf
from ._binaries import is_binary, with_files
from ._defaults import fits, has_structure
from ._directions import with_directions
from ._discriminators import SCHEMAS, Discriminators
from ._fields import BAD_DEFAULT, with_own_notes
from ._merge import is_constraint
from ._references import MAX_REFERENCES, Document, keys, local_pointer, pointer, reference_name, references
from ._values import enum_values, is_null_allowed, kind_of, listed

#: Keys of schemas to pass to openapi-python-client. Others may be invalid, and `title` would change the class name.
_SCHEMA_KEYS = {
    *("type", "enum", "const", "allOf", "anyOf", "oneOf", "items", "prefixItems", "properties", "required"),
    *("additionalProperties", "description", "format", "default", "nullable", "example", "x-enum-varnames"),
}
_TYPES = {"string", "number", "integer", "boolean", "array", "object", "null"}
#: Maximum depth to which nested schemas are merged. They may contain themselves, by references.
_MAX_DEPTH = 6


class Schemas:
    """Rewrites the schemas of a document, with the same meaning, so that openapi-python-client can type them.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.report = document.report
        given: dict[str, Any] = document.data["components"]["schemas"]
        self.done: dict[str, dict[str, Any]] = {}
        self.names: dict[str, str] = {}
        for name in given:
            self.names[pointer("components", "schemas", name)] = self._unused_name(_plain_name(name))
        #: Schemas outside of the components that a reference leads to. They become components.
        self._shared = self._find_shared()
        self._all_of = AllOf(document)
        self.discriminators = Discriminators(document)
        self._depth = 0
        self._with_files = with_files(document)
        self._has_files = True

    def _find_shared(self) -> dict[int, str]:
        found = {}
        for reference in references(self.document.data):
            target = local_pointer(reference["$ref"])
            node = self.document.find(target) if target not in self.names else None
            if isinstance(node, dict) and node and "$ref" not in node:
                found[id(node)] = target
        return found

    def _unused_name(self, wanted: str) -> str:
        taken, name, number = {*self.names.values()}, wanted, 2
        while name in taken:
            name, number = f"{wanted} {number}", number + 1
        return name

    def components(self) -> dict[str, dict[str, Any]]:
        """Return all components, including the referenced schemas that were found outside of the components."""
        waiting = True
        while waiting:
            waiting = False
            for target, name in [*self.names.items()]:
                if name not in self.done:
                    waiting = True
                    self.done[name] = {}
                    has_files = target in self._with_files
                    self.done[name] = self.body(self.document.find(target), name, target, has_files=has_files)
        return self.done

    def body(self, node: Any, where: str, target: str | None = None, *, has_files: bool) -> dict[str, Any]:
        """Return a rewritten schema whose binary strings are files, or text in JSON. See `schema` for the arguments."""
        before, self._has_files = self._has_files, has_files
        found = self.schema(node, where, target)
        self._has_files = before
        return found

    def schema(self, node: Any, where: str, target: str | None = None) -> dict[str, Any]:
        """Return a schema rewritten so that openapi-python-client can type it.

        Args:
            node: The schema.
            where: The place of the schema, for warnings.
            target: The JSON pointer of the schema, if it is a component.
        """
        if not isinstance(node, dict):
            return {}
        if isinstance(node.get("$ref"), str):
            return self._reference(node["$ref"], where)
        if target is None and id(node) in self._shared:
            return self._reference(self._shared[id(node)], where)
        return self._plain(node, where, target)

    def _reference(self, reference: str, where: str, followed: int = 0) -> dict[str, Any]:
        target = local_pointer(reference)
        if target not in self.names:
            found = self.document.find(target)
            if isinstance(found, dict) and isinstance(found.get("$ref"), str) and followed < MAX_REFERENCES:
                return self._reference(found["$ref"], where, followed + 1)
            if not isinstance(found, (dict, bool)) or target == "#" or followed == MAX_REFERENCES:
                if not self.document.is_reported(reference):
                    self.report.warn("a reference to a schema that the document does not have is typed as Any", where)
                return {}
            self.names[target] = self._unused_name(_plain_name(reference_name(keys(target)) or "Schema"))
        return {"$ref": SCHEMAS + self.names[target]}

    def _plain(self, node: dict[str, Any], where: str, target: str | None) -> dict[str, Any]:
        if self._depth < _MAX_DEPTH:
            merged = self._all_of.merged(node, target)
            if merged is not node:
                self._depth += 1
                result = self._plain(merged, where, None)
                self._depth -= 1
                return result
        schema = {key: value for key, value in node.items() if key in _SCHEMA_KEYS}
        for rule in _RULES:
            rule(schema, node)
        if schema.get("format") == "binary" or "contentMediaType" in node:
            self._with_bytes(schema, node)
        if "properties" in node or "allOf" in node:
            with_directions(self.document, schema, self._all_of.parts.of(node, target))
        selecting = self.discriminators.selecting(schema, node, where)
        self._inside(schema, where)
        self.discriminators.note(listed(schema, "anyOf", "oneOf"), selecting)
        self._check_default(schema, where)
        return schema

    def _with_bytes(self, schema: dict[str, Any], node: dict[str, Any]) -> None:
        """Rewrite a string with a media type or binary format as a file, or as text if it is in JSON."""
        if is_binary({**schema, **{key: value for key, value in node.items() if key.startswith("content")}}):
            schema["format"] = "binary" if self._has_files else "byte"

    def field(self, node: Any, where: str) -> dict[str, Any]:
        """Return the rewritten schema of a field or parameter, which has a default and description of its own."""
        return with_own_notes(self.document, self.schema(node, where), node, where)

    def _inside(self, schema: dict[str, Any], where: str) -> None:
        """Rewrite the schemas inside of a schema in place."""
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict):
                schema[key] = self.schema(schema[key], where)
        for key in ("allOf", "anyOf", "oneOf", "prefixItems"):
            if key in schema:
                schema[key] = [self.schema(part, where) for part in schema[key]]
        fields = schema.get("properties") or {}
        if "properties" in schema:
            schema["properties"] = {name: self.field(node, f"{where}.{name}") for name, node in fields.items()}

    def _check_default(self, schema: dict[str, Any], where: str) -> None:
        if schema.get("default") is None:
            schema.pop("default", None)
            return
        bare = {key: value for key, value in schema.items() if key != "default"}
        if not fits(self.document, bare, schema["default"]):
            default = schema.pop("default")
            # An empty text is the default that some frameworks write for files.
            is_empty_file = bare.get("format") == "binary" and default == ""
            if not has_structure(self.document, bare) and not is_empty_file:
                self.report.warn(BAD_DEFAULT, where)


def _plain_name(name: str) -> str:
    """Return the name of a component without characters such as `/`, which have a meaning in references."""
    return "".join(" " if character in "/~%#?" or ord(character) < ord(" ") else character for character in name)


def _with_types(schema: dict[str, Any], node: dict[str, Any]) -> None:
    """Keep only the types of OpenAPI in `type`: one type, or a list of several."""
    types = schema.pop("type", None)
    if isinstance(types, list):
        found = [kind for kind in map(str, types) if kind in _TYPES]
        found = [*dict.fromkeys(found)]
        if found:
            schema["type"] = found[0] if len(found) == 1 else found
        return
    kind = kind_of({key: value for key, value in node.items() if types is not None or key in ("items", "prefixItems")})
    kind = "object" if kind is None and isinstance(node.get("patternProperties"), dict) else kind
    if kind in _TYPES:
        schema["type"] = kind


def _with_const(schema: dict[str, Any], node: dict[str, Any]) -> None:
    """Rewrite the constant null as a type. Drop other constants that openapi-python-client cannot write as literals."""
    if "const" not in node:
        return
    if node["const"] is None:
        schema["type"] = "null"
    if not isinstance(node["const"], (str, int, float)):
        del schema["const"]


def _with_values(schema: dict[str, Any], node: dict[str, Any]) -> None:
    """Keep enums of strings or integers. Rewrite an enum of other numbers as a number, and others as constants."""
    if "enum" not in schema:
        return
    values = enum_values(node)
    del schema["enum"]
    kinds = {type(value) for value in values}
    null = ["null"] if is_null_allowed(node) else []
    if not values:
        schema["type"] = "null"
    elif kinds in ({str}, {int}):
        schema["enum"] = [*values, None] if null else values
        _drop_null(schema)
    elif kinds <= {int, float} or (kinds == {bool} and len(values) > 1):
        kind = "boolean" if kinds == {bool} else "number"
        schema["type"] = [kind, *null] if null else kind
    elif kinds <= {str, int, bool, float}:
        schema.pop("type", None)
        schema["oneOf"] = [*({"const": value} for value in values), *({"type": kind} for kind in null)]
        _drop_null(schema)


def _drop_null(schema: dict[str, Any]) -> None:
    """Drop `nullable` and a list of types from a schema whose enum or alternatives already include null."""
    schema.pop("nullable", None)
    if isinstance(schema.get("type"), list):
        del schema["type"]


def _with_lists(schema: dict[str, Any], node: dict[str, Any]) -> None:
    """Drop alternatives without a type and keys with invalid values, and add `items` to arrays without it."""
    for key in ("allOf", "anyOf", "oneOf", "prefixItems"):
        if key in schema:
            parts = schema[key] if isinstance(schema[key], list) else []
            kept = [part for part in parts if key in ("prefixItems", "allOf") or not is_constraint(part)]
            if kept:
                schema[key] = kept
            else:
                del schema[key]
    if schema.get("type") == "array" or (isinstance(schema.get("type"), list) and "array" in schema["type"]):
        items = node.get("items")
        if isinstance(items, (dict, bool)) or not listed(schema, "prefixItems"):
            schema["items"] = items if isinstance(items, dict) else {}
    else:
        schema.pop("items", None)
    if not isinstance(schema.get("properties"), dict):
        schema.pop("properties", None)
    if not isinstance(schema.get("additionalProperties"), (dict, bool)):
        schema.pop("additionalProperties", None)
    required = [name for name in listed(schema, "required") if isinstance(name, str)]
    schema.pop("required", None)
    if required:
        schema["required"] = required


def _with_notes(schema: dict[str, Any], node: dict[str, Any]) -> None:
    """Drop descriptions and formats that are not strings, and names of enum members unless each value has one."""
    for key in ("description", "format"):
        if key in schema and not isinstance(schema[key], str):
            del schema[key]
    names = node.get("x-enum-varnames", node.get("x-enumNames"))
    schema.pop("x-enum-varnames", None)
    if "enum" in schema and isinstance(names, list) and len(names) == len([*filter(_is_value, schema["enum"])]):
        schema["x-enum-varnames"] = [str(name) for name in names]
    schema.pop("nullable", None) if not (node.get("nullable") is True or node.get("x-nullable") is True) else None
    if node.get("x-nullable") is True and "enum" not in schema and "oneOf" not in schema:
        schema["nullable"] = True


def _is_value(value: Any) -> bool:
    return value is not None


def _with_sibling_fields(schema: dict[str, Any], _: dict[str, Any]) -> None:
    """Rewrite fields beside a single reference as an allOf. openapi-python-client would drop the fields."""
    combined = listed(schema, "allOf", "anyOf", "oneOf")
    if len(combined) == 1 and isinstance(combined[0], dict) and "$ref" in combined[0] and "properties" in schema:
        own = {"type": "object", "properties": schema.pop("properties"), "required": schema.pop("required", [])}
        schema.pop("anyOf", None)
        schema.pop("oneOf", None)
        schema["allOf"] = [*combined, own]


_RULES: list[Callable[[dict[str, Any], dict[str, Any]], None]] = [
    _with_types,
    _with_const,
    _with_values,
    _with_lists,
    _with_notes,
    _with_sibling_fields,
]
