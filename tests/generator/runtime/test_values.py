"""JSON values: unambiguous values are serialised, all others are refused with their location."""

import array
import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import io
import ipaddress
import json
import pathlib
import types
import uuid

import attrs
import pytest

from integry.generator.runtime._values import dumps, unstructure
from integry.generator.runtime.errors import InvalidRequest
from integry.generator.runtime.types import UNSET, File

from .models import Cat, Colour, Level, Strict

UTC = datetime.timezone.utc
Decimal = decimal.Decimal
Point = collections.namedtuple("Point", "x y")  # noqa: PYI024 (tests a named tuple without types)


class Shape(enum.Enum):
    """An enum that is not a subclass of str."""

    ROUND = "round"
    DAY = datetime.date(2024, 1, 2)
    ODD = object()


@dataclasses.dataclass
class Block:
    """A dataclass that can contain itself."""

    text: str
    parts: list = dataclasses.field(default_factory=list)


@attrs.define
class Row:
    """An attrs class."""

    day: datetime.date


class Text(str):
    """A subclass of str, like Django's SafeString."""

    __slots__ = ()


class Number(int):
    """A subclass of int with another repr."""

    def __repr__(self):
        return "five"

    __str__ = __repr__


class Failing(collections.UserDict):
    """A mapping whose items cannot be read."""

    def items(self):
        """Raise an AttributeError."""
        message = "no items"
        raise AttributeError(message)


def named(module, name, **members):
    """Return an instance of a class from a library that need not be installed."""
    return type(name, (), {"__module__": module, **members})()


def numpy(kind, value, name="generic"):
    """Return a stand-in for a scalar or an array of numpy."""
    dtype = types.SimpleNamespace(kind=kind)
    return named("numpy", name, dtype=dtype, tolist=lambda self: self if value is None else value)


