"""Temporary patches of openapi-python-client's parser: it rejects valid parts of documents, and is slow."""

from __future__ import annotations

import copy
import json
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from itertools import combinations
from typing import Any, Callable, Iterator

from openapi_python_client import schema, strings
from openapi_python_client.parser import bodies, openapi, properties
from openapi_python_client.parser.errors import PropertyError
from openapi_python_client.parser.properties import (
    AnyProperty,
    EnumProperty,
    LiteralEnumProperty,
    ModelProperty,
    model_property,
)
from openapi_python_client.parser.properties import schemas as schemas_module
from openapi_python_client.parser.properties.protocol import PropertyProtocol, Value
from openapi_python_client.parser.properties.schemas import Class
from openapi_python_client.schema import ParameterLocation
from openapi_python_client.schema.untrusted_string import UntrustedString

from . import _objects
from ._docstrings import in_double_quote_literal
from ._names import enum_keys
from ._report import Report
from ._responses import response_from_data

#: The classes of `_objects` that replace openapi-python-client's models of the same names.
OBJECTS = (
    "MediaType",
    "OpenAPI",
    "Operation",
    "Parameter",
    "PathItem",
    "Reference",
    "RequestBody",
    "Response",
    "Schema",
)

# Without this, openapi-python-client drops operations with arrays, dates or objects in headers or in the path.
PropertyProtocol._allowed_locations.update([ParameterLocation("header"), ParameterLocation("path")])  # noqa: SLF001 (there is no public API for it)


@contextmanager
def lenient(report: Report, names: set[str], schemas: list[str]) -> Iterator[None]:
    """Change openapi-python-client inside of a `with` block, so that it accepts more documents.

    It gives a class whose name is taken another name, and types a schema that it would reject as Any. The classes of
    `_objects` replace its pydantic models.

    Args:
        report: Receives a warning for each schema that is typed as Any, and the number of schemas.
        names: The names of the classes that components will have. Other classes get different names.
        schemas: The names of the components to count.
    """
    leniency = _Leniency(report, schemas)
    typed = leniency.patch_property_from_data(properties.property_from_data)
    modules: dict[str, str] = {}

    def named(build: Any) -> Any:
        return classmethod(_with_unique_names(build.__func__, names, modules))

    with ExitStack() as stack:
        for target, name, new in (
            *((schema, name, getattr(_objects, name)) for name in OBJECTS),
            (schemas_module, "Parameter", _objects.Parameter),
            # Cache these functions, because openapi-python-client calls them many times for equal names.
            (strings.PythonIdentifier, "__new__", lru_cache(maxsize=None)(strings.PythonIdentifier.__new__)),
            (strings, "sanitize", lru_cache(maxsize=None)(_with_fast_path(strings.sanitize))),
            (strings, "snake_case", lru_cache(maxsize=None)(strings.snake_case)),
            (strings, "pascal_case", lru_cache(maxsize=None)(strings.pascal_case)),
            # Warnings of openapi-python-client contain reprs of texts. The repr of UntrustedString is only its address.
            (UntrustedString, "__repr__", lambda text: json.dumps(text.get_untrusted_value())),
            (openapi, "deepcopy", _copied),
            (openapi, "build_schemas", leniency.patch_build_schemas(properties.build_schemas)),
            (properties, "_process_models", leniency.patch_process_models(properties._process_models)),  # noqa: SLF001 (patched)
            (properties, "property_from_data", typed),
            (openapi, "property_from_data", typed),
            (bodies, "property_from_data", typed),
            (openapi, "response_from_data", response_from_data),
            (ModelProperty, "build", named(ModelProperty.build)),
            (EnumProperty, "build", named(EnumProperty.build)),
            (LiteralEnumProperty, "build", named(LiteralEnumProperty.build)),
            (EnumProperty, "values_from_list", staticmethod(_members)),
            (EnumProperty, "convert_value", _with_escaped_values(EnumProperty.convert_value)),
            (model_property, "_resolve_naming_conflict", _rename_conflicting_fields),
            (openapi.Endpoint, "_check_parameters_for_conflicts", _rename_conflicting_parameters),
        ):
            stack.enter_context(replaced(target, name, new))
        yield


