"""The console's forms: to call a function, with a field for each argument, and to add a fault."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List, Mapping, Tuple, TypeVar

from .._results.schema_types import choices_of, properties_of, required_of, resolved, types_of
from ._catalogue import Function
from ._faults import KINDS, Fault
from ._html import Markup, element
from ._http import HTTPError, parse_json

T = TypeVar("T")

#: Prefix of the names of fields for arguments. Other fields have no colon in their name.
PREFIX = "argument:"
#: Names of the fields for arguments outside the schema, and for variables.
MORE, VARIABLES = "more", "variables"
#: Types that get a multi-line field.
_NESTED = frozenset(["object", "array"])


def fields_of(function: Function, filled: Mapping[str, str]) -> List[Markup]:
    """Return the fields of a function's form.

    Args:
        function: The function.
        filled: The values of fields that were sent, by name, to show them again.
    """
    required, root = required_of(function.parameters), function.parameters
    fields = [
        _field(name, schema, root, filled, required=name in required)
        for name, schema in sorted(properties_of(root).items(), key=lambda each: each[0] not in required)
    ]
    # Show required arguments first, and the others in a block that opens on demand.
    split = sum(name in required for name in properties_of(root))
    hint = "Variables for tags such as {first_name}, as a JSON object."
    rest = [
        *fields[split:],
        _label("Further arguments", "As a JSON object.", _area(MORE, filled)),
        _label("Variables", hint, _area(VARIABLES, filled)),
    ]
    is_open = any(filled.get(name) for name in (MORE, VARIABLES)) or split == 0
    more = element("details", element("summary", f"Further fields ({len(rest)})"), rest, open=is_open)
    return [*fields[:split], more]


def _field(name: str, schema: Any, root: Any, filled: Mapping[str, str], *, required: bool) -> Markup:
    known = resolved(schema, root)
    types = types_of(schema, root)
    kind = ", ".join(sorted(types)) or "any"
    title = [element("code", name), " ", element("small", f"{kind}, required" if required else kind)]
    default = known.get("default")
    value = filled.get(PREFIX + name, "" if default is None else _field_text(default))
    choices = choices_of(schema, root) or ([True, False] if types == {"boolean"} else [])
    return _label(title, str(known.get("description", "")), _input(name, types, choices, value))


def _input(name: str, types: Any, choices: List[Any], value: str) -> Markup:
    field = PREFIX + name
    if choices:
        texts = ["", *map(_field_text, choices)]
        return select(field, [(text, text or "—") for text in texts], value)
    if types & _NESTED or name in ("text", "body") or "\n" in value:
        return element("textarea", "\n", value, name=field, rows=2)
    return element("input", name=field, value=value)


def _field_text(value: Any) -> str:
    """Return a value as the text of a field."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def select(name: str, options: List[Tuple[str, str]], chosen: str) -> Markup:
    """Return a `<select>` element.

    Args:
        name: The name of the field.
        options: The values and their texts.
        chosen: The selected value.
    """
    parts = [element("option", text, value=value, selected=value == chosen) for value, text in options]
    return element("select", parts, name=name)


def _area(name: str, filled: Mapping[str, str]) -> Markup:
    # HTML parsers drop a line break at the start of a text area. Add one, so that the text keeps its own.
    return element("textarea", "\n", filled.get(name, ""), name=name, rows=2)


def _label(title: Any, hint: str, field: Markup) -> Markup:
    return element("label", element("span", title), field, element("small", hint) if hint else None)


def arguments_of_form(function: Function, form: Mapping[str, str]) -> Dict[str, Any]:
    """Return the body of a call from a form: the arguments that are filled in, and the variables.

    Args:
        function: The function.
        form: The fields by name.

    Raises:
        HTTPError: If the field `more` (arguments outside the schema) or `variables` is not a JSON object.
    """
    root = function.parameters
    schemas = properties_of(root)
    found = {
        name[len(PREFIX) :]: _read(value, schemas.get(name[len(PREFIX) :]), root)
        for name, value in form.items()
        if name.startswith(PREFIX) and value
    }
    variables = _object(form, VARIABLES)
    return {**found, **_object(form, MORE), **({"_variables": variables} if variables else {})}


def _read(text: str, schema: Any, root: Any) -> Any:
    """Return the value of a field: a string if the schema allows one, or else parsed as JSON.

    Invalid JSON stays a string, and the call refuses the string.
    """
    text = text.replace("\r\n", "\n")
    choices = {_field_text(choice): choice for choice in choices_of(schema, root)}
    if text in choices:
        return choices[text]
    if "string" in types_of(schema, root):
        return text
    try:
        return parse_json(text)
    except ValueError:
        return text


def _object(form: Mapping[str, str], name: str) -> Dict[str, Any]:
    text = form.get(name, "").strip()
    try:
        found = parse_json(text or "{}")
    except ValueError as error:
        raise HTTPError(400, {"detail": f"{name.capitalize()}: {error}"}) from error
    if not isinstance(found, dict):
        raise HTTPError(400, {"detail": f"{name.capitalize()} must be a JSON object, such as {{}}"})
    return found


def fault_of_form(form: Mapping[str, str]) -> Fault:
    """Return the fault that a submitted form asks for. The value of the pressed button is the kind or the status.

    Args:
        form: The fields by name.

    Raises:
        ValueError: If a field has a wrong value, or the fault would have no effect.
    """
    wanted = form["fault"]
    status = form.get("status", "") if wanted == "status" else wanted
    has_status = wanted not in (*KINDS, "delay")
    return Fault.of(
        kind=wanted if wanted in KINDS else "",
        status=_number("status", status, int, "a number from 200 to 599") if has_status else None,
        times=_number("times", form.get("times") or "1", int, "a whole number"),
        delay=_number("delay", form.get("delay") or "0", float, "a number of seconds"),
        path=form.get("path", ""),
        retry_after=form.get("retry_after") or None,
    )


def _number(name: str, text: str, convert: Callable[[str], T], expected: str) -> T:
    try:
        return convert(text)
    except ValueError as error:
        message = f"{name} must be {expected}, got {text!r}" if text else f"{name} is empty: it must be {expected}"
        raise ValueError(message) from error
