"""The JSON schema of a function: the types of its parameters, and texts as values of these types."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, FrozenSet, List, Mapping

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
#: Maximum number of references that are followed: a schema may refer to itself.
MAX_DEPTH = 20


class WrongValueError(ValueError):
    """A value does not fit its schema. The message says what was expected."""


def resolved(schema: Any, root: Mapping[str, Any]) -> Dict[str, Any]:
    """Return a schema with its local reference followed; {} if it is not an object."""
    for _ in range(MAX_DEPTH):
        if not isinstance(schema, dict):
            return {}
        target = schema.get("$ref")
        if not (isinstance(target, str) and target.startswith("#/")):
            return schema
        found: Any = root
        for part in target[2:].split("/"):
            found = found.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
        schema = found
    return {}


def types_of(schema: Any, root: Mapping[str, Any], depth: int = 0) -> FrozenSet[str]:
    """Return the types that a schema takes; all types if it names none."""
    schema = resolved(schema, root)
    declared = schema.get("type")
    names = {declared} if isinstance(declared, str) else set(declared) if _is_list_of_texts(declared) else set()
    if schema.get("nullable") is True and names:
        names.add("null")
    for choice in ("anyOf", "oneOf"):
        options = schema.get(choice)
        if not names and isinstance(options, list) and depth < MAX_DEPTH:
            names = set().union(*(types_of(each, root, depth + 1) for each in options))
    if not names and isinstance(schema.get("enum"), list):
        names = {_type_of(each) for each in schema["enum"]}
    names &= set(TYPES)
    return frozenset(names or TYPES)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _type_of(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    names = {int: "integer", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def properties_of(schema: Any) -> Dict[str, Any]:
    """Return the parameters of a function by name."""
    found = schema.get("properties") if isinstance(schema, dict) else None
    return found if isinstance(found, dict) else {}


def required_of(schema: Any) -> List[str]:
    """Return the names of required parameters."""
    found = schema.get("required") if isinstance(schema, dict) else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def takes_others(schema: Any) -> bool:
    """Return True if a function takes parameters that its schema does not name."""
    return bool(schema.get("additionalProperties")) or not properties_of(schema)


def parameters(schema: Any) -> List[Dict[str, Any]]:
    """Return name, type, enum and description of each parameter, the required ones first."""
    required = set(required_of(schema))
    found = []
    for name, raw in properties_of(schema).items():
        each = resolved(raw, schema)
        enum = each.get("enum")
        found.append(
            {
                "name": name,
                "type": describe(each, schema),
                "required": name in required,
                "enum": enum if isinstance(enum, list) else [],
                "description": each.get("description") or "",
            }
        )
    return sorted(found, key=lambda each: not each["required"])


def describe(schema: Any, root: Mapping[str, Any]) -> str:
    """Return the types of a schema in words."""
    schema, names = resolved(schema, root), types_of(schema, root)
    if len(names) == len(TYPES):
        return "any"
    items = types_of(schema.get("items"), root)
    of = f" of {'|'.join(sorted(items))}" if "array" in names and len(items) < len(TYPES) else ""
    return "|".join(each + (of if each == "array" else "") for each in TYPES if each in names)


def read(text: str, schema: Any, root: Mapping[str, Any]) -> Any:
    """Return a text from the command line as a value of a schema.

    Args:
        text: The text.
        schema: The schema of the argument.
        root: The schema of the function, for references.

    Raises:
        WrongValueError: If the text is not a value of the schema.
    """
    schema, names = resolved(schema, root), types_of(schema, root)
    if text == "null" and "null" in names:
        return None
    decoded = _decoded(text)
    enum = schema.get("enum")
    if isinstance(enum, list) and enum:
        return _chosen(text, decoded, enum)
    if "array" in names and len(names) < len(TYPES):
        return _listed(text, decoded, schema, root, names)
    return _single(text, decoded, names)


def _single(text: str, decoded: Any, names: FrozenSet[str]) -> Any:
    """Return a text where the schema takes no list, or all types."""
    if len(names) == len(TYPES):
        return text if decoded is INVALID else decoded
    if "object" in names and isinstance(decoded, dict):
        return decoded
    if "string" in names:
        return text
    if fits(decoded, names):
        return int(decoded) if names & {"integer", "number"} == {"integer"} and isinstance(decoded, float) else decoded
    if _has_tag(text):
        return text
    raise WrongValueError(_expected(names))


class _Invalid:
    """The type of INVALID, which is not a JSON value."""


INVALID = _Invalid()


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _decoded(text: str) -> Any:
    """Return a text as JSON, or INVALID. NaN and Infinity are not JSON."""
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return INVALID
    return INVALID if isinstance(found, float) and found in (float("inf"), float("-inf")) else found


def _has_tag(text: str) -> bool:
    """Return True if a text has a tag such as {name}, which stands for a value of any type."""
    from .. import tags

    return bool(tags.find(text))


def _chosen(text: str, decoded: Any, enum: List[Any]) -> Any:
    if text in enum or _has_tag(text):
        return text
    for each in enum:
        if type(each) is type(decoded) and each == decoded:
            return each
    message = f"must be one of {', '.join(json.dumps(each) for each in enum[:20])}"
    raise WrongValueError(message)


def _listed(text: str, decoded: Any, schema: Mapping[str, Any], root: Mapping[str, Any], names: FrozenSet[str]) -> Any:
    """Return a text where the schema takes a list: a JSON list, or the only item."""
    if isinstance(decoded, list):
        return decoded
    if "string" in names or (re.fullmatch(r"\{[^{}\"]+\}", text) and _has_tag(text)):
        return text
    if fits(decoded, names - {"array"}):
        return decoded
    return [read(text, schema.get("items"), root)]


def fits(value: Any, names: FrozenSet[str]) -> bool:
    """Return True if a JSON value has one of the types."""
    if value is INVALID:
        return False
    found = _type_of(value)
    whole = found == "number" and "integer" in names and float(value).is_integer()
    return found in names or whole or (found == "integer" and "number" in names)


def _expected(names: FrozenSet[str]) -> str:
    words = {
        "null": "null",
        "boolean": "true or false",
        "integer": "a whole number",
        "number": "a number",
        "object": "a JSON object",
        "array": "a list",
        "string": "a text",
    }
    shown = names - {"integer"} if "number" in names else names
    return f"must be {' or '.join(words[each] for each in TYPES if each in shown)}"


def check(value: Any, schema: Any, root: Mapping[str, Any]) -> None:
    """Check the type of a value that was given as JSON.

    Raises:
        WrongValueError: If the value does not fit.
    """
    schema, names = resolved(schema, root), types_of(schema, root)
    if isinstance(value, str) and _has_tag(value):
        return
    if not fits(value, names):
        raise WrongValueError(_expected(names))
    enum = schema.get("enum")
    if isinstance(enum, list) and enum and not any(type(each) is type(value) and each == value for each in enum):
        message = f"must be one of {', '.join(json.dumps(each) for each in enum[:20])}"
        raise WrongValueError(message)
