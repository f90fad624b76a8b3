"""Rules for fields and parameters that refer to a schema: the default and description that each of them has."""

from __future__ import annotations

from typing import Any

from ._defaults import fits, has_structure
from ._references import MAX_REFERENCES, Document
from ._values import listed

#: The warning for a default that openapi-python-client would reject.
BAD_DEFAULT = "a default does not match its schema, and is left out"


def with_own_notes(document: Document, schema: dict[str, Any], node: Any, where: str) -> dict[str, Any]:
    """Return the schema of a field with the default and description of the field.

    openapi-python-client ignores what is beside a reference, and the default of the schema that a reference leads to.

    Args:
        document: The document.
        schema: The rewritten schema. It is returned unchanged if it is not a reference, alone or in `allOf`.
        node: The schema in the document.
        where: The place of the schema, for warnings.
    """
    if "$ref" in schema:
        described = {"description": node["description"]} if isinstance(node.get("description"), str) else {}
        return _with_default(document, {**schema, **described}, {"allOf": [schema], **described}, node, where)
    only = listed(schema, "allOf")
    if len(only) == 1 and "$ref" in only[0] and "default" not in schema and len(listed(node, "allOf")) == 1:
        return _with_default(document, schema, schema, node["allOf"][0], where)
    return schema


def _with_default(
    document: Document, schema: dict[str, Any], combined: dict[str, Any], node: Any, where: str
) -> dict[str, Any]:
    """Return `combined` with the default of a reference, or `schema` if the client cannot have a default."""
    default = _default(document, node)
    if default is None:
        return schema
    if fits(document, node, default):
        return {**combined, "default": default}
    if "default" in node and not has_structure(document, node):
        document.report.warn(BAD_DEFAULT, where)
    return schema


def _default(document: Document, node: Any) -> Any:
    """Return the default beside a reference, or else that of its target; None if there is no default or no target."""
    found: list[Any] = []
    for _ in range(MAX_REFERENCES):
        if not isinstance(node, dict):
            break
        if "default" in node:
            found.append(node["default"])
        if "$ref" not in node:
            return found[0] if found else None
        node = document.find(str(node["$ref"]))
    return None
