"""From a parsed OpenAPI document to Python files: what the templates need to know.

openapi-python-client parses the document and names things; its types are written for Python 3.10 and its models
for httpx. Here the same properties become annotations that Python 3.8 resolves at run time, and the little that its
parser drops (servers, security, parameter styles, secret fields) is read from the document again.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from contextlib import contextmanager
from typing import Any, Iterable, Iterator, Mapping
from unittest.mock import patch

from openapi_python_client import Project
from openapi_python_client.parser.errors import ParseError
from openapi_python_client.parser.openapi import Endpoint, GeneratorData
from openapi_python_client.parser.properties import EnumProperty, LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty
from openapi_python_client.schema import ParameterLocation, Schema
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import in_double_quote_literal, safe_for_docstring

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
#: Methods that do the same when repeated (RFC 9110, 9.2.2); an operation says otherwise with `x-idempotent`.
IDEMPOTENT = {"GET", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"}

#: What stands for a response in the generated code; a document may have anything as a key.
STATUS = re.compile(r"[1-5](\d\d|XX)|default", re.ASCII)

#: The start of references to schemas.
SCHEMAS = "#/components/schemas/"

#: Attributes of the model bases.
RESERVED_FIELDS = {"additional_keys", "additional_properties", "from_dict", "to_dict", "to_multipart"}
#: What the functions of an operation have beside its parameters.
RESERVED_PARAMETERS = {"body", "build", "client", "self", "sync_detailed"}

# The parser would drop the whole operation over an array, a date or an object in a header.
PropertyProtocol._allowed_locations.add(ParameterLocation("header"))  # noqa: SLF001 (it has no setting for it)


@contextmanager
def readable_complaints() -> Iterator[None]:
    """Let the parser name things in its complaints. Elsewhere a raw text of the document must not print itself."""
    with patch.object(UntrustedString, "__repr__", lambda text: json.dumps(text.get_untrusted_value())):
        yield


def is_free_form(prop: Any) -> bool:
    """Whether a property is an object without documented fields."""
    if not isinstance(prop, ModelProperty):
        return False
    # The property itself may be a copy that the parser made before it filled in the fields.
    others = prop.data.additionalProperties
    anything = others in (None, True) or (isinstance(others, Schema) and not any(others.model_dump().values()))
    return anything and not prop.data.properties and not prop.data.allOf


def properties(model: ModelProperty) -> list[Any]:
    """The fields of a model, those without a default first."""
    found = (model.required_properties or []) + (model.optional_properties or [])
    return sorted(found, key=lambda prop: default(prop) is not None)


def default(prop: Any) -> str | None:
    """The code of a property's default, or None."""
    if prop.default is None:
        return None if prop.required else "UNSET"
    code: str = prop.default.python_code.as_unembedded_code()
    raw = prop.default.raw_value
    if code.lstrip("-") in ("inf", "nan"):
        return f'float("{code}")'
    # The parser escapes quotes twice. The text of a date passes as it is: Python 3.8 cannot read all forms of it.
    is_text = isinstance(raw, str) and (code[0] in "'\"" or "fromisoformat" in code)
    return repr(raw) if is_text else code


def secret_fields(schema: Any) -> set[str]:
    """The fields that the document marks as secret: they stay out of `repr`."""
    own = getattr(schema, "properties", None) or {}
    found = {name for name, data in own.items() if getattr(data, "schema_format", None) == "password"}
    return found.union(*(secret_fields(part) for part in getattr(schema, "allOf", None) or []))


def attribute_doc(prop: Any) -> str:
    """A property as a line of a docstring."""
    text = safe_for_docstring(prop.description or "").strip()
    example = f"For example {safe_for_docstring(prop.example)}." if prop.example else ""
    return f"{prop.python_name}: {' '.join(part for part in (text, example) if part)}".rstrip()


