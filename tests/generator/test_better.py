"""Improvements of our templates over openapi-python-client's own."""

import copy
import datetime
import pickle
import subprocess
import sys
import typing

import attrs
import pytest
import requests
import responses

NAMES = [
    "additionalProperties",
    "additional_keys",
    "to_dict",
    "from_dict",
    "to_multipart",
    "self",
    "client",
    "body",
    "class",
    "field",
    "define",
    "Any",
    "UNSET",
    "cls",
    "value",
    "get",
    "_cursor",
    "_both",
    "both",
    'quote"d',
    "back\\slash",
    "it's",
    "secret",
    "colour",
]


@pytest.fixture
def models(load):
    """Return the models of better.yaml."""
    return load("better.models")


@pytest.fixture
def get_file(load):
    """Return the operation of better.yaml that has all kinds of parameters."""
    return load("better.api.default.get_file")


@pytest.mark.parametrize("name", NAMES)
def test_field_names_do_not_collide(models, name):
    """A field with any name is kept, together with undocumented fields."""
    data = {name: "x", "unknown": 1}
    clash = models.Clash.from_dict(data)
    assert clash.to_dict() == data
    assert clash.additional_properties == {"unknown": 1}


def test_leading_underscores_are_removed_if_possible(models):
    """`_cursor` becomes `cursor`, but `_both` keeps the generator's name if `both` exists."""
    clash = models.Clash.from_dict({"_cursor": "c", "_both": "1", "both": "2"})
    assert (clash.cursor, clash.field_both, clash.both) == ("c", "1", "2")


def test_schemas_may_have_the_names_of_our_imports(models):
    """A schema named List or Union gets another class name, and circular references resolve."""
    clash = models.Clash.from_dict({"zone": {"items": [{"Dict": "d", "list": {"items": []}}]}})
    assert type(clash.zone) is models.ListModel
    assert type(clash.zone.items[0]) is models.UnionModel
    assert type(clash.zone.items[0].list_) is models.ListModel


LOADED = """
import sys
import better.api.default.get_file
loaded = {name for name in sys.modules if name.startswith("better.models.")}
from better import models
assert set(models.__all__) <= set(dir(models))
assert all(getattr(models, name).__name__ == name for name in models.__all__)
try:
    models.Nothing
except AttributeError as error:
    print(sorted(loaded), error)
"""


def test_models_are_imported_lazily(clients):
    """An operation imports only the models that it names, and all models can be imported."""
    completed = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=clients, check=True, stdout=subprocess.PIPE, text=True
    )
    assert completed.stdout == "['better.models.get_file_deep'] module 'better.models' has no attribute 'Nothing'\n"


def test_annotations_resolve_at_run_time(models):
    """Annotations resolve at run time for models with circular references too."""
    for name in models.__all__:
        cls = getattr(models, name)
        if attrs.has(cls):
            assert "additional_properties" in typing.get_type_hints(cls)


def test_fields_next_to_a_single_all_of_are_kept(models):
    """Fields next to a single allOf are kept, although the parser alone would drop them."""
    beside = models.Beside.from_dict({"own": 1, "Dict": "x"})
    assert (beside.own, beside.dict_) == (1, "x")
    assert models.Beside(own=1).to_dict() == {"own": 1}


@pytest.mark.parametrize("name", ["zone", "secret", "colour", "datetime", "_cursor", "self"])
def test_null_is_none_everywhere(models, name):
    """Null is parsed to None, even where the document does not allow it."""
    assert models.Clash.from_dict({name: None}).to_dict() == {name: None}


def test_null_is_none_in_lists_and_required_fields(models):
    """Null is also accepted as an item and for a required object."""
    assert models.ListModel.from_dict({"items": [None]}).items == [None]
    assert models.Circle.from_dict({"other": None}).other is None


def test_unknown_enum_values_stay_strings(models):
    """Known values become enum members, and a value that is listed twice causes no error."""
    assert models.Clash.from_dict({"colour": "green"}).colour == "green"
    assert models.Clash.from_dict({"colour": "red"}).colour is models.Colour.RED
    assert type(models.Clash(colour=models.Colour.RED).to_dict()["colour"]) is str


def test_the_repr_hides_passwords(models):
    """Fields with the format "password" are not part of the repr."""
    assert "hidden" not in repr(models.Clash(secret="hidden", self_="shown"))
    assert "shown" in repr(models.Clash(secret="hidden", self_="shown"))


