"""The client generated from the document of a FastAPI application, against the running application."""

import datetime
import importlib
import subprocess
import sys

import pytest

from .applications import Application

pytestmark = pytest.mark.contract

KEY, USER = "fake-key", ("ann", "fake:password")
TIMES = [datetime.datetime(2024, 5, 1, hour, tzinfo=datetime.timezone.utc) for hour in range(3)]


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    """Yield the running FastAPI application."""
    application = Application("stations", tmp_path_factory.mktemp("fastapi"))
    yield application
    application.stop()


@pytest.fixture(scope="module")
def package(application):
    """Return the package of the client."""
    return application.generate("/openapi.json", "stations_client")


@pytest.fixture(scope="module")
def api(package):
    """Return a function that returns the module of an operation."""
    return lambda name: importlib.import_module(f"{package.__name__}.api.default.{name}")


@pytest.fixture(scope="module")
def models(package):
    """Return the module of the models."""
    return importlib.import_module(f"{package.__name__}.models")


@pytest.fixture
def client(application, package):
    """Return a client without credentials."""
    with package.Client(application.url) as client:
        yield client


@pytest.fixture
def authenticated(application, package):
    """Return a function that returns a client with credentials."""
    return lambda **credentials: package.AuthenticatedClient(application.url, credentials=credentials)


def test_the_client_type_checks(package):
    """Mypy finds no error in the client in strict mode."""
    folder = package.__path__[0]
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", f"{folder}/../mypy", folder]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_parameters_arrive(api, client, models):
    """Lists, enums, dates, headers and cookies arrive with their values, and defaults are those of the document."""
    arguments = {"tag": ["a b", "é&"], "sky": models.Sky.OVERCAST, "since": TIMES[1], "x_trace": "t", "language": "de"}
    assert api("list_stations").sync(client=client, limit=7, **arguments) == {
        "tag": ["a b", "é&"],
        "sky": "overcast",
        "since": "2024-05-01T01:00:00Z",
        "limit": 7,
        "trace": "t",
        "language": "de",
    }
    absent = dict.fromkeys(["sky", "since", "trace", "language"])
    assert api("list_stations").sync(client=client) == {"tag": [], "limit": 10, **absent}


def test_invalid_parameters_are_documented_errors(api, client, models):
    """A status of 422 is parsed as FastAPI's model of validation errors."""
    found = api("list_stations").sync_detailed(client=client, limit=0, sky="green")
    assert found.status_code == 422
    assert isinstance(found.parsed, models.HTTPValidationError)
    assert sorted(error.loc[-1] for error in found.parsed.detail) == ["limit", "sky"]


def test_models_have_the_defaults_of_the_server(api, client, models):
    """Fields that the request omits have the server's defaults in the response: models, dates, tuples, lists, dicts."""
    found = api("create_station").sync_detailed(client=client, body=models.Station(name="North"))
    assert found.status_code == 201
    assert found.parsed.unit == models.Unit(name="metre", factor=1.0)
    assert (found.parsed.sky, found.parsed.opened) == (models.Sky.CLEAR, datetime.date(2020, 1, 2))
    assert (found.parsed.place, found.parsed.tags, found.parsed.checked) == ([0.0, 0.0, "N"], ["new"], None)
    assert dict(found.parsed.notes.to_dict()) == {}


def test_values_come_back_as_they_were_sent(api, client, models):
    """Models, enums, dates, tuples, lists and dicts are the same after they went to the server and back."""
    station = models.Station(
        name="Süd",
        unit=models.Unit(name="foot", factor=0.5),
        sky=models.Sky.OVERCAST,
        opened=datetime.date(1999, 12, 31),
        checked=TIMES[2],
        place=[47.5, 9.75, "E"],
        tags=[],
        notes=models.StationNotes.from_dict({"a": 1}),
    )
    assert api("create_station").sync(client=client, body=station) == station


def test_embedded_bodies_arrive(api, client, models):
    """A body with an embedded model and a value arrives."""
    body = models.BodyEmbed(station=models.Station(name="North"), count=3)
    assert api("embed").sync(client=client, body=body) == ["North"] * 3


@pytest.mark.parametrize("kind", ["Circle", "Square"])
def test_discriminated_unions_keep_their_classes(api, client, models, kind):
    """An object of each class in a discriminated union is sent, and the response has the same class, also in lists."""
    circle, square = models.Circle(kind="circle", radius=1.5), models.Square(kind="square", side=2)
    area = models.Area(shape={"Circle": circle, "Square": square}[kind], others=[circle, square])
    found = api("measure").sync(client=client, body=area)
    assert found == area
    assert [type(other).__name__ for other in found.others] == ["Circle", "Square"]