class Types:
    """Types, arguments, fields and imports for properties.

    Args:
        classes: The names of the classes that are generated. The parser may refer to others that it gave up on:
            they are plain JSON.
    """

    def __init__(self, classes: set[str]) -> None:
        self.classes = classes

    def members(self, prop: Any) -> Iterator[str]:
        """The alternatives of a property's type, in the document's order; Unset is not among them."""
        if isinstance(prop, UnionProperty):
            for inner in prop.inner_properties:
                yield from self.members(inner)
        elif isinstance(prop, ListProperty):
            yield f"List[{self.annotation(prop.inner_property)}]"
        elif isinstance(prop, ModelProperty):
            yield prop.class_info.name if prop.class_info.name in self.classes else "Dict[str, Any]"
        elif isinstance(prop, (EnumProperty, LiteralEnumProperty)):
            yield from [prop.class_info.name] if prop.class_info.name in self.classes else []
            yield prop.value_type.__name__
        elif isinstance(prop, ConstProperty):
            value = prop.value.raw_value
            yield f"Literal[{value!r}]" if isinstance(value, (str, int, bool)) else type(value).__name__
        elif isinstance(prop, DateTimeProperty):
            yield from ("datetime.datetime", "str")
        elif isinstance(prop, DateProperty):
            yield from ("datetime.date", "str")
        elif isinstance(prop, UuidProperty):
            yield from ("UUID", "str")
        else:
            yield prop.get_base_type_string().as_unembedded_code()

    def annotation(self, prop: Any) -> str:
        """The type of a property that is there, as Python 3.8 can resolve it."""
        return union(self.members(prop))

    def given(self, prop: Any) -> str:
        """The type of a property that may be missing."""
        return self.annotation(prop) if prop.required else union([*self.members(prop), "Unset"])

    def argument(self, prop: Any) -> str:
        """A parameter as an argument of a function: an optional one may be None, which leaves it out, as UNSET does."""
        value = default(prop)
        if value is None:
            return f"{prop.python_name}: {self.annotation(prop)}"
        return f"{prop.python_name}: {union([*self.members(prop), 'None', 'Unset'])} = {value}"

    def declaration(self, prop: Any, model: ModelProperty) -> str:
        """A property as a field of a model."""
        value = default(prop)
        options = []
        if isinstance(prop.default and prop.default.raw_value, (dict, list)):
            options.append(f"factory=lambda: {value}")
        elif value is not None:
            options.append(f"default={value}")
        if prop.name in secret_fields(model.data):
            options.append("repr=False")
        if prop.python_name != prop.name:
            options.append(f'metadata={{"name": "{in_double_quote_literal(prop.name)}"}}')
        start = f"{prop.python_name}: {self.given(prop)}"
        if not options:
            return start
        return f"{start} = {value}" if options == [f"default={value}"] else f"{start} = _field({', '.join(options)})"

    def body_annotation(self, endpoint: Endpoint) -> str:
        """The type of an operation's body argument, with its default."""
        types = [kind for body in endpoint.bodies for kind in self.members(body.prop)]
        optional = not all(body.prop.required for body in endpoint.bodies)
        return union([*types, "Unset"]) + " = UNSET" if optional else union(types)

    def classes_in(self, prop: Any) -> Iterator[Any]:
        """The properties inside a property that have a class of their own."""
        if isinstance(prop, UnionProperty):
            for inner in prop.inner_properties:
                yield from self.classes_in(inner)
        elif isinstance(prop, ListProperty):
            yield from self.classes_in(prop.inner_property)
        elif isinstance(prop, (EnumProperty, LiteralEnumProperty, ModelProperty)):
            yield from [prop] if prop.class_info.name in self.classes else []

    def used(self, model: ModelProperty) -> list[Any]:
        """The classes that a model refers to, itself left out."""
        own = properties(model) + ([model.additional_properties] if model.additional_properties else [])
        found = (prop for part in own for prop in self.classes_in(part))
        return [prop for prop in found if prop.class_info.name != model.class_info.name]

    def enum_imports(self, model: ModelProperty) -> list[str]:
        """What a model imports before its class."""
        return import_lines((prop for prop in self.used(model) if not isinstance(prop, ModelProperty)), "")

    def model_imports(self, model: ModelProperty) -> list[str]:
        """What a model imports after its class."""
        return import_lines((prop for prop in self.used(model) if isinstance(prop, ModelProperty)), "")

    def endpoint_imports(self, endpoint: Endpoint) -> list[str]:
        """What an operation imports."""
        parts = [*endpoint.list_all_parameters(), *(response.prop for response in endpoint.responses)]
        return import_lines((prop for part in parts for prop in self.classes_in(part)), "...models")


def union(types: Iterable[str]) -> str:
    """Alternatives as one type."""
    distinct = list(dict.fromkeys(types))
    if "Any" in distinct:
        return "Any"
    return distinct[0] if len(distinct) == 1 else f"Union[{', '.join(distinct)}]"


def import_lines(found: Iterable[Any], prefix: str) -> list[str]:
    """Import lines for classes."""
    return sorted({f"from {prefix}.{prop.class_info.module_name} import {prop.class_info.name}" for prop in found})


# Operations


def shape(method: str, path: str) -> tuple[str, str]:
    """What identifies an operation, whatever its parameters are called."""
    return method.upper(), re.sub(r"\{[^}]*\}", "{}", path)


