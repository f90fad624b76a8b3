"""All models of generated/: round trips through JSON, tolerance of undocumented data, and docstrings."""

import datetime
import enum
import json
from typing import Any, Dict, List, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generated import models
from generated.client import Client
from generated.errors import DecodeError
from generated.types import UNSET, Model, Unset
from tests.spec_document import OPERATIONS

MODELS = [cls for cls in (getattr(models, name) for name in models.__all__) if attrs.has(cls)]

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
offsets = st.integers(-1439, 1439).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))
PLAIN = {
    str: st.text(),
    int: st.integers(),
    float: numbers,
    bool: st.booleans(),
    type(None): st.none(),
    Unset: st.just(UNSET),
    Any: json_values,
    datetime.datetime: st.datetimes(timezones=offsets),
    datetime.date: st.dates(),
    UUID: st.uuids(),
}


def values(type_):
    """Return a Hypothesis strategy for values of a type annotation."""
    if type_ in PLAIN:
        return PLAIN[type_]
    origin, arguments = get_origin(type_), get_args(type_)
    if origin is Union:
        return st.one_of([values(argument) for argument in arguments])
    if origin is list:
        return st.lists(st.deferred(lambda: values(arguments[0])), max_size=2)
    if origin is dict:
        return st.dictionaries(st.text(), values(arguments[1]), max_size=3)
    if origin is Literal:
        return st.sampled_from(arguments)
    return st.deferred(lambda: instances(type_)) if attrs.has(type_) else st.sampled_from(type_)


@st.composite
def instances(draw, cls):
    """Draw an instance of a model, sometimes with undocumented fields."""
    hints = get_type_hints(cls)
    fields = [field for field in attrs.fields(cls) if field.init]
    model = cls(**{field.name: draw(values(hints[field.name])) for field in fields})
    known = {field.metadata.get("name", field.name) for field in fields}
    if hasattr(model, "additional_properties"):
        others = draw(st.dictionaries(st.text().filter(lambda key: key not in known), json_values, max_size=2))
        model.additional_properties = others
    return model


def construct(type_):
    """Return the kind of a type annotation, without the names of models and enums."""
    origin, arguments = get_origin(type_), get_args(type_)
    if origin in (Union, list, dict):
        return origin, frozenset(map(construct, arguments))
    if origin is Literal or (isinstance(type_, type) and issubclass(type_, enum.Enum)):
        return "enum"
    return "model" if isinstance(type_, type) and attrs.has(type_) else type_


def constructs(cls):
    """Return the kinds of types that a model's fields have."""
    hints = get_type_hints(cls)
    return {construct(hints[field.name]) for field in attrs.fields(cls) if field.init}


def representatives():
    """Return models that together have all kinds of types, because the code for a field depends on its kind alone."""
    covered, found = set(), []
    for cls in sorted(MODELS, key=lambda cls: -len(constructs(cls))):
        if not constructs(cls) <= covered:
            covered |= constructs(cls)
            found.append(cls)
    return found


one_model_of_each_kind = pytest.mark.parametrize("cls", representatives(), ids=lambda cls: cls.__name__)


@one_model_of_each_kind
def test_models_round_trip_through_json(cls):
    """Any instance of a model equals its copy that was serialised to JSON and parsed again."""

    @given(instances(cls))
    def round_trip(model):
        text = json.dumps(model.to_dict())
        assert cls.from_dict(json.loads(text)) == model

    round_trip()


@one_model_of_each_kind
@given(data=st.dictionaries(st.sampled_from(["id", "name", "data", "apps", "_cursor", "x"]) | st.text(), json_values))
def test_any_json_is_parsed_or_raises_decode_error(cls, data):
    """JSON that a model parses is serialised unchanged, and the input is not modified."""
    before = json.dumps(data)
    try:
        model = cls.from_dict(data)
    except DecodeError as error:
        assert str(error)  # noqa: PT017 (both outcomes are valid)
    else:
        assert isinstance(model, cls)
        assert json.loads(json.dumps(model.to_dict())) == json.loads(before)
    assert json.dumps(data) == before


@pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
def test_undocumented_fields_are_kept(cls):
    """Undocumented fields are kept, because servers add fields over time."""
    required = [field for field in attrs.fields(cls) if field.default is attrs.NOTHING]
    data = {field.name: [] for field in required if field.name != "name"}
    model = cls.from_dict({**dict.fromkeys((field.name for field in required), None), **data, "added": {"a": [1]}})
    assert model["added"] == {"a": [1]}
    assert "added" in model
    model["added"] = 2
    assert model.to_dict()["added"] == 2
    del model["added"]
    assert model.additional_keys == []


