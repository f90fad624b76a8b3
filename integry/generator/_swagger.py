"""Rewrite a Swagger 2 document as OpenAPI 3.0.

No Python library does this: the existing ones send the document to a web service, or need Node.
"""

from __future__ import annotations

from typing import Any

from ._media import FORM
from ._values import listed

#: Keys of a Swagger 2 parameter that do not move to its schema in OpenAPI 3.
_OF_PARAMETER = {"name", "in", "description", "required", "allowEmptyValue", "collectionFormat", "schema"}
_KEPT = ("$ref", "name", "in", "description", "required")
#: Style and `explode` for each `collectionFormat`. OpenAPI 3 has no style for tabs ("tsv"), so commas replace them.
_FORMATS = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
#: Prefixes of references in Swagger 2 and in OpenAPI 3. References to body parameters are resolved before.
_MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}


def convert(document: dict[str, Any]) -> dict[str, Any]:
    """Return a Swagger 2 document as an OpenAPI 3.0 document."""
    paths = _objects(document.get("paths"))
    converted: dict[str, Any] = {
        "openapi": "3.0.3",
        **{key: document[key] for key in ("info", "tags", "security", "externalDocs") if key in document},
        "servers": _servers(document),
        "paths": {path: _item(document, item) for path, item in paths.items()},
        "components": {
            "schemas": document.get("definitions") or {},
            "parameters": {
                name: _parameter(node)
                for name, node in _objects(document.get("parameters")).items()
                if node.get("in") not in ("body", "formData")
            },
            "responses": {
                name: _response(node, document.get("produces"))
                for name, node in _objects(document.get("responses")).items()
            },
            "securitySchemes": {
                name: _scheme(node) for name, node in _objects(document.get("securityDefinitions")).items()
            },
        },
    }
    moved: dict[str, Any] = _moved(converted)
    return moved


def _objects(node: Any) -> dict[str, dict[str, Any]]:
    """Return the items of a dict whose values are dicts."""
    return {key: value for key, value in node.items() if isinstance(value, dict)} if isinstance(node, dict) else {}


def _moved(node: Any) -> Any:
    """Return a part of a document with OpenAPI 3 references, and binary strings instead of the type `file`."""
    if isinstance(node, list):
        return [_moved(element) for element in node]
    if not isinstance(node, dict):
        return node
    result = {key: _moved(value) for key, value in node.items()}
    reference = result.get("$ref")
    if isinstance(reference, str):
        old = next((start for start in _MOVED if reference.startswith(start)), "")
        result["$ref"] = _MOVED.get(old, "") + reference[len(old) :]
    if result.get("type") == "file":
        result.update(type="string", format="binary")
    return result


def _servers(document: dict[str, Any]) -> list[dict[str, Any]]:
    base = str(document.get("basePath") or "").rstrip("/")
    if not document.get("host"):
        return [{"url": base}] if base else []
    schemes = document.get("schemes")
    found = schemes if isinstance(schemes, list) and schemes else ["https"]
    ordered = sorted(map(str, found), key=lambda scheme: scheme != "https")
    return [{"url": f"{scheme}://{document['host']}{base}"} for scheme in ordered]