class Document:
    """The raw document, asked for what the parser drops."""

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
        """Follow local references."""
        for _ in range(32):
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#/")):
                break
            target: Any = self.data
            for key in node["$ref"][2:].split("/"):
                target = target.get(key.replace("~1", "/").replace("~0", "~"), {}) if isinstance(target, dict) else {}
            node = target
        return node

    def operation_data(self, endpoint: Endpoint) -> dict[str, Any]:
        """The parts of an operation's data that the parser does not give."""
        item, raw = self.operations[shape(endpoint.method, endpoint.path.get_untrusted_value())]
        places = ("path", endpoint.path_parameters), ("query", endpoint.query_parameters)
        return {
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
        return next(iter(alternatives), {})

    def _credential(self, name: str) -> tuple[str, str, str]:
        """Name, place and parameter of a security scheme; no place if the document does not say it."""
        schemes = (self.data.get("components") or {}).get("securitySchemes") or {}
        scheme = self.resolve(schemes.get(name) or {})
        if scheme.get("type") == "apiKey" and scheme.get("in") in ("header", "query", "cookie"):
            return name, scheme["in"], str(scheme.get("name", ""))
        in_authorization = scheme.get("type") in ("http", "oauth2", "openIdConnect")
        return (name, "header", "Authorization") if in_authorization else (name, "", "")

    def _server(self, item: Mapping[str, Any], raw: Mapping[str, Any]) -> str | None:
        servers = raw.get("servers") or item.get("servers") or self.data.get("servers") or [{}]
        server = servers[0]
        url = str(server.get("url", ""))
        for name, variable in (server.get("variables") or {}).items():
            url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
        return url if re.match(r"https?://[^{}]+$", url) else None

    def parameters(self, endpoint: Endpoint) -> list[Mapping[str, Any]]:
        """The parameters of an operation, its own after those of its path."""
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

    def _responses(self, endpoint: Endpoint, raw: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        parsed = {response.status_code.pattern: response for response in endpoint.responses}
        for status in map(str, raw.get("responses") or {}):
            response = parsed.get(status)
            if not STATUS.fullmatch(status):
                continue
            if response is None:
                # A media type that the parser cannot read: documented all the same, so the bytes are handed on.
                yield status, "bytes", "bytes"
            else:
                yield status, KINDS[response.source["attribute"]], self.types.annotation(response.prop)

    def result_annotation(self, endpoint: Endpoint) -> str:
        """The type of what an operation gives."""
        types = [type_ for _, kind, type_ in self.operation_data(endpoint)["responses"] if kind != "none"]
        return union(types or ["Any"])


#: How the parser says where a body comes from, and how `Answer` says it.
KINDS = {"response.json()": "json", "response.content": "bytes", "response.text": "text", "None": "none"}


def style(parameter: Mapping[str, Any]) -> str | None:
    """How a query parameter's array or object is written, if not as name=a&name=b."""
    named = parameter.get("style", "form")
    if named == "deepObject":
        return "deep"
    if named in ("spaceDelimited", "pipeDelimited"):
        return {"spaceDelimited": "space", "pipeDelimited": "pipe"}[named]
    return None if parameter.get("explode", True) else "comma"


#: Places of a document whose keys are names, and not words of OpenAPI.
NAMED = {"properties", "patternProperties", "schemas", "$defs", "definitions"}
#: Places that hold any JSON.
FREE = {"example", "examples", "default", "const", "value"}


def normalised(node: Any, place: str = "") -> Any:
    """The document without what the parser drops or stumbles over.

    It silently drops fields beside a single allOf, anyOf or oneOf. It gives up on an enum that repeats a value, on an
    array without items, and on statuses that are numbers or in small letters.
    """
    if isinstance(node, list):
        return [normalised(element) for element in node]
    if not isinstance(node, dict) or place in FREE:
        return node
    result = {key: normalised(value, "" if place in NAMED else str(key)) for key, value in node.items()}
    if place == "responses":
        return {status_key(key): value for key, value in result.items() if not str(key).startswith("x-")}
    return result if place in NAMED else _normalised_schema(result)


def status_key(key: Any) -> str:
    """A status as the parser reads it; other names stay."""
    return str(key).upper() if re.fullmatch(r"[1-5][xX]{2}", str(key)) else str(key)


def _normalised_schema(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("enum"), list):
        # By hash, where a value has one: enums may be long.
        keys = [("JSON", json.dumps(v, default=str)) if isinstance(v, (dict, list)) else v for v in schema["enum"]]
        first = dict(zip(reversed(keys), reversed(schema["enum"])))
        schema["enum"] = [first[key] for key in dict.fromkeys(keys)]
    if schema.get("type") == "array" and not {"items", "prefixItems"} & schema.keys():
        schema["items"] = {}
    lists = [schema[key] for key in ("allOf", "anyOf", "oneOf") if isinstance(schema.get(key), list)]
    combined = [part for parts in lists for part in parts]
    single = len(combined) == 1 and isinstance(combined[0], dict) and "$ref" in combined[0]
    if single and isinstance(schema.get("properties"), dict):
        own = {"type": "object", "properties": schema.pop("properties"), "required": schema.pop("required", [])}
        rest = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf")}
        return {**rest, "allOf": [*combined, own]}
    return schema


def drop_dead_ends(document: Mapping[str, Any]) -> list[Any]:
    """Take out schemas that are references to nothing in the document, or in a circle; the complaints about them.

    The parser fails on them, or follows them without end.
    """
    schemas = (document.get("components") or {}).get("schemas")
    dead = [name for name in schemas if leads_nowhere(name, schemas)] if isinstance(schemas, dict) else []
    complaints = []
    for name in dead:
        detail = f"{document['components']['schemas'].pop(name)['$ref']} leads to no schema of this document."
        complaints.append(ParseError(header=f"Unable to parse schema {name}.", detail=detail))
    return complaints


def leads_nowhere(name: str, schemas: Mapping[str, Any]) -> bool:
    """Whether a schema is a reference that does not end at a schema."""
    seen = set()
    while name in schemas and name not in seen:
        seen.add(name)
        data = schemas[name]
        reference = data.get("$ref") if isinstance(data, dict) else None
        if not isinstance(reference, str):
            return False
        name = reference[len(SCHEMAS) :] if reference.startswith(SCHEMAS) else ""
    return True


# Names


def rename_fields(found: list[Any], reserved: set[str]) -> None:
    """`_cursor` becomes `cursor`, and no field takes a name that the code around it needs."""
    taken = {prop.python_name for prop in found}
    for prop in found:
        wire = prop.name.get_untrusted_value()
        name = str(prop.python_name)
        if wire.startswith("_") and name.startswith("field_") and name[6:7].isalpha() and name[6:] not in taken:
            name = name[6:]
        if name in reserved:
            name += "_"
        if name != prop.python_name and name not in taken:
            taken.add(name)
            object.__setattr__(prop, "python_name", name)


def rename_parameters(endpoint: Endpoint) -> None:
    """As `rename_fields`, for the parameters of an operation; its path template follows."""
    before = [str(prop.python_name) for prop in endpoint.path_parameters]
    rename_fields([prop for _, prop in endpoint.iter_all_parameters()], RESERVED_PARAMETERS)
    path = endpoint.path.get_untrusted_value()
    for old, prop in zip(before, endpoint.path_parameters):
        path = path.replace(f"{{{old}}}", f"{{{prop.python_name}}}")
    endpoint.path = UntrustedString(path)


def operation_names(openapi: GeneratorData) -> list[tuple[str, str, str]]:
    """Tag, name and a name that is unique in the document, of each operation."""
    pairs = [(tag, str(e.name)) for tag, found in openapi.endpoint_collections_by_tag.items() for e in found.endpoints]
    count, taken = Counter(name for _, name in pairs), set()
    found: list[tuple[str, str, str]] = []
    for tag, name in dict.fromkeys(pairs):
        alias = name if count[name] == 1 else f"{tag}_{name}"
        while alias in taken or (alias != name and count[alias]):
            alias += "_"
        taken.add(alias)
        found.append((tag, name, alias))
    return found


class RequestsProject(Project):
    """openapi-python-client's project, with our templates and the files that it has no name for."""

    extra_files = ("operation.py", "converter.py", "operations.py")

    def __init__(self, *, document: Mapping[str, Any], header: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.openapi.models = [
            model for model in self.openapi.models if model.required_properties is not None and not is_free_form(model)
        ]
        types = Types({prop.class_info.name for prop in [*self.openapi.models, *self.openapi.enums]})
        raw = Document(document, types)
        self.header = header
        self.env.globals.update(header=header, operation_names=operation_names(self.openapi))
        self.env.filters.update(
            annotation=types.annotation,
            argument=types.argument,
            attribute_doc=attribute_doc,
            body_annotation=types.body_annotation,
            declaration=types.declaration,
            endpoint_imports=types.endpoint_imports,
            enum_imports=types.enum_imports,
            model_imports=types.model_imports,
            operation_data=raw.operation_data,
            properties=properties,
            result_annotation=raw.result_annotation,
        )
        for model in self.openapi.models:
            rename_fields(properties(model), RESERVED_FIELDS)
        for collection in self.openapi.endpoint_collections_by_tag.values():
            for endpoint in collection.endpoints:
                rename_parameters(endpoint)
                raw.describe_parameters(endpoint)

    def build(self) -> Any:
        """Write the files, unformatted, into the (empty) output folder; the parser's complaints are returned."""
        self.package_dir.mkdir(parents=True, exist_ok=True)
        self._create_package()
        self._build_models()
        self._build_api()
        for name in self.extra_files:
            template = self.env.get_template(f"{name}.jinja")
            (self.package_dir / name).write_text(template.render(), encoding="utf-8")
        (self.package_dir / "py.typed").write_text(self.header + "\n", encoding="utf-8")
        return self._get_errors()
