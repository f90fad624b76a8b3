"""Between JSON and models: the one cattrs converter of this client. Its hooks are made when first used.

What a model's annotation says is what it becomes. Plain values, and arrays and objects of them, are not checked: they
pass as they came. A string that cannot be read as its format (date-time, date, uuid, an enum's value) stays a string,
and null stays None.
"""

import datetime
import io
import json
import re
import sys
import threading
from enum import Enum
from importlib import import_module
from typing import Any, Callable, Dict, List, Mapping, Tuple, Union, get_args, get_origin
from uuid import UUID

import attrs
from cattrs import Converter
from typing import Literal

from .errors import DecodeError, InvalidRequest
from .types import UNSET, ClosedModel, File, FileTypes, OpenModel, RequestFiles, Unset

Hook = Callable[[Any, Any], Any]

converter = Converter()


def unchanged(value: Any, _: Any = None) -> Any:
    """The hook of values that stay as they are."""
    return value


def structure(value: Any, type_: Any) -> Any:
    """JSON as an instance of a type.

    Raises:
        DecodeError: If it is something else.
    """
    try:
        return _hook(type_)(value, type_)
    except RecursionError as error:
        reason = "the body is nested too deeply"
        raise DecodeError(reason) from error


def unstructure(value: Any) -> Any:
    """Models, enums, dates and what contains them as JSON.

    Raises:
        InvalidRequest: If a datetime has no time zone, or the nesting is too deep.
    """
    try:
        return converter.unstructure(value)
    except RecursionError as error:
        reason = "the value is nested too deeply"
        raise InvalidRequest(reason) from error


def fits(value: Any, type_: Any) -> bool:
    """Whether a value that a user gave is of a type."""
    origin = _origin(type_) or type_
    if origin is Union:
        return any(fits(value, member) for member in get_args(type_))
    return origin is Any or (isinstance(origin, type) and isinstance(value, origin))


# Reading


def _hook(type_: Any) -> Hook:
    """The hook of a type."""
    if type_ in (bool, bytes, float, int, str):
        # cattrs would call them: int("1").
        return unchanged
    # cattrs before 24.1 has no public name for it.
    get: Any = getattr(converter, "get_structure_hook", None) or converter._structure_func.dispatch
    hook: Hook = get(type_)
    return hook


def _origin(type_: Any) -> Any:
    return get_origin(type_)


def _union(type_: Any) -> Hook:
    """Try the members in their order; a plain member, or none that fits, leaves the value as it is.

    An object or an array that is the only choice must fit.
    """
    members = [(_hook(member), member) for member in get_args(type_) if member not in (type(None), Unset)]
    converting = [(hook, member, _constants(member)) for hook, member in members if hook is not unchanged]
    if not converting:
        return unchanged
    if len(members) == 1:
        return members[0][0]
    if len(converting) == 1 and not converting[0][2]:
        return _attempt(*converting[0][:2])

    strict = [(hook, member, _strict(member)) for hook, member in members if hook is not unchanged]

    def structure_union(value: Any, _: Any) -> Any:
        if value is None:
            return None
        # First the member whose constants, enums and dates are all as documented, then the first that can be read.
        for candidates in (strict, converting):
            for hook, member, fits_member in candidates:
                try:
                    if _match(value, fits_member):
                        return hook(value, member)
                except (ValueError, TypeError):
                    continue
        return value

    return structure_union


def _attempt(hook: Hook, type_: Any) -> Hook:
    """Try one hook; a value that it cannot read stays as it is."""

    def attempt(value: Any, _: Any) -> Any:
        if value is None:
            return None
        try:
            return hook(value, type_)
        except (ValueError, TypeError):
            return value

    return attempt


Checks = List[Tuple[str, Callable[[Any], bool]]]


def _constants(type_: Any) -> Checks:
    """The `const` fields of a model, which tell the members of a union apart."""
    if not _is(ClosedModel)(type_):
        return []
    typed = [(_wire_name(attribute), _first(attribute.type)) for attribute in _fields(type_)]
    return [(name, get_args(first).__contains__) for name, first in typed if _origin(first) is Literal]


def _strict(type_: Any) -> Checks:
    """The `const` fields of a model, and those with a format: enums, dates, UUIDs."""
    if not _is(ClosedModel)(type_):
        return []
    typed = [(_wire_name(attribute), _first(attribute.type)) for attribute in _fields(type_)]
    return _constants(type_) + [(name, _readable(first)) for name, first in typed if _has_format(first)]


def _has_format(type_: Any) -> bool:
    return type_ in (datetime.datetime, datetime.date, UUID) or _is(Enum)(type_)


def _readable(type_: Any) -> Callable[[Any], bool]:
    """Whether a value can be read as a type with a format."""
    hook = _hook(type_)

    def readable(value: Any) -> bool:
        try:
            return value is None or isinstance(hook(value, type_), type_)
        except (ValueError, TypeError):
            return False

    return readable


def _match(value: Any, checks: Checks) -> bool:
    if not checks:
        return True
    return isinstance(value, dict) and all(check(value[name]) for name, check in checks if name in value)