def _item(document: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """Return a path item. Its body parameters become part of the body of each of its operations."""
    shared = [_target(document, node) for node in listed(item, "parameters")]
    in_body = [node for node in shared if node.get("in") in ("body", "formData")]
    result: dict[str, Any] = {"parameters": [_parameter(node) for node in shared if node not in in_body]}
    for key, node in item.items():
        if key != "parameters":
            result[key] = _operation(document, node, in_body) if isinstance(node, dict) else node
    return result


def _target(document: dict[str, Any], node: Any) -> dict[str, Any]:
    """Return a parameter, or the target of its reference."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    if isinstance(reference, str) and reference.startswith("#/parameters/"):
        return _objects(document.get("parameters")).get(reference.rpartition("/")[2], {})
    return node if isinstance(node, dict) else {}


def _operation(document: dict[str, Any], raw: dict[str, Any], shared: list[dict[str, Any]]) -> dict[str, Any]:
    own = [_target(document, node) for node in listed(raw, "parameters")]
    in_body = [*shared, *(node for node in own if node.get("in") in ("body", "formData"))]
    result = {key: value for key, value in raw.items() if key not in ("parameters", "consumes", "produces", "schemes")}
    result["parameters"] = [_parameter(node) for node in own if node not in in_body]
    if in_body:
        result["requestBody"] = _body(in_body, raw.get("consumes", document.get("consumes")))
    produces = raw.get("produces", document.get("produces"))
    responses = _objects(raw.get("responses"))
    result["responses"] = {key: _response(node, produces) for key, node in responses.items()}
    return result


def _parameter(node: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter with the keys of its type moved to a schema."""
    schema = {key: value for key, value in node.items() if key not in _OF_PARAMETER and not key.startswith("x-example")}
    result: dict[str, Any] = {key: node[key] for key in _KEPT if key in node}
    if "$ref" in node:
        return result
    if schema.get("type") == "array" and node.get("in") in ("query", None):
        style, explode = _FORMATS.get(str(node.get("collectionFormat", "csv")), ("form", False))
        result.update(style=style, explode=explode)
    return {**result, "schema": node.get("schema", schema)}


def _body(found: list[dict[str, Any]], consumes: Any) -> dict[str, Any]:
    """Return the request body of an operation, from its body parameter or its form parameters."""
    types = [str(name) for name in consumes] if isinstance(consumes, list) else []
    body = next((node for node in found if node.get("in") == "body"), None)
    if body is not None:
        content = {name: {"schema": body.get("schema", {})} for name in types or ["application/json"]}
        return {"content": content, "description": body.get("description", ""), "required": body.get("required", False)}
    is_upload = any(node.get("type") == "file" for node in found) or any(
        name.startswith("multipart/") for name in types
    )
    form = _form(found)
    media = {"schema": form, "encoding": _encoding(found)}
    return {
        "content": {"multipart/form-data" if is_upload else FORM: media},
        "required": bool(form.get("required")),
    }


def _form(found: list[dict[str, Any]]) -> dict[str, Any]:
    fields = {}
    for node in found:
        note = {"description": node["description"]} if "description" in node else {}
        fields[str(node.get("name"))] = {**_parameter(node).get("schema", {}), **note}
    required = [str(node.get("name")) for node in found if node.get("required") is True]
    return {"type": "object", "properties": fields, **({"required": required} if required else {})}


def _encoding(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the encoding of the arrays in a form: one field with commas, unless `collectionFormat` says otherwise."""
    encoding = {}
    for node in found:
        style, explode = _FORMATS.get(str(node.get("collectionFormat", "csv")), ("form", False))
        if node.get("type") == "array" and not explode:
            encoding[str(node.get("name"))] = {"style": style, "explode": explode}
    return encoding


def _response(node: dict[str, Any], produces: Any) -> dict[str, Any]:
    if "schema" not in node:
        return node
    types = [str(name) for name in produces] if isinstance(produces, list) and produces else ["application/json"]
    is_file = isinstance(node["schema"], dict) and node["schema"].get("type") == "file"
    types = [name for name in types if "json" not in name] or ["application/octet-stream"] if is_file else types
    result = {key: value for key, value in node.items() if key not in ("schema", "examples")}
    return {**result, "content": {name: {"schema": node["schema"]} for name in types}}


def _scheme(node: dict[str, Any]) -> dict[str, Any]:
    if node.get("type") == "basic":
        return {"type": "http", "scheme": "basic"}
    if node.get("type") != "oauth2":
        return node
    flow = str(node.get("flow", "implicit"))
    urls = {key: node[key] for key in ("authorizationUrl", "tokenUrl", "scopes") if key in node}
    return {"type": "oauth2", "flows": {_FLOWS.get(flow, flow): urls}}
