"""An independent implementation of OpenAPI documents: references, compositions, and sample values of schemas.

It follows the specification, and shares no code with the generator.
"""

import re
from urllib.parse import unquote

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
#: Maximum depth of nested objects whose optional fields are part of a sample value.
DEEP = 3
#: Maximum depth of sample values, and of values that are compared with their schema.
MOST = 60
#: Returned instead of a sample value that would contain itself endlessly.
ENDLESS = object()
#: Keys of a schema that list alternatives.
ALTERNATIVES = ("oneOf", "anyOf")
TEXTS = {
    "date-time": "2024-02-03T04:05:06+00:00",
    "date": "2024-02-03",
    "time": "04:05:06Z",
    "uuid": "0b5c1a4e-5b5f-4c34-9f5e-2f6a1d9c7e10",
    "uri": "https://example.com/a?b=c",
    "email": "ann@example.com",
    "byte": "aGFsbG8=",
}
#: Keys of a schema that only describe it.
DESCRIBING = {"description", "title", "example", "examples", "nullable", "deprecated", "readOnly", "writeOnly"}


class Document:
    """A document whose references are followed.

    Args:
        data: The document, of version 3.
    """

    def __init__(self, data):
        self.data = data
        self._merged = {}

    def resolve(self, node):
        """Return the target of a reference, and any other value unchanged."""
        for _ in range(32):
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
                return node
            node = self.find(node["$ref"])
        return {}

    def find(self, reference):
        """Return the part of the document that a reference leads to; an empty dict if it does not exist."""
        node = self.data
        for escaped in unquote(reference).partition("#/")[2].split("/"):
            key = escaped.replace("~1", "/").replace("~0", "~")
            parts = dict(enumerate(node)) if isinstance(node, list) else node
            node = parts.get(int(key) if isinstance(node, list) else key, {}) if isinstance(parts, dict) else {}
        return node

    def operations(self):
        """Yield path, method, operation and parameters of each operation. Its parameters replace those of the path."""
        for path, given in (self.data.get("paths") or {}).items():
            item = self.resolve(given)
            for method in METHODS if isinstance(item, dict) else ():
                if isinstance(item.get(method), dict):
                    nodes = [*(item.get("parameters") or []), *(item[method].get("parameters") or [])]
                    found = [self.resolve(node) for node in nodes]
                    yield path, method, item[method], list({(p.get("name"), p.get("in")): p for p in found}.values())

    def parts(self, schema, seen=()):
        """Yield a schema and the schemas that it includes by `$ref` and `allOf`, all without these two keys."""
        if isinstance(schema, dict):
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference not in seen:
                yield from self.parts(self.find(reference), (*seen, reference))
            for part in schema.get("allOf") or ():
                yield from self.parts(part, seen)
            yield {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}

    def merged(self, schema):
        """Merge a schema and the schemas that it includes. The alternatives are a list of lists."""
        if not isinstance(schema, dict) or id(schema) not in self._merged:
            # Store the schema, too, so that no other object gets its id.
            self._merged[id(schema)] = schema, self._merge(schema)
        return self._merged[id(schema)][1]

    def _merge(self, schema):
        result = {"properties": {}, "required": [], "alternatives": [], "all_types": []}
        for part in self.parts(schema):
            result["properties"].update(part.get("properties") or {})
            result["required"] += part["required"] if isinstance(part.get("required"), list) else []
            result["alternatives"] += [part[key] for key in ALTERNATIVES if part.get(key)]
            result["all_types"] += [part["type"]] if "type" in part else []
            kept = {key: value for key, value in part.items() if key not in ("properties", "required")}
            result.update(kept)
        return result

    def has(self, schema, word):
        """Return True if a schema, or a schema that it includes, has a keyword such as `readOnly`."""
        return any(part.get(word) is True for part in self.parts(schema))

    def fields(self, schema, direction):
        """Return the fields of a merged schema that are part of a "request", an "answer" (response), or "both"."""
        if direction == "both":
            return {name: node for name, node in schema["properties"].items() if node is not False}
        word = {"request": "readOnly", "answer": "writeOnly"}[direction]
        other = {"request": "writeOnly", "answer": "readOnly"}[direction]
        return {
            name: node
            for name, node in schema["properties"].items()
            if node is not False and (not self.has(node, word) or self.has(node, other))
        }


def kind_of(schema):
    """Return the type of a merged schema; None if it allows any type."""
    given = schema.get("type")
    if isinstance(given, list):
        given = next((kind for kind in given if kind != "null"), "null")
    if given is None and (schema["properties"] or schema["required"] or schema.get("additionalProperties")):
        return "object"
    return "array" if given is None and "items" in schema else given


def is_nullable(document, schema):
    """Return True if a value may be null."""
    merged = document.merged(schema)
    return merged.get("nullable") is True or "null" in (merged.get("type") or ())


def is_object(document, schema):
    """Return True if a value is an object with documented fields, for which a client has a class."""
    merged = document.merged(schema)
    return bool(merged["properties"]) and not merged["alternatives"] and kind_of(merged) == "object"