def _first(type_: Any) -> Any:
    """The type of a field without Unset."""
    return get_args(type_)[0] if _origin(type_) is Union else type_


def _list(type_: Any) -> Hook:
    (item,) = get_args(type_)
    hook = _hook(item)

    def structure_list(value: Any, _: Any) -> Any:
        if not isinstance(value, list):
            return _null(value, "an array")
        return [hook(element, item) for element in value]

    return unchanged if hook is unchanged else structure_list


def _dict(type_: Any) -> Hook:
    (_, item) = get_args(type_)
    hook = _hook(item)

    def structure_dict(value: Any, _: Any) -> Any:
        if not isinstance(value, dict):
            return _null(value, "an object")
        return {key: hook(element, item) for key, element in value.items()}

    return unchanged if hook is unchanged else structure_dict


_lock = threading.RLock()
_models: Dict[Any, Hook] = {}


def _model(cls: Any) -> Hook:
    """The hook of a model. While it is made, one that waits for it stands in for it: models may contain themselves."""

    def wait(value: Any, type_: Any) -> Any:
        return _model(cls)(value, type_)

    with _lock:
        if cls not in _models:
            _models[cls] = wait
            try:
                _models[cls] = _compile(cls)
            except BaseException:
                # Interrupted, for example: the next one makes it.
                del _models[cls]
                raise
        return _models[cls]


def _compile(cls: Any) -> Hook:
    """A hook written as code, as attrs and cattrs do it: one call of the class, with a look-up for each field.

    cattrs' own would need a second pass for the fields that are not documented, and take half as long again.
    """
    fields = _fields(cls)
    names = {"cls": cls, "UNSET": UNSET, "DecodeError": DecodeError, "null": _null}
    found, given, arguments = [], [], []
    for number, attribute in enumerate(fields):
        wire, hook = _wire_name(attribute), _hook(attribute.type)
        names.update({f"hook{number}": hook, f"type{number}": attribute.type})
        converted = "{}" if hook is unchanged else f"hook{number}({{}}, type{number})"
        found.append(f"value[{wire!r}]")
        given.append(converted.format(f"field{number}"))
        if _is_required(attribute):
            arguments.append(converted.format(found[-1]))
        elif hook is unchanged:
            arguments.append(f"get({wire!r}, UNSET)")
        else:
            arguments.append(f"UNSET if (field := get({wire!r}, UNSET)) is UNSET else {converted.format('field')}")
    lines = [
        "def structure_model(value, _):",
        "    if not isinstance(value, dict):",
        f"        return null(value, 'an object ({cls.__name__})')",
    ]
    if fields:
        # Most objects have all fields, and so no others: that is seen in a third of the time.
        lines += [
            f"    if len(value) == {len(fields)}:",
            "        try:",
            f"            {''.join(f'field{number}, ' for number in range(len(fields)))}= {', '.join(found)},",
            "        except KeyError:",
            "            pass",
            "        else:",
            f"            return cls({', '.join(given)})",
        ]
    lines += [
        "    get = value.get",
        "    try:",
        f"        model = cls({', '.join(arguments)})",
        "    except KeyError as error:",
        f"        raise DecodeError('{cls.__name__} has no %s, which is required' % error) from error",
    ]
    if issubclass(cls, OpenModel):
        known = frozenset(map(_wire_name, fields))
        others = _hook(attrs.fields_dict(cls)["additional_properties"].type)
        names["rest"] = lambda value: others({key: value[key] for key in value if key not in known}, None)
        names["is_known"] = known.issuperset
        lines += ["    if not is_known(value):", "        model.additional_properties = rest(value)"]
    exec("\n".join([*lines, "    return model"]), names)  # noqa: S102 (field names stand in it as literals only)
    hook_: Hook = names["structure_model"]
    return hook_


def _is_required(attribute: Any) -> bool:
    """Whether the document always has a field. A field that it may lack has a default, and Unset in its type."""
    optional = attribute.type is Any or Unset in get_args(attribute.type)
    return attribute.default is attrs.NOTHING or not optional


def _null(value: Any, expected: str) -> Any:
    """null stands for anything; every other mismatch is an error."""
    if value is not None:
        reason = f"expected {expected}, got {type(value).__name__}"
        raise DecodeError(reason)


def _fields(cls: Any) -> List[Any]:
    """The documented fields of a model, their annotations resolved."""
    # Another thread may be importing it, the models that it names last.
    import_module(cls.__module__)
    attrs.resolve_types(cls)
    return [attribute for attribute in attrs.fields(cls) if attribute.init]


def _wire_name(attribute: Any) -> str:
    name: str = attribute.metadata.get("name", attribute.name)
    return name