ZONES = {
    "2024-11-10T23:28:58Z": (0, 0),
    "2024-11-10t23:28:58z": (0, 0),
    "2024-11-10T23:28:58.1234567Z": (123456, 0),
    "2024-11-10T23:28:58.123456789+01:00": (123456, 3600),
    "2024-09-23T19:59:46.166781+01:00": (166781, 3600),
    "2024-11-10T23:28:58.1-05:30": (100000, -19800),
    "2024-11-10 23:28:58+00:00": (0, 0),
    "0001-01-01T00:13:35+00:13": (0, 780),
}


@pytest.mark.parametrize("text", ZONES)
def test_all_rfc_3339_datetimes_are_parsed(models, text):
    """Fractions of any length, Z, offsets and the year 1 are parsed on every Python."""
    value = models.Clash.from_dict({"datetime": text}).datetime_
    assert isinstance(value, datetime.datetime)
    assert (value.microsecond, value.utcoffset().total_seconds()) == ZONES[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "0000-00-00T00:00:00Z",
        "0001-01-01T00000000Z",
        "2024-13-01T00:00:00Z",
        "2024-01-01T24:00:01Z",
        "10000-01-01T00:00:00Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00+99:00",
        "20240101T000000Z",
        "٢٠٢٤-01-01T00:00:00Z",
    ],
)
def test_an_invalid_datetime_stays_a_string(models, text):
    """A page with an invalid datetime is parsed, and the value is serialised unchanged."""
    clash = models.Clash.from_dict({"datetime": text, "self": "here"})
    assert (clash.datetime_, clash.self_) == (text, "here")
    assert clash.to_dict()["datetime"] == text


@pytest.mark.parametrize("text", ["20240201", "2024-W05-1", "2024-2-1", "", "2024-02-30"])
def test_other_date_formats_stay_strings(models, text):
    """Dates are parsed from YYYY-MM-DD only, although Python >= 3.11 reads more formats."""
    assert models.Clash.from_dict({"day": text}).day == text
    assert models.Clash.from_dict({"day": "2024-02-01"}).day == datetime.date(2024, 2, 1)


def test_enums_and_formats_select_the_member_of_a_union(models):
    """An unknown value selects the first member that can be parsed."""
    for data, expected in (
        ({"type": "cat"}, models.EnumCat),
        ({"type": "dog", "good": True}, models.EnumDog),
        ({"type": "bird"}, models.EnumCat),
    ):
        assert type(models.Clash.from_dict({"pet": data}).pet) is expected
    assert type(models.Clash.from_dict({"when": {"w": "2024-01-01T00:00:00Z"}}).when) is models.Dated
    assert type(models.Clash.from_dict({"when": {"w": 5}}).when) is models.Numbered


def test_constants_with_quotes_are_escaped(models):
    """A constant with quotes is generated as a literal with the value of the document."""
    assert typing.get_type_hints(models.Clash)["fixed"].__args__[0] == typing.Literal["a'b\"c\\d"]


