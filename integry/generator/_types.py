"""Type annotations, arguments, fields and imports of the generated code.

Python 3.8 must be able to resolve the annotations at run time, so they use Union[...] and List[...].
"""

from __future__ import annotations

from typing import Any, Callable, Iterable, Iterator

from openapi_python_client.parser.bodies import Body, BodyType
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import EnumProperty, LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from ._discriminators import VALUES
from ._docstrings import in_double_quote_literal, safe_for_docstring
from ._imports import from_line, natural
from ._objects import Schema

#: The enums, and all properties that are classes of the client.
_ENUMS = (EnumProperty, LiteralEnumProperty)
_CLASSES = (*_ENUMS, ModelProperty)
#: Maximum number of characters of an example that documents a field or argument.
_LONGEST_EXAMPLE = 100
#: The types that texts are parsed as, by property.
_TEXTS = {DateTimeProperty: "datetime.datetime", DateProperty: "datetime.date", UuidProperty: "UUID"}


def is_free_form(model: ModelProperty) -> bool:
    """Return True if a model is an object without documented fields, which is typed as a dict."""
    # Look at the schema, because openapi-python-client may have copied the model before it added the fields.
    others = model.data.additionalProperties
    anything = others in (None, True) or (isinstance(others, Schema) and not any(others.model_dump().values()))
    return anything and not model.data.properties and not model.data.allOf


def properties(model: ModelProperty) -> list[Any]:
    """Return the fields of a model. Fields without a default come first, as attrs requires."""
    found = (model.required_properties or []) + (model.optional_properties or [])
    read_only = one_sided(model, "x-read-only")
    return sorted(found, key=lambda prop: default(prop) is not None or prop.name in read_only)


def default(prop: Any) -> str | None:
    """Return the Python expression of a property's default, or None if it has no default."""
    if prop.default is None:
        return None if prop.required else "UNSET"
    code: str = prop.default.python_code.as_unembedded_code()
    raw = prop.default.raw_value
    if code.lstrip("-") in ("inf", "nan"):
        return f'float("{code}")'
    if isinstance(raw, str) and "fromisoformat" in code:
        return _time(raw, is_date=not code.startswith("datetime.datetime"))
    # Do not use `code`, in which openapi-python-client has escaped the quotes twice.
    return repr(raw) if isinstance(raw, str) and code[0] in "'\"" else code


def _time(text: str, *, is_date: bool) -> str:
    """Return the Python expression of a date or date-time, or of a string if a client could not parse the text."""
    # Import the parsers here, because few documents have such defaults, and the import takes long.
    from .runtime._formats import parse_date, parse_datetime

    parse: Callable[[str, Any], Any] = parse_date if is_date else parse_datetime
    try:
        return repr(parse(text, None))
    except ValueError:
        return repr(text)


def is_secret(schema: Any, name: Any) -> bool:
    """Return True if a field has `format: password`, and is left out of `repr`."""
    own = (getattr(schema, "properties", None) or {}).get(name)
    parts = getattr(schema, "allOf", None) or ()
    return getattr(own, "schema_format", None) == "password" or any(is_secret(part, name) for part in parts)


def selecting(model: ModelProperty) -> dict[str, tuple[str | None, ...]]:
    """Return the values of discriminators that select a model, by the names of the fields."""
    found = (model.data.model_extra or {}).get(VALUES) or {}
    return {name: tuple(values) for name, values in found.items() if values}


def one_sided(model: ModelProperty, key: str) -> list[str]:
    """Return the names of the `readOnly` or `writeOnly` fields. Omit discriminators, which client and server need."""
    found = (model.data.model_extra or {}).get(key)
    return [name for name in found if name not in selecting(model)] if found else []


def attribute_doc(prop: Any) -> str:
    """Return the line that documents a property in a docstring. A long example, such as an object, is left out."""
    text = safe_for_docstring(prop.description or "").strip()
    example = safe_for_docstring(prop.example) if prop.example else ""
    example = f"For example {example}." if example and len(example) <= _LONGEST_EXAMPLE else ""
    return f"{prop.python_name}: {' '.join(part for part in (text, example) if part)}".rstrip()