def test_an_unknown_class_is_refused_by_the_server(api, client, models):
    """A value that the discriminator does not know can be sent as a dict, and gives a documented error."""
    found = api("measure").sync(client=client, body=models.Area.from_dict({"shape": {"kind": "line"}}))
    assert found.detail[0].type_ == "union_tag_invalid"


def test_documented_errors_have_models(api, client, models, package, application):
    """The body of a 404 is parsed as its model. With raise_on_error_status=True, the exception has this model."""
    assert api("get_station").sync(0, client=client).checked == TIMES[0]
    assert api("get_station").sync(1, client=client) == models.Problem(message="no such station")
    raising = package.Client(application.url, raise_on_error_status=True)
    with raising, pytest.raises(importlib.import_module(f"{package.__name__}.errors").ClientError) as caught:
        api("get_station").sync(1, client=raising)
    assert caught.value.parsed == models.Problem(message="no such station")


def test_a_response_without_a_body_is_none(api, client):
    """A status of 204 has no parsed body."""
    found = api("delete_station").sync_detailed(5, client=client)
    assert (found.status_code, found.parsed, found.content) == (204, None, b"")


@pytest.mark.parametrize("path", ["a", "a/b/c.txt", "a b/é?#%25", "a//b"])
def test_paths_of_several_segments_arrive(api, client, path):
    """A path parameter that contains slashes arrives unchanged."""
    assert api("read_file").sync(path, client=client) == path


def test_forms_log_in(api, client, models, authenticated):
    """The token that FastAPI's form of the password flow issues is accepted as a credential."""
    body = models.BodyLogin(username="ann", password="fake-password", grant_type="password", scope="a b")
    token = api("login").sync(client=client, body=body)
    assert token == models.Token(access_token="user-ann-a+b", token_type="bearer", expires_in=3600)
    with authenticated(password=token.access_token) as user:
        assert api("by_password").sync(client=user) == token.access_token


def test_missing_fields_of_a_form_are_documented_errors(api, client, models):
    """A form without a password gives a documented error that names the missing field."""
    found = api("login").sync(client=client, body=models.BodyLogin(username="ann", password=""))
    assert [error.loc for error in found.detail] == [["body", "password"]]


@pytest.mark.parametrize(
    ("operation", "scheme", "credential", "expected"),
    [
        ("by_header", "headerKey", KEY, KEY),
        ("by_query", "queryKey", KEY + " &", KEY + " &"),
        ("by_cookie", "cookieKey", KEY, KEY),
        ("by_bearer", "bearer", KEY, KEY),
        ("by_basic", "basic", USER, ":".join(USER)),
    ],
)
def test_credentials_go_where_their_scheme_says(api, authenticated, operation, scheme, credential, expected):
    """API keys in headers, queries and cookies, basic and bearer credentials arrive in their places."""
    with authenticated(**{scheme: credential}) as client:
        assert api(operation).sync(client=client) == expected


def test_one_client_has_many_credentials(api, authenticated):
    """Each operation gets the credentials of its scheme only."""
    with authenticated(headerKey="h", queryKey="q", cookieKey="c", bearer="b", basic=USER) as client:
        names = ["by_header", "by_query", "by_cookie", "by_bearer", "by_basic"]
        assert [api(name).sync(client=client) for name in names] == ["h", "q", "c", "b", ":".join(USER)]


def test_missing_credentials_are_named(api, authenticated, package):
    """A call without the credentials of the operation raises an error that names them, and sends nothing."""
    errors = importlib.import_module(f"{package.__name__}.errors")
    with authenticated(headerKey="h") as client, pytest.raises(errors.InvalidRequest, match="queryKey"):
        api("by_query").sync(client=client)


def test_client_credentials_are_renewed(api, authenticated, package):
    """Tokens are fetched from the document's token URL, used again, and renewed once after they were revoked."""
    auth = importlib.import_module(f"{package.__name__}.auth")
    with authenticated(machine=auth.ClientCredentials("machine", "fake-secret")) as client:
        first = api("by_machine").sync(client=client)
        assert api("by_machine").sync(client=client) == first
        assert client.get_session().get(f"{client.base_url}/me/revoked").ok
        assert api("by_machine").sync(client=client) not in (None, first)


def test_refused_client_credentials_raise(api, authenticated, package):
    """A token URL that refuses the credentials raises TokenError without the secret."""
    auth, errors = (importlib.import_module(f"{package.__name__}.{name}") for name in ("auth", "errors"))
    machine = auth.ClientCredentials("machine", "fake-wrong")
    with authenticated(machine=machine) as client, pytest.raises(errors.TokenError) as caught:
        api("by_machine").sync(client=client)
    assert "fake-wrong" not in str(caught.value)