def test_free_form_json_stays_plain():
    """The fields `parameters`, `arguments` and `output` are plain dicts and lists, as json.loads returns them."""
    parameters = {"type": "object", "properties": {"properties": {}, "additionalProperties": False}}
    function = models.Function.from_dict({"name": "f", "parameters": parameters, "meta": {"id": 1}})
    assert function.parameters is parameters
    assert models.FunctionResult.from_dict({"network_code": "200", "output": [1, None]}).output == [1, None]


@pytest.mark.parametrize("cursor", ["text", 5, 1.5, {"page": 2}, None, ""])
def test_cursors_may_have_any_type(cursor):
    """A cursor is sent back exactly as it was received."""
    assert models.AppPage.from_dict({"apps": [], "_cursor": cursor}).cursor == cursor
    assert models.CallRequest(cursor=cursor).to_dict() == {"_cursor": cursor}
    assert models.AppPage.from_dict({"apps": []}).cursor is UNSET


def test_invalid_dates_stay_strings():
    """An invalid date stays a string, like the placeholders in the documentation's samples."""
    settings = models.IntegrationSettingList.from_dict({"data": [{"id": "your_setting_id", "created_at": "your_date"}]})
    assert settings.data[0].created_at == "your_date"


def test_lists_may_be_null():
    """Null is accepted instead of an empty list."""
    assert models.IntegrationList.from_dict({"data": None}).data is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"field_name": "a", "value": 1}, models.CustomSetting("a", 1)),
        ([{"field_name": "a", "value": 1}], [models.CustomSetting("a", 1)]),
        (None, None),
    ],
)
def test_custom_settings_may_be_an_object_or_a_list(data, expected):
    """Settings of a custom integration may be a list (documentation's text) or an object (documentation's sample)."""
    assert models.CustomSettingsAnswer.from_dict({"data": data}).data == expected


@pytest.mark.parametrize("pagination", [{"page": 1}, [{"page": 1}], None])
def test_pagination_may_be_an_object_or_a_list(pagination):
    """Pagination is parsed from an object and from a list, because the API returns both."""
    assert models.IntegrationList.from_dict({"data": [], "pagination": pagination}).pagination == pagination


@pytest.mark.parametrize("details", [{"channel": "required"}, ["not connected"], "text", None])
def test_error_details_may_have_any_type(details):
    """`details` of an error may be an object, a list, or any other JSON value."""
    assert models.Error.from_dict({"error": "e", "error_details": details}).error_details == details


def test_reprs_have_no_tokens():
    """No model of the Slack operations shows a token in its repr."""
    answer = models.SlackTokenAnswer.from_dict(
        {"data": {"access_token": "xoxb-1", "incoming_webhook": {"url": "https://hooks/xoxb-2", "channel": "general"}}}
    )
    text = repr([answer, models.SlackInfo(access_token="xoxb-3", url="xoxb-4"), models.SlackTokenRequest("xoxb-5")])
    assert "xoxb" not in text
    assert "general" in text
    assert "secret" not in repr(models.Integration("i", auth_credential="secret"))


def test_models_are_documented():
    """The docstring of every model names all fields."""
    for cls in MODELS:
        for field in attrs.fields(cls):
            assert not field.init or f"    {field.name}: " in cls.__doc__, (cls, field.name)
    assert issubclass(models.App, Model)


def test_operations_are_documented():
    """The docstring of an operation has its summary, and that of `build` its arguments and exceptions."""
    import inspect

    from tests.calls import module

    for name in OPERATIONS:
        build, sync, detailed = (
            " ".join(getattr(module(name), function).__doc__.split()) for function in ("build", "sync", "sync_detailed")
        )
        assert build.startswith(OPERATIONS[name].data["summary"])
        assert "Raises: errors.InvalidRequest" in build
        assert all(f" {argument}: " in build for argument in inspect.signature(module(name).build).parameters)
        assert sync.startswith(OPERATIONS[name].data["summary"])
        assert all("`build`" in doc and "`Client.send`" in doc for doc in (sync, detailed))
    send = " ".join(str(Client.send.__doc__).split())
    assert all(f"{error}: If " in send for error in ("UnexpectedStatus", "DecodeError", "requests.RequestException"))


def test_annotations_resolve_at_run_time():
    """Annotations resolve at run time on the oldest Python too, because cattrs and pydantic need them."""
    for cls in MODELS:
        hints: Dict[str, Any] = get_type_hints(cls)
        assert hints["additional_properties"] == Dict[str, Any]
    assert get_type_hints(models.AppPage)["apps"] == List[models.App]