class Types:
    """The code for properties: type annotations, arguments, fields and imports.

    Args:
        classes: Names of the generated classes. A property that refers to another class, which could not be generated,
            is typed as plain JSON.
    """

    def __init__(self, classes: set[str]) -> None:
        self.classes = classes
        #: The last model whose classes were found, and these classes.
        self._last: tuple[ModelProperty | None, list[Any]] = (None, [])

    def members(self, prop: Any) -> Iterator[str]:
        """Yield the members of a property's union type in the order of the document, without Unset."""
        # Do not use isinstance(), which is slow for these classes: they are implementations of a protocol.
        kind = type(prop)
        if kind is UnionProperty:
            for inner in prop.inner_properties:
                yield from self.members(inner)
        elif kind is ListProperty:
            yield f"List[{self.annotation(prop.inner_property)}]"
        elif kind is ModelProperty:
            yield prop.class_info.name if prop.class_info.name in self.classes else "Dict[str, Any]"
        elif kind in _ENUMS:
            yield from [prop.class_info.name] if prop.class_info.name in self.classes else []
            yield prop.value_type.__name__
        elif kind is ConstProperty:
            value = prop.value.raw_value
            yield f"Literal[{value!r}]" if isinstance(value, (str, int, bool)) else type(value).__name__
        elif kind in _TEXTS:
            yield from (_TEXTS[kind], "str")
        else:
            yield prop.get_base_type_string().as_unembedded_code()

    def annotation(self, prop: Any) -> str:
        """Return the type annotation of a property, without Unset."""
        return union(self.members(prop))

    def optional_annotation(self, prop: Any) -> str:
        """Return the type annotation of a property, with Unset if it is optional."""
        return self.annotation(prop) if prop.required else union([*self.members(prop), "Unset"])

    def argument(self, prop: Any) -> str:
        """Return a parameter as a function argument. An optional one may be None or UNSET, to omit it."""
        value = default(prop)
        if value is None:
            return f"{prop.python_name}: {self.annotation(prop)}"
        return f"{prop.python_name}: {union([*self.members(prop), 'None', 'Unset'])} = {value}"

    def declaration(self, prop: Any, model: ModelProperty) -> str:
        """Return the declaration of a property as an attrs field."""
        value = default(prop)
        options = []
        if isinstance(prop.default and prop.default.raw_value, (dict, list)):
            options.append(f"factory=lambda: {value}")
        elif value is not None:
            options.append(f"default={value}")
        elif prop.name in one_sided(model, "x-read-only"):
            options.append("default=READ_ONLY")
        if is_secret(model.data, prop.name) or prop.name in one_sided(model, "x-write-only"):
            options.append("repr=False")
        if prop.python_name != prop.name:
            options.append(f'metadata={{"name": "{in_double_quote_literal(prop.name)}"}}')
        start = f"{prop.python_name}: {self.field_type(prop, model)}"
        if not options:
            return start
        is_plain = len(options) == 1 and options[0].startswith("default=")
        return f"{start} = {options[0][8:]}" if is_plain else f"{start} = _field({', '.join(options)})"

    def field_type(self, prop: Any, model: ModelProperty) -> str:
        """Return the type annotation of a field. Responses may omit required `writeOnly` fields."""
        is_returned = (
            not prop.required or default(prop) is not None or prop.name not in one_sided(model, "x-write-only")
        )
        # union() would return Any for Union[Any, Unset], but clients recognise optional fields by Unset.
        return self.optional_annotation(prop) if is_returned else f"Union[{self.annotation(prop)}, Unset]"

    def body_members(self, body: Body) -> list[str]:
        """Return the members of the union type of a body argument."""
        if body.body_type is not BodyType.CONTENT:
            return [*self.members(body.prop)]
        text = [] if body.content_type == "application/octet-stream" else ["str"]
        return ["File", "bytes", "BinaryIO", *text]

    def body_type(self, body: Body) -> str:
        """Return the type annotation of a body argument."""
        return union(self.body_members(body))

    def body_annotation(self, endpoint: Endpoint) -> str:
        """Return the annotation and default of the `body` argument of an operation."""
        types = [kind for body in endpoint.bodies for kind in self.body_members(body)]
        optional = not all(body.prop.required for body in endpoint.bodies)
        return union([*types, "Unset"]) + " = UNSET" if optional else union(types)

    def classes_in(self, prop: Any) -> Iterator[Any]:
        """Yield the enums and models in the type of a property."""
        kind = type(prop)
        if kind is UnionProperty:
            for inner in prop.inner_properties:
                yield from self.classes_in(inner)
        elif kind is ListProperty:
            yield from self.classes_in(prop.inner_property)
        elif kind in _CLASSES and prop.class_info.name in self.classes:
            yield prop

    def used(self, model: ModelProperty) -> list[Any]:
        """Return the enums and other models that a model refers to."""
        if self._last[0] is not model:  # both lists of imports need them
            own = properties(model) + ([model.additional_properties] if model.additional_properties else [])
            found = (prop for part in own for prop in self.classes_in(part))
            self._last = model, [prop for prop in found if prop.class_info.name != model.class_info.name]
        return self._last[1]

    def enum_imports(self, model: ModelProperty) -> list[str]:
        """Return the import statements for enums.

        The template writes them above the class, whose fields may have enum members as defaults.
        """
        return import_lines((prop for prop in self.used(model) if type(prop) is not ModelProperty), "")

    def model_imports(self, model: ModelProperty) -> list[str]:
        """Return the import statements for other models.

        The template writes them below the class, because models may import each other.
        """
        found = {
            (str(prop.class_info.module_name), str(prop.class_info.name))
            for prop in self.used(model)
            if type(prop) is ModelProperty
        }
        return [from_line(f".{module}", [name]) for module, name in sorted(found, key=lambda one: natural(one[0]))]

    def endpoint_imports(self, endpoint: Endpoint) -> list[str]:
        """Return the import statements for enums and models in the module of an operation."""
        answers: list[Any] = [*endpoint.responses]
        in_responses = (media.prop for response in answers for media in response.media if media.prop)
        parts = [*endpoint.list_all_parameters(), *in_responses]
        return import_lines((prop for part in parts for prop in self.classes_in(part)), "...models")


def union(types: Iterable[str]) -> str:
    """Return the union of types: a single type, Union[...], or Any if one of them is Any."""
    distinct = list(dict.fromkeys(types))
    if "Any" in distinct:
        return "Any"
    return distinct[0] if len(distinct) == 1 else f"Union[{', '.join(distinct)}]"


def import_lines(found: Iterable[Any], prefix: str) -> list[str]:
    """Return the sorted import statements for enums and models, without duplicates."""
    return sorted({f"from {prefix}.{prop.class_info.module_name} import {prop.class_info.name}" for prop in found})