def test_an_interrupted_first_use_is_repeated(load, models):
    """A hook whose compilation was interrupted is compiled again at the next use."""
    load("better.converter")  # registers the hooks
    compiler = load("better._compile")
    compiler._compiled.clear()
    with pytest.MonkeyPatch.context() as interrupted:
        interrupted.setattr(compiler.attrs, "resolve_types", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            compiler.model_hook(models.Circle)
    assert compiler.model_hook(models.Circle)({"other": {}}, None).other == models.Square()


@pytest.mark.parametrize("value", [5, [], {}, True])
def test_a_date_of_another_type_is_kept(models, value):
    """A date that is not a string is returned unchanged."""
    assert models.Clash.from_dict({"datetime": value}).datetime_ == value


def test_a_naive_datetime_is_refused(load, models, get_file):
    """A naive datetime in a model or parameter raises InvalidRequest, which says to add a time zone."""
    errors, naive = load("better.errors"), datetime.datetime(2024, 1, 2)  # noqa: DTZ001 (naive, so refused)
    with pytest.raises(errors.InvalidRequest, match="no time zone: give it one"):
        models.Clash(datetime_=naive).to_dict()
    with pytest.raises(errors.InvalidRequest, match="no time zone"):
        get_file.build("a", "b", x_since=naive)


def test_a_default_without_time_zone_can_be_sent(models):
    """A default datetime without a time zone stays the text of the document."""
    assert models.Clash().to_dict() == {"zoneless": "2024-01-01T00:00:00"}


@pytest.mark.parametrize("data", [[], "x", 5, None])
def test_a_value_that_is_not_an_object_raises(load, models, data):
    """The DecodeError for a value that is not an object names the expected model and the received type."""
    errors = load("better.errors")
    with pytest.raises(errors.DecodeError, match=r"expected an object \(Clash\), got"):
        models.Clash.from_dict(data)


def test_nested_mismatches_raise(load, models):
    """The DecodeError for a nested mismatch names the model or type that was expected."""
    errors = load("better.errors")
    with pytest.raises(errors.DecodeError, match=r"expected an object \(ListModel\), got str"):
        models.Clash.from_dict({"zone": "x"})
    with pytest.raises(errors.DecodeError, match="expected an array, got dict"):
        models.ListModel.from_dict({"items": {}})
    with pytest.raises(errors.DecodeError, match="Beside has no 'own', which is required"):
        models.Beside.from_dict({})


def test_deep_nesting_raises_decode_error(load, models):
    """Deeply nested data does not raise RecursionError."""
    errors, data = load("better.errors"), {}
    for _ in range(100_000):
        data = {"items": [{"list": data}]}
    with pytest.raises(errors.DecodeError, match="nested too deeply"):
        models.ListModel.from_dict(data)
    while data:
        data = data["items"][0]["list"]


def test_each_object_is_parsed_once(models):
    """The number of parsed objects is linear in the depth, even in unions."""
    data, calls = {}, []
    for _ in range(12):
        data = {"list": {"items": [data]}, "unknown": 1}

    def record(frame, event, _):
        if event == "call" and frame.f_code.co_name == "structure_model":
            calls.append(frame)

    models.UnionModel.from_dict({})
    sys.setprofile(record)
    try:
        model = models.UnionModel.from_dict(data)
    finally:
        sys.setprofile(None)
    assert model.additional_properties == {"unknown": 1}
    assert len(calls) == 12 * 2 + 1


def test_unset_is_a_singleton(load, models):
    """UNSET stays the same object in copies and pickles of models."""
    types, clash = load("better.types"), models.Clash(self_="x")
    for same in (copy.copy(clash), copy.deepcopy(clash), pickle.loads(pickle.dumps(clash))):  # noqa: S301 (our own)
        assert same == clash
        assert same.to_dict() == clash.to_dict()
        assert same.client is types.UNSET
    assert not types.UNSET
    assert repr(types.UNSET) == "UNSET"


def sent(get_file, *path, **arguments):
    """Return the prepared request of an operation."""
    kwargs = get_file.build(*path, **arguments)
    return requests.Request(**{**kwargs, "url": "https://x" + kwargs["url"]}).prepare()


def test_parameters_follow_the_documented_style(get_file):
    """Styles and explode are applied in the query, headers and cookies."""
    since = datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc)
    request = sent(
        get_file,
        "a",
        "b",
        self_="1",
        class_="2",
        cursor="3",
        commas=["x", "y"],
        pipes=["x", "y"],
        deep={"k": "v"},
        x_list=[1, 2],
        x_since=since,
        jar=["p", "q"],
        flag=True,
    )
    query = "self=1&class=2&_cursor=3&commas=x%2Cy&pipes=x%7Cy&deep%5Bk%5D=v"
    assert request.url == f"https://x/files/a/b?{query}"
    assert request.headers["X-List"] == "1,2"
    assert request.headers["X-Since"] == "2024-01-02T00:00:00+00:00"
    assert request.headers["Cookie"] == "jar=p,q; flag=true"


@pytest.mark.parametrize(
    ("value", "path"),
    [("a/b", "a%2Fb"), ("a b", "a%20b"), ("?#", "%3F%23"), ("é", "%C3%A9"), ("...", "..."), ("a%2Fb", "a%252Fb")],
)
def test_path_segments_are_quoted(get_file, value, path):
    """A value with any characters stays one path segment."""
    assert sent(get_file, value, "b").url == f"https://x/files/{path}/b"


@pytest.mark.parametrize("value", ["", ".", "..", "%2e", "%2E%2e", ".%2e", "%252e%252e", "%25252e"])
def test_dot_segments_are_refused(load, get_file, value):
    """Dot segments are refused, because requests, a proxy or the server would resolve them to another path."""
    errors = load("better.errors")
    with pytest.raises(errors.InvalidRequest, match=r"must not be empty, '\.' or '\.\.'"):
        get_file.build(value, "b")