class Samples:
    """Creates sample values of schemas.

    Args:
        document: The document.
        direction: "request", "answer" (response), or "both", to select readOnly and writeOnly fields.
        mode: "full"; "other" to use the last alternatives instead of the first ones; "required" for required fields
            only, with null if a field allows it.
    """

    def __init__(self, document, direction, mode):
        self.document, self.direction, self.mode = document, direction, mode

    def of(self, schema, seen=()):
        """Return a sample value of a schema; ENDLESS if it would contain itself endlessly."""
        if not isinstance(schema, dict):
            return {"any": 1}
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if reference in seen or len(seen) > MOST:
                return ENDLESS
            seen = (*seen, reference)
        merged = self.document.merged(schema)
        if "const" in merged:
            return merged["const"]
        enum = [value for value in merged.get("enum") or () if value is not None]
        if enum:
            return enum[-1 if self.mode == "other" else 0]
        return self._composed(merged, seen)

    def _composed(self, merged, seen):
        """Return a sample value of a merged schema without a constant. If it has alternatives, use one of them."""
        kind, own = kind_of(merged), None
        if kind is not None or not merged["alternatives"]:
            own = self._plain(merged, kind, seen)
        if kind not in (None, "object") or own is ENDLESS:
            return own
        for alternatives in merged["alternatives"]:
            chosen = self._alternative(merged, alternatives, seen)
            if isinstance(own, dict) and isinstance(chosen, dict):
                own = {**own, **chosen}
            elif own is None or chosen is ENDLESS:
                own = chosen
        return own

    def _alternative(self, merged, alternatives, seen):
        """Return a sample value of one alternative. It contains the discriminator's value for that alternative."""
        found = [node for node in alternatives if not (isinstance(node, dict) and node.get("type") == "null")]
        for node in reversed(found) if self.mode == "other" and len(seen) <= DEEP else found:
            value = self.of(node, seen)
            if value is not ENDLESS:
                return {**value, **selecting(merged, node)} if isinstance(value, dict) else value
        return ENDLESS if found else None

    def _plain(self, merged, kind, seen):
        """Return a sample value of a merged schema without alternatives."""
        if kind == "object":
            return self._object(merged, seen)
        if kind == "array":
            item = self.of(merged.get("items", {}), (*seen, ""))
            return [] if item is ENDLESS else [item] * (1 if self.mode == "required" else 2)
        if kind == "string":
            return TEXTS.get(merged.get("format"), "a b&/é=")
        return {"integer": 7, "number": 1.5, "boolean": True, "null": None}.get(kind, "any")

    def _object(self, merged, seen):
        """Return a sample value of an object; ENDLESS if a required field is ENDLESS."""
        fields = self.document.fields(merged, self.direction)
        is_full = self.mode != "required" and len(seen) <= DEEP
        result = {}
        for name, node in fields.items():
            if is_full or name in merged["required"]:
                is_null = self.mode == "required" and is_nullable(self.document, node)
                value = None if is_null else self.of(node, (*seen, ""))
                if value is ENDLESS and name in merged["required"]:
                    return ENDLESS
                if value is not ENDLESS:
                    result[name] = value
        others = merged.get("additionalProperties")
        if self.mode != "required" and isinstance(others, dict):
            value = self.of(others, (*seen, ""))
            result.update({} if value is ENDLESS else {"another": value})
        return result


def selecting(merged, node):
    """Return the discriminator's field and its value for an alternative, as a dict."""
    discriminator, reference = merged.get("discriminator"), node.get("$ref") if isinstance(node, dict) else None
    if not isinstance(discriminator, dict) or not isinstance(reference, str):
        return {}
    name = reference.rpartition("/")[2]
    mapping = discriminator.get("mapping") or {}
    values = [value for value, target in mapping.items() if target in (reference, name)]
    return {discriminator["propertyName"]: values[0] if values else name}


def breaks(document, schema, value, depth=0):
    """Return the place of the first part of a value that does not match its schema; None if all parts match."""
    if not isinstance(schema, dict) or depth > MOST:
        return "false" if schema is False else None
    merged = document.merged(schema)
    if value is None:
        may_be_null = is_nullable(document, schema) or not (merged["all_types"] or merged["properties"])
        return None if may_be_null else "null"
    return _breaks_itself(document, merged, value, depth) or _breaks_inside(document, merged, value, depth)


def _breaks_itself(document, merged, value, depth):
    """Return why a value does not match a schema, without regard to its fields and elements; None if it matches."""
    if merged.get("enum") and value not in merged["enum"]:
        return "enum"
    # If a schema has items or fields and no type, its type is array or object.
    kinds = merged["all_types"] or ([kind_of(merged)] if kind_of(merged) else [])
    for kind in kinds:
        if not any(_is_a(value, one) for one in (kind if isinstance(kind, list) else [kind])):
            return f"type {kind}"
    for alternatives in merged["alternatives"]:
        if all(breaks(document, one, value, depth + 1) for one in alternatives):
            return "alternatives"
    return None


def _breaks_inside(document, merged, value, depth):
    """Return the place of the first field or element that does not match its schema; None if all match."""
    if isinstance(value, list):
        found = (breaks(document, merged.get("items"), part, depth + 1) for part in value)
        return next((f"[]{place}" for place in found if place), None)
    if not isinstance(value, dict):
        return None
    fields = document.fields(merged, "answer")
    missing = [name for name in merged["required"] if name in fields and name not in value]
    if missing:
        return f"without {missing[0]}"
    closed = merged.get("additionalProperties") is False
    for name, part in value.items():
        if closed and name not in merged["properties"]:
            return f"undocumented {name}"
        place = breaks(document, merged["properties"].get(name), part, depth + 1)
        if place:
            return f"{name}: {place}"
    return None


def _is_a(value, kind):
    """Return True if a value is of a JSON type, such as "integer"."""
    if isinstance(value, bool):
        return kind == "boolean"
    types = {"string": str, "integer": int, "number": (int, float), "array": list, "object": dict}
    return kind in types and isinstance(value, types[kind])


def shape(path):
    """Return a path template without the names of its parameters, to compare templates."""
    return re.sub(r"\{[^}]*\}", "{}", path)