@contextmanager
def replaced(target: Any, name: str, new: Any) -> Iterator[None]:
    """Replace an attribute in the block, like `unittest.mock.patch.object`, whose import takes long."""
    has_own, old = name in vars(target), vars(target).get(name)
    setattr(target, name, new)
    try:
        yield
    finally:
        if has_own:
            setattr(target, name, old)
        else:
            delattr(target, name)


class _Leniency:
    """Patches of openapi-python-client: a schema that it rejects after all components are known is typed as Any."""

    def __init__(self, report: Report, names: list[str]) -> None:
        self.report = report
        self.names = names
        self.is_on = False
        #: Number of errors so far because the fields of another model were not known yet. The parser tries those
        #: schemas again. None while it is not processing models.
        self.waits: int | None = None

    def patch_process_models(self, process: Callable[..., Any]) -> Callable[..., Any]:
        def started(**arguments: Any) -> Any:
            self.is_on, self.waits = True, 0
            schemas = process(**arguments)
            self.waits = None
            return schemas

        return started

    def patch_build_schemas(self, build: Callable[..., Any]) -> Callable[..., Any]:
        def counted(**arguments: Any) -> Any:
            schemas = build(**arguments)
            known = {reference.get_untrusted_value() for reference in schemas.classes_by_reference}
            self.report.schemas.made = sum(f"/components/schemas/{name}" in known for name in self.names)
            return schemas

        return counted

    def patch_property_from_data(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def typed(*, name: Any, required: bool, schemas: Any, config: Any, **others: Any) -> Any:
            before = self.waits
            found, after = original(name=name, required=required, schemas=schemas, config=config, **others)
            _describe(found, getattr(others.get("data"), "description", None))
            if not isinstance(found, PropertyError) or not self.is_on or self._is_waiting(found, before):
                return found, after
            where = f"{others.get('parent_name', '')}.{_text(name)}"
            self.report.warn(f"a schema is typed as Any ({_reason(found)})", where)
            python_name = strings.PythonIdentifier(value=name, prefix=config.field_prefix)
            note = getattr(others.get("data"), "description", None)
            untyped = AnyProperty.build(
                name=name, required=required, default=None, python_name=python_name, description=note, example=None
            )
            return untyped, schemas

        return typed

    def _is_waiting(self, error: PropertyError, before: int | None) -> bool:
        """Return True if the error means that the fields of another model are not known yet. The parser tries again."""
        if self.waits is None:
            return False
        if "was not processed" in (error.detail or "") or self.waits != before:
            self.waits += 1
            return True
        return False


def _describe(found: Any, note: Any) -> None:
    """Give a property its own description. For a reference, openapi-python-client uses the one of the target."""
    if note and not isinstance(found, PropertyError) and found.description != note:
        object.__setattr__(found, "description", UntrustedString(note) if isinstance(note, str) else note)


def _with_fast_path(sanitize: Callable[[str], str]) -> Callable[[str], str]:
    """Return a replacement for `sanitize`, which looks at each character of a text. Most texts are Python names."""
    return lambda text: text if text.isascii() and text.isidentifier() else sanitize(text)


def _text(name: Any) -> str:
    return name.get_untrusted_value() if isinstance(name, UntrustedString) else str(name)


def _reason(error: PropertyError) -> str:
    return (error.detail or error.header or "no reason").splitlines()[0]


def _copied(endpoint: Any) -> Any:
    """Return a copy of an operation and its parameters. `copy.deepcopy` would copy all schemas, too."""
    copied = copy.copy(endpoint)
    for name in ("query_parameters", "path_parameters", "header_parameters", "cookie_parameters"):
        setattr(copied, name, [copy.copy(prop) for prop in getattr(endpoint, name)])
    return copied


def _with_unique_names(build: Callable[..., Any], reserved: set[str], modules: dict[str, str]) -> Callable[..., Any]:
    """Return a replacement for `build` that appends a number to a class name if the name or its module is taken.

    Args:
        build: The function of openapi-python-client that creates a class.
        reserved: The names of the classes of components.
        modules: The names of the classes, by module.
    """

    def named(cls: Any, name: Any, *, schemas: Any, parent_name: str, config: Any, **others: Any) -> Any:
        """Return the result of `build` for a class name, or None if the name is taken."""
        string = f"{strings.pascal_case(parent_name)}{strings.pascal_case(_text(name))}" if parent_name else _text(name)
        info = Class.from_string(string=string, config=config)
        if _is_taken(cls, info, schemas, modules) or (parent_name and info.name in reserved):
            return None
        built = build(cls, name=name, schemas=schemas, parent_name=parent_name, config=config, **others)
        if isinstance(built[0], PropertyError):
            return None if "conflicting enums named" in (built[0].detail or "") else built
        modules[info.module_name] = info.name
        return built

    def build_with_unique_name(cls: Any, *, name: Any, **others: Any) -> Any:
        found, number = named(cls, name, **others), 2
        if found is not None:
            return found
        while found is None:
            found, number = named(cls, UntrustedString(f"{_text(name)}_{number}"), **others), number + 1
        if not isinstance(found[0], PropertyError):
            python_name = strings.PythonIdentifier(value=name, prefix=others["config"].field_prefix)
            object.__setattr__(found[0], "name", name)
            object.__setattr__(found[0], "python_name", python_name)
        return found

    return build_with_unique_name


def _is_taken(kind: type, info: Any, schemas: Any, modules: dict[str, str]) -> bool:
    """Return True if another class has the same name, or a class with another name has the same module."""
    known = schemas.classes_by_name.get(info.name)
    if known is not None:
        return kind is ModelProperty or not isinstance(known, (EnumProperty, LiteralEnumProperty))
    return modules.get(info.module_name) in schemas.classes_by_name


def _members(values: list[Any], _: Any, names: list[str]) -> dict[str, Any]:
    """Return the members of an enum: unique keys, and the code of the values."""
    given = [str(name) for name in names] if len(names) == len(values) else []
    written = [in_double_quote_literal(value) if isinstance(value, str) else value for value in values]
    if given or isinstance(values[0], str):
        return dict(zip(enum_keys(given or values, given), written))
    return {f"VALUE_NEGATIVE_{-value}" if value < 0 else f"VALUE_{value}": value for value in values}


def _with_escaped_values(convert: Callable[..., Any]) -> Callable[..., Any]:
    """Return a replacement for `convert`, which looks for a default in the code of an enum's values."""

    def converted(enum: Any, value: Any) -> Any:
        found = convert(enum, in_double_quote_literal(value) if isinstance(value, str) else value)
        return Value(found.python_code, value) if isinstance(value, str) and isinstance(found, Value) else found

    return converted


def _rename_conflicting_fields(first: Any, second: Any, config: Any) -> None:
    """Rename two fields with the same Python name in place, so that their names differ."""
    if _underscore_one(first, second):
        return
    first.set_python_name(first.name, config=config, skip_snake_case=True)
    second.set_python_name(second.name, config=config, skip_snake_case=True)
    if first.python_name == second.python_name:
        object.__setattr__(first, "python_name", f"{first.python_name}_")


def _underscore_one(first: Any, second: Any) -> bool:
    """Append an underscore to the Python name of `a-b` beside `a_b`. Return False if both are Python names."""
    other = next((one for one in (second, first) if not one.name.get_untrusted_value().isidentifier()), None)
    if other is not None:
        object.__setattr__(other, "python_name", f"{other.python_name}_")
    return other is not None


_check_parameters = openapi.Endpoint._check_parameters_for_conflicts  # noqa: SLF001 (the patch calls it)


def _rename_conflicting_parameters(endpoint: Any, *, config: Any, **others: Any) -> Any:
    """Make the Python names of an operation's parameters unique, by underscores if openapi-python-client fails."""
    for one, other in combinations(endpoint.iter_all_parameters(), 2):
        if one[0] == other[0] and one[1].python_name == other[1].python_name:
            _underscore_one(one[1], other[1])
    found = _check_parameters(endpoint, config=config, **others)
    if isinstance(found, openapi.Endpoint):
        return found
    taken: set[str] = set()
    for _, prop in endpoint.iter_all_parameters():
        name = str(prop.python_name)
        while name in taken or name in ("client", "url"):
            name += "_"
        taken.add(name)
        object.__setattr__(prop, "python_name", name)
    return endpoint