def test_unencodable_values_are_refused(load):
    """A value that cannot be encoded raises InvalidRequest before anything is sent."""
    errors, clash, encoding = load("better.errors"), load("better.models").Clash, load("better._encoding")
    with pytest.raises(errors.InvalidRequest, match="must be latin-1"):
        encoding.header("X-Name", "☃")
    with pytest.raises(errors.InvalidRequest, match="line break"):
        encoding.header("X-Name", "a\r\nb: c")
    with pytest.raises(errors.InvalidRequest, match="UTF-8 cannot encode"):
        encoding.path_segment("name", "\ud800")
    with pytest.raises(errors.InvalidRequest, match="cannot be written as JSON"):
        load("better.api.default.clash").build(body=clash(self_=float("nan")))


def test_invalid_cookies_and_query_parameters_are_refused(load, get_file):
    """Cookies with a semicolon, which would add a cookie, and unencodable query parameters are refused."""
    errors = load("better.errors")
    for cookie in ("a; admin=1", "a\r\nb", "☃"):
        with pytest.raises(errors.InvalidRequest, match="cookie|header"):
            get_file.build("a", "b", jar=cookie)
    with pytest.raises(errors.InvalidRequest, match="UTF-8"):
        get_file.build("a", "b", class_="\ud800")


def test_response_keys_cannot_inject_code(load):
    """Keys of responses that are not statuses do not reach the generated code."""
    responses_ = load("better.api.default.clash").OPERATION.responses
    assert set(responses_) == {"200", "404", "5XX"}


@responses.activate
def test_text_is_utf_8_by_default(load):
    """The charset is that of the server or UTF-8, not Latin-1 as in requests."""
    operation = load("ours.api.things.get_thing").OPERATION
    for content_type, body in (("text/plain", "é☃"), ("text/plain; charset=latin-1", "é")):
        response = requests.Response()
        response.status_code, response.headers["Content-Type"] = 503, content_type
        response._content = body.encode("latin-1" if "latin" in content_type else "utf-8")
        response.encoding = "latin-1"
        assert operation.read(response).parsed == body


def test_an_empty_file_is_not_none(load):
    """An empty body of a binary response is an empty file."""
    operation = load("ours.api.default.put_raw").OPERATION
    response = requests.Response()
    response.status_code, response._content = 200, b""
    assert operation.read(response).parsed.payload.read() == b""


def test_parameters_may_have_the_names_of_ours(load):
    """A query parameter named `body` or `headers` gets another argument name."""
    clash = load("better.api.default.clash")
    kwargs = clash.build(body=load("better.models").Clash(), body_="b", headers="h", params="p", build_="1")
    assert kwargs["params"] == [("body", "b"), ("headers", "h"), ("params", "p"), ("build", "1")]
    assert load("better.api.default.clash").OPERATION.idempotent is True


@responses.activate
def test_unsupported_media_types_return_bytes(load, get_file):
    """The body of a documented status is returned as bytes. The server URL has the defaults of its variables."""
    responses.get("https://eu.example.com/v1/files/a/b", body="<a/>", content_type="application/xml")
    with load("better.client").Client() as client:
        assert get_file.sync("a", "b", client=client) == b"<a/>"


def test_operations_are_available_as_data(load):
    """OPERATIONS has the method, path, tag, server and idempotency of each."""
    operations = load("better.operations").OPERATIONS
    assert sorted(operations) == ["clash", "get_file"]
    operation = operations["get_file"]
    assert (operation.method, operation.path, operation.tag) == ("GET", "/files/{path}/{client_path}", "default")
    assert operation.server == "https://eu.example.com/v1"
    assert operation.idempotent is True


def test_every_file_names_the_command_that_generated_it(clients):
    """The first line of every file has the command that generated it, without local paths."""
    for path in (clients / "better").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            command = "`python -m integry.generator --spec better.yaml --output better`"
            assert path.read_text().splitlines()[0] == f"# Do not edit: made from better.yaml by {command}."


def test_generated_code_has_no_forbidden_imports(clients):
    """Generated code imports neither httpx nor asyncio, and itself only relatively."""
    for path in (clients / "better").rglob("*.py"):
        text = path.read_text().partition("\n")[2]
        assert "httpx" not in text
        assert "async" not in text
        assert "import better" not in text
        assert "from better" not in text