def test_files_arrive_with_names(api, client, models, package, tmp_path):
    """Files, bytes and opened files arrive with a name, and with their media type if they have one."""
    path = tmp_path / "opened.txt"
    path.write_text("content")
    file = package.types.File(b"a;b", file_name="table.csv", mime_type="text/csv")
    assert api("upload").sync(client=client, body=models.BodyUpload(file=file)) == ["table.csv", "text/csv", "a;b"]
    with path.open("rb") as opened:
        found = api("upload").sync(client=client, body=models.BodyUpload(file=opened))
    assert (found[0], found[2]) == ("opened.txt", "content")
    found = api("upload").sync(client=client, body=models.BodyUpload(file=b"bytes"))
    assert (found[0], found[2]) == ("file", "bytes")


def test_several_files_arrive(api, client, models, package):
    """An array of files arrives in its order, beside a field and a file that FastAPI reads as bytes."""
    files = [package.types.File(bytes([65 + number]), file_name=f"{number}.txt") for number in range(3)]
    body = models.BodyUploadMany(files=files, note="é", raw=b"raw")
    expected = [[["0.txt", "A"], ["1.txt", "B"], ["2.txt", "C"]], "é", "raw"]
    assert api("upload_many").sync(client=client, body=body) == expected


def test_forms_of_models_arrive(api, client, models):
    """A form with text, a number and a list arrives."""
    note = models.Note(title="é&=", stars=5, tags=["a", "b"])
    assert api("add_note").sync(client=client, body=note) == note


@pytest.mark.parametrize("operation", ["watch", "read_lines"])
def test_streams_of_models_are_iterated(api, client, models, operation):
    """FastAPI's event streams and lines of JSON yield models."""
    with api(operation).stream(client=client) as stream:
        found = [event.data for event in stream.iter_events()] if operation == "watch" else list(stream.iter_json())
    assert found == [models.Reading(at=at, degrees=hour / 2) for hour, at in enumerate(TIMES)]


def test_events_have_names_and_ids(api, client):
    """Events have the name, the id and the delay that the server sends, and text stays text."""
    with api("watch_named").stream(client=client) as stream:
        first, last = stream.iter_events()
    assert (first.event, first.id, first.retry, first.data) == ("reading", "7", 100, '{"degrees": 1}')
    assert (last.event, last.id, last.data) == ("message", "7", "[DONE]")


def test_events_of_the_application_are_text(api, client):
    """The data of events without a schema is text. Its lines are joined, and comments are skipped."""
    with api("watch_plain").stream(client=client) as stream:
        assert [event.data for event in stream.iter_events()] == ["one\ntwo"]


def test_lines_of_the_application_are_models(api, client, models):
    """Lines of JSON with an inline schema yield models, and are a list if they are not streamed."""
    with api("read_plain_lines").stream(client=client) as stream:
        found = list(stream.iter_json())
    assert [(type(each), each.at) for each in found] == [(models.ReadPlainLinesResponse200, at) for at in TIMES]
    assert api("read_plain_lines").sync(client=client) == found


def test_downloads_are_saved(api, client, tmp_path):
    """A download without a length is saved in pieces, and is the same as the body that is read whole."""
    with api("export").stream(client=client) as stream:
        assert stream.save(tmp_path / "export.zip") == 300_000
    assert (tmp_path / "export.zip").read_bytes() == api("export").sync(client=client)


def test_text_is_read_in_its_charset(api, client):
    """CSV is decoded to text, and the docstring of a deprecated operation says that it is deprecated."""
    assert api("old").sync(client=client) == "a;b\n1;é\n"
    assert "Deprecated" in api("old").sync.__doc__


def test_operations_are_methods_of_their_tag(client, models):
    """An operation is a method of `client.TAG`, which sends the same request as the operation's module."""
    assert client.default.read_file("a/b") == "a/b"
    found = client.default.create_station.detailed(body=models.Station(name="North"))
    assert (found.status_code, found.parsed.name) == (201, "North")


def test_idempotent_operations_are_retried(application, package):
    """With `max_retries=`, GET is sent until it succeeds, and POST is not sent again after a status of 503."""
    with package.Client(application.url, max_retries=2) as client:
        assert client.default.read_flaky() == 3
        assert client.default.write_flaky.detailed().status_code == 503
        assert client.default.read_flaky() == 6


LENIENT = """
import sys
sys.path.insert(0, sys.argv[1])
from stations_client import Client
from stations_client.models import Area, Circle
with Client(sys.argv[2], lenient=True) as client:
    print(client.default.measure(body=Area(shape=Circle(kind="circle", radius=1.5))).shape)
"""


def test_a_lenient_client_may_come_first(application, package):
    """A client with lenient=True can send the first call of a process, also if the result has unions."""
    arguments = [f"{package.__path__[0]}/..", application.url]
    done = subprocess.run([sys.executable, "-c", LENIENT, *arguments], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "Circle(kind='circle', radius=1.5)\n"), done.stderr
