"""Functions that convert JSON to models (cattrs' structure hooks), compiled from generated source code.

attrs and cattrs compile their methods in this way, too. The hook that cattrs would generate takes 50 % longer, because
it needs a second pass for undocumented fields.
"""

import threading
from contextlib import contextmanager
from typing import Any, Dict, FrozenSet, Iterator, List, NamedTuple, Set, get_args

import attrs

from ._hooks import Hook, check_null, fields, hook_of, passthrough, wire_name
from .errors import DecodeError
from .types import UNSET, Model, Unset

_compiled: Dict[Any, Hook] = {}
#: The models that each thread is compiling. Not a lock, because it could stay locked for ever in a child of os.fork().
_compiling = threading.local()
#: `_reading.is_body` is True in each thread that is in a `with reading_body()` block.
_reading = threading.local()


@contextmanager
def reading_body() -> Iterator[None]:
    """Let models lack required fields that only the server sets, in the block: a client writes such JSON for a body."""
    before = _reading.__dict__.get("is_body", False)
    _reading.is_body = True
    try:
        yield
    finally:
        _reading.is_body = before


def model_hook(cls: Any) -> Hook:
    """Return the function that converts JSON to a model.

    While the function of a recursive model is being compiled, return a placeholder, which looks it up when called.
    """

    def look_up(value: Any, type_: Any) -> Any:
        return model_hook(cls)(value, type_)

    if cls in _compiled:
        return _compiled[cls]
    here: Set[Any] = _compiling.__dict__.setdefault("models", set())
    if cls in here:
        return look_up
    here.add(cls)
    try:
        # Two threads may compile the same model at once: keep the first function.
        return _compiled.setdefault(cls, _compile(cls))
    finally:
        here.discard(cls)


def _compile(cls: Any, optional: FrozenSet[str] = frozenset()) -> Hook:
    """Return the function that converts JSON to a model.

    Args:
        cls: The model.
        optional: Names in JSON of required fields that may be missing.
    """
    names: Dict[str, Any] = {"cls": cls, "UNSET": UNSET, "check_null": check_null}
    names["incomplete"] = _incomplete_hook(cls, optional)
    code = _source(cls, names, optional)
    exec(code, names)  # noqa: S102 (the names of fields are in the code as string literals only)
    hook: Hook = names["structure_model"]
    return hook


def _incomplete_hook(cls: Any, optional: FrozenSet[str]) -> Any:
    """Return the function that is called for JSON without a required field."""
    found: List[Hook] = []

    def incomplete(value: Any, error: KeyError) -> Any:
        if optional or not _reading.__dict__.get("is_body") or not cls._read_only:
            reason = f"{cls.__name__} has no {error}, which is required"
            raise DecodeError(reason) from error
        if not found:
            found.append(_compile(cls, frozenset(cls._read_only)))
        return found[0](value, cls)

    return incomplete


class _Field(NamedTuple):
    """A field of a model, as source code.

    Attributes:
        wire: The name in JSON, as a string literal.
        converted: The code that converts a value, with `{}` for the code of the value.
        is_required: True if the field must be in the JSON. Other fields are UNSET if they are missing.
    """

    wire: str
    converted: str
    is_required: bool

    def argument(self) -> str:
        """Return the code of the field's argument in the call of the model class."""
        if self.is_required:
            return self.converted.format(f"value[{self.wire}]")
        # Calling dict.get() would take longer than `in` and `[]` together.
        return f"{self.converted.format(f'value[{self.wire}]')} if {self.wire} in value else UNSET"


def _source(cls: Any, names: Dict[str, Any], optional: FrozenSet[str] = frozenset()) -> str:
    """Return the source code of the function that converts JSON to a model. Add the globals that it needs to `names`.

    >>> import datetime, typing
    >>> from attrs import define, field
    >>> @define
    ... class Pet(Model):
    ...     name: str
    ...     born: typing.Union[datetime.date, str, Unset] = UNSET
    ...     additional_properties: Dict[str, Any] = field(init=False, factory=dict)
    >>> print(_source(Pet, {}))
    def structure_model(value, _):
        if not isinstance(value, dict):
            return check_null(value, 'an object (Pet)')
        if len(value) == 2:
            try:
                field0, field1, = value['name'], value['born'],
            except KeyError:
                pass
            else:
                return cls(field0, hook1(field1, type1))
        try:
            model = cls(value['name'], hook1(value['born'], type1) if 'born' in value else UNSET)
        except KeyError as error:
            return incomplete(value, error)
        if not is_known(value):
            model.additional_properties = rest(value)
        return model
    """
    attributes = fields(cls)
    found = [_field(number, attribute, names, optional) for number, attribute in enumerate(attributes)]
    lines = [
        "def structure_model(value, _):",
        "    if not isinstance(value, dict):",
        f"        return check_null(value, 'an object ({cls.__name__})')",
        *_fast_path(found),
        "    try:",
        f"        model = cls({', '.join(field.argument() for field in found)})",
        "    except KeyError as error:",
        "        return incomplete(value, error)",
    ]
    if issubclass(cls, Model):
        known = frozenset(map(wire_name, attributes))
        others = hook_of(attrs.fields_dict(cls)["additional_properties"].type)
        names["rest"] = lambda value: others({key: value[key] for key in value if key not in known}, None)
        names["is_known"] = known.issuperset
        lines += ["    if not is_known(value):", "        model.additional_properties = rest(value)"]
    return "\n".join([*lines, "    return model"])


def _field(number: int, attribute: Any, names: Dict[str, Any], optional: FrozenSet[str]) -> _Field:
    hook = hook_of(attribute.type)
    names.update({f"hook{number}": hook, f"type{number}": attribute.type})
    converted = "{}" if hook is passthrough else f"hook{number}({{}}, type{number})"
    wire = wire_name(attribute)
    return _Field(repr(wire), converted, is_required(attribute) and wire not in optional)


def _fast_path(found: List[_Field]) -> List[str]:
    """Return code that converts objects with exactly the documented fields in a third of the time."""
    if not found:
        return []
    targets = "".join(f"field{number}, " for number in range(len(found)))
    values = ", ".join(f"value[{field.wire}]" for field in found)
    arguments = ", ".join(field.converted.format(f"field{number}") for number, field in enumerate(found))
    return [
        f"    if len(value) == {len(found)}:",
        "        try:",
        f"            {targets}= {values},",
        "        except KeyError:",
        "            pass",
        "        else:",
        f"            return cls({arguments})",
    ]


def is_required(attribute: Any) -> bool:
    """Return True if a field is required. An optional field has Unset in its type, or is Any and has a default."""
    if Unset in get_args(attribute.type):
        return False
    return attribute.default is attrs.NOTHING or attribute.type is not Any