SERIALISABLE = [
    (None, None),
    (True, True),
    (Text("a"), "a"),
    (Number(5), 5),
    (Colour.RED, "red"),
    (Level.HIGH, 3),
    (Shape.ROUND, "round"),
    (Shape.DAY, "2024-01-02"),
    (Strict("n"), {"name": "n"}),
    (Cat("cat"), {"type": "cat"}),
    (Block("a", [Block("b")]), {"text": "a", "parts": [{"text": "b", "parts": []}]}),
    (Row(datetime.date(2024, 1, 2)), {"day": "2024-01-02"}),
    (Point(1, 2), [1, 2]),
    ((1, (2,)), [1, [2]]),
    (collections.deque([1, 2]), [1, 2]),
    (range(3), [0, 1, 2]),
    (array.array("i", [1, 2]), [1, 2]),
    (collections.UserList([1]), [1]),
    (collections.UserString("a"), "a"),
    (collections.UserDict(a=1), {"a": 1}),
    (collections.ChainMap({"a": 1}, {"a": 2}), {"a": 1}),
    (collections.OrderedDict(a=1), {"a": 1}),
    (collections.Counter("aab"), {"a": 2, "b": 1}),
    (types.MappingProxyType({"a": Shape.ROUND}), {"a": "round"}),
    (datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "2024-01-02T03:04:05+00:00"),
    (datetime.date(2024, 1, 2), "2024-01-02"),
    (datetime.time(3, 4), "03:04:00"),
    (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    (ipaddress.ip_address("127.0.0.1"), "127.0.0.1"),
    (ipaddress.ip_network("10.0.0.0/8"), "10.0.0.0/8"),
    (Decimal("19.99"), 19.99),
    (Decimal(20), 20),
    (Decimal("1E+2"), 100),
    (Decimal(10**17 + 1), 10**17 + 1),
    (numpy("i", 5), 5),
    (numpy(kind="b", value=True), True),
    (numpy("f", [[1.5]], "ndarray"), [[1.5]]),
    (named("pydantic.main", "BaseModel", model_dump=lambda _: {"a": Row(None)}), {"a": {"day": None}}),
    (named("pydantic.v1.main", "BaseModel", dict=lambda _: {"a": 1}), {"a": 1}),
    (named("pydantic.networks", "_BaseUrl", __str__=lambda _: "http://x.test/"), "http://x.test/"),
    (named("django.utils.functional", "Promise", __str__=lambda _: "translated"), "translated"),
    ({1: 1, 2.5: 2, None: 3, False: 4}, {"1": 1, "2.5": 2, "null": 3, "false": 4}),
    ({Colour.RED: 1, Level.HIGH: 2, Shape.DAY: 3}, {"red": 1, "3": 2, "2024-01-02": 3}),
    ({uuid.UUID(int=7): 1, Decimal(5): 2}, {"00000000-0000-0000-0000-000000000007": 1, "5": 2}),
    (10**700, 10**700),
]
REFUSED = [
    ({1, 2}, "Object of type set is not JSON serializable: pass a list"),
    (frozenset(), "Object of type frozenset is not JSON serializable: pass a list"),
    (iter([1]), "Object of type list_iterator is not JSON serializable: pass a list"),
    (b"x", "Object of type bytes is not JSON serializable: pass a string"),
    (bytearray(b"x"), "Object of type bytearray is not JSON serializable: pass a string"),
    (memoryview(b"x"), "Object of type memoryview is not JSON serializable: pass a string"),
    (pathlib.PurePath("x"), "JSON serializable: pass a string"),
    (datetime.timedelta(1), "JSON serializable: pass a number"),
    (named("x", "SecretStr", get_secret_value=lambda _: "hidden"), "pass its get_secret_value"),
    (datetime.datetime(2024, 1, 2), "has no time zone"),  # noqa: DTZ001 (naive, so refused)
    (object(), "Object of type object is not JSON serializable"),
    (1j, "Object of type complex is not JSON serializable"),
    (Block, "Object of type type is not JSON serializable"),
    (UNSET, "Object of type Unset is not JSON serializable"),
    (Shape.ODD, "Object of type object is not JSON serializable"),
    (float("nan"), "Out of range float values are not JSON compliant: nan"),
    (Decimal("Infinity"), "Out of range float values are not JSON compliant: inf"),
    (Decimal("sNaN"), "cannot convert signaling NaN"),
    (Decimal("0.1234567890123456789"), "more digits than a float can represent"),
    (Decimal("1E+999999999"), "more digits than a float can represent"),
    (numpy("f", None), "Object of type generic .* is not JSON serializable"),
    (numpy("M", 5), "Object of type generic .* is not JSON serializable"),
    ({(1, 2): 3}, "the keys of an object must be strings, got tuple"),
    (Failing(), "no items"),
]


@pytest.mark.parametrize(("value", "expected"), SERIALISABLE, ids=lambda value: type(value).__name__)
def test_unambiguous_values_are_serialised(value, expected):
    """`unstructure` and `dumps` serialise a value to the same JSON, also inside of arrays, objects and dataclasses."""
    for given, wanted in [
        (value, expected),
        ({"a": [value]}, {"a": [expected]}),
        (Block("x", [value]), {"text": "x", "parts": [expected]}),
    ]:
        plain = unstructure(given)
        assert plain == wanted
        # Compare by repr, because 1, 1.0 and True are equal.
        assert repr(plain) == repr(json.loads(dumps(given))) == repr(wanted)


@pytest.mark.parametrize(("value", "message"), REFUSED, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("write", [unstructure, dumps])
def test_other_values_are_refused_with_their_location(write, value, message):
    """The error for an unsupported value names the type, the location, and what to pass instead."""
    with pytest.raises(
        InvalidRequest, match=rf"(cannot be written as JSON: |^datetime).*{message}.*\(in argument 'a\[1\]\.parts"
    ):
        write({"a": [0, Block("x", [value])]})
    with pytest.raises(InvalidRequest, match=message):
        write(value)


@pytest.mark.parametrize("write", [unstructure, dumps])
@pytest.mark.usefixtures("garbage_kept")
def test_deep_and_circular_values_are_refused(write):
    """Deep and circular values raise InvalidRequest instead of RecursionError."""
    circle = []
    circle.append({"a": circle})
    deep = []
    for _ in range(100_000):
        deep = [deep]
    for value in (circle, deep):
        with pytest.raises(InvalidRequest, match="nested too deeply"):
            write(value)


class Endless(collections.abc.Mapping):
    """A mapping whose methods call themselves endlessly."""

    def __getitem__(self, key):
        raise RecursionError

    __iter__ = __len__ = items = lambda self: self["any"]


@pytest.mark.parametrize("write", [unstructure, dumps])
@pytest.mark.usefixtures("garbage_kept")
def test_values_that_exhaust_the_stack_are_refused(write):
    """A RecursionError in a method of a value is raised as InvalidRequest."""
    with pytest.raises(InvalidRequest, match="nested too deeply"):
        write({"data": Endless()})


def test_a_key_that_is_not_a_string_is_named_by_its_type():
    """A key that is not a string is named by its type, because its repr may be long or raise."""
    with pytest.raises(InvalidRequest, match=r"in argument 'UUID\.x'"):
        unstructure({uuid.UUID(int=7): {"x": object()}})


def test_a_file_in_a_json_body_is_refused():
    """A file in a JSON body is refused, because it must be sent in a multipart body."""
    with pytest.raises(InvalidRequest, match=r"in argument 'file\.payload'"):
        dumps({"file": File(io.BytesIO(b"1"))})


def test_pydantic_models_are_serialised():
    """Nested models and URLs are serialised. A SecretStr is refused, because asterisks would be sent."""
    pydantic = pytest.importorskip("pydantic", reason="pydantic is not installed")

    class Inner(pydantic.BaseModel):
        day: datetime.date
        price: decimal.Decimal

    class Outer(pydantic.BaseModel):
        inner: Inner
        url: pydantic.AnyHttpUrl

    class Login(pydantic.BaseModel):
        password: pydantic.SecretStr

    model = Outer(inner=Inner(day="2024-01-02", price="1.5"), url="http://x.test/a")
    expected = {"a": {"inner": {"day": "2024-01-02", "price": 1.5}, "url": "http://x.test/a"}}
    assert unstructure({"a": model}) == json.loads(dumps({"a": model})) == expected
    with pytest.raises(
        InvalidRequest, match=r"SecretStr .* pass its get_secret_value\(\) \(in argument 'a\.password'\)"
    ):
        dumps({"a": Login(password="planted")})