_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d+))?([Zz]|[+-]\d\d:\d\d(?::\d\d)?)", re.ASCII)
#: From Python 3.11 on.
_READS_Z = sys.version_info >= (3, 11)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_datetime(value: str, _: Any = None) -> datetime.datetime:
    """Read a date-time as RFC 3339 writes it; digits beyond microseconds are dropped.

    One without a time zone is none: written back, it would be refused.

    Raises:
        ValueError: If it is none, or Python cannot hold it.
    """
    if len(value) == 20 and value[10] + value[13] + value[16] + value[19] == "T::Z" and value[7] == "-":
        # The usual form, in a third of the time.
        return datetime.datetime.fromisoformat(value if _READS_Z else value[:19] + "+00:00")
    match = _DATETIME.fullmatch(value)
    if match is None:
        message = f"not a date-time: {value!r}"
        raise ValueError(message)
    date, time, fraction, zone = match.groups()
    # Python 3.8 reads three or six digits and a numeric offset only.
    offset = "+00:00" if zone in "Zz" else zone
    return datetime.datetime.fromisoformat(f"{date}T{time}.{(fraction or '')[:6]:<06}{offset}")


def _date(value: str, _: Any) -> datetime.date:
    if not _DATE.fullmatch(value):
        # From Python 3.11 on other forms could be read, and would be written back in this one.
        message = f"not a date: {value!r}"
        raise ValueError(message)
    return datetime.date.fromisoformat(value)


def _uuid(value: str, _: Any) -> Any:
    # UUID also reads braces, "urn:uuid:" and no hyphens, which would not be written back as they came.
    result = UUID(value) if isinstance(value, str) else None
    return result if str(result) == str(value).lower() else value


def _file(value: Any, _: Any = None) -> Any:
    return File(payload=io.BytesIO(value)) if isinstance(value, bytes) else value


def _is(base: Any) -> Callable[[Any], bool]:
    return lambda type_: isinstance(type_, type) and issubclass(type_, base)


# The types of what is registered differ between cattrs' versions.
_hooks: Any = converter
# What is registered last is asked first.
_hooks.register_structure_hook_func(lambda _: True, unchanged)
_hooks.register_structure_hook_factory(lambda type_: _origin(type_) is Union, _union)
_hooks.register_structure_hook_factory(lambda type_: _origin(type_) is list, _list)
_hooks.register_structure_hook_factory(lambda type_: _origin(type_) is dict, _dict)
_hooks.register_structure_hook_factory(_is(ClosedModel), _model)
_hooks.register_structure_hook_func(_is(Enum), lambda value, cls: cls(value))
_hooks.register_structure_hook(datetime.datetime, parse_datetime)
_hooks.register_structure_hook(datetime.date, _date)
_hooks.register_structure_hook(UUID, _uuid)
_hooks.register_structure_hook(File, _file)


# Writing


_written: Dict[Any, List[Tuple[str, str]]] = {}


def _one_level(model: Any) -> Dict[str, Any]:
    """The fields of a model under the names that they have outside."""
    cls = type(model)
    if cls not in _written:
        _written[cls] = [(attribute.name, _wire_name(attribute)) for attribute in _fields(cls)]
    result = dict(model.additional_properties) if isinstance(model, OpenModel) else {}
    for name, wire in _written[cls]:
        value = getattr(model, name)
        if value is not UNSET:
            result[wire] = value
    return result


def writable(value: Any) -> Any:
    """What a JSON encoder does not know, one level of it plain.

    Raises:
        TypeError: If it is nothing that can be written.
        InvalidRequest: If it is a datetime without a time zone.
    """
    plain = _one_level(value) if isinstance(value, ClosedModel) else converter.unstructure(value)
    if type(plain) is type(value):
        message = f"{type(value).__name__} is no JSON"
        raise TypeError(message)
    return plain


def _write_model(model: Any) -> Dict[str, Any]:
    result: Dict[str, Any] = converter.unstructure(_one_level(model))
    return result


def _write_datetime(value: datetime.datetime) -> str:
    if value.utcoffset() is None:
        message = f"{value!r} has no time zone: give it one, for example datetime.timezone.utc"
        raise InvalidRequest(message)
    return value.isoformat()


def _write_plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


_hooks.register_unstructure_hook_func(_is(ClosedModel), _write_model)
# Enums are strings or integers too, and cattrs takes them for such.
_hooks.register_unstructure_hook(str, _write_plain)
_hooks.register_unstructure_hook(int, _write_plain)
_hooks.register_unstructure_hook(datetime.datetime, _write_datetime)
_hooks.register_unstructure_hook(datetime.date, lambda value: value.isoformat())
_hooks.register_unstructure_hook(UUID, str)
_hooks.register_unstructure_hook(File, lambda value: value)


def multipart(value: Any) -> RequestFiles:
    """A model, or a plain dict, as the parts of a multipart body; an array gives a part for each element."""
    plain: Mapping[str, Any] = unstructure(value)
    parts: List[Tuple[str, FileTypes]] = []
    for name, element in plain.items():
        for part in element if isinstance(element, list) else [element]:
            if part is not None:
                parts.append((name, _part(part)))
    return parts


def _part(value: Any) -> FileTypes:
    if isinstance(value, File):
        return value.to_tuple()
    if isinstance(value, (dict, list)):
        return None, json.dumps(value, allow_nan=False).encode(), "application/json"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return None, text.encode(), "text/plain"
