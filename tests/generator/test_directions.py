"""Fields that only the server sets (readOnly), or only the client (writeOnly)."""

import importlib
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from .conftest import by_us
from .reading import HEAD, model, read_text

DOCUMENT = """
paths:
  /users/1:
    get: {operationId: getUser, responses: &answers {"200": {description: ok, content: {application/json: {schema:
      {$ref: "#/components/schemas/User"}}}}}}
    put: {operationId: putUser, requestBody: {content: {application/json: {schema: &user
      {$ref: "#/components/schemas/User"}}}}, responses: *answers}
    patch: {operationId: patchUser, requestBody: {content: {application/x-www-form-urlencoded: {schema: *user}}},
      responses: *answers}
    post: {operationId: postUser, requestBody: {content: {multipart/form-data: {schema: *user}}}, responses: *answers}
components:
  schemas:
    Stamp: {type: string, format: date-time, readOnly: true}
    User:
      type: object
      required: [id, name, password, secret, created, team, state]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        password: {type: string, writeOnly: true}
        secret: {writeOnly: true}
        created: {$ref: "#/components/schemas/Stamp"}
        team: {allOf: [{$ref: "#/components/schemas/Team"}], readOnly: true}
        state: {type: string, readOnly: true, default: new}
        note: {type: string, readOnly: true}
        odd: {type: string, readOnly: true, writeOnly: true}
        groups: {type: array, items: {$ref: "#/components/schemas/Group"}}
    Team: {type: object, required: [slug], properties: {slug: {type: string, readOnly: true}}}
    Group: {allOf: [{$ref: "#/components/schemas/Team"}, {type: object, required: [code],
      properties: {code: {type: string, writeOnly: true}}}]}
    Either: {type: [object, "null"], required: [x], properties: {x: {type: integer, readOnly: true}}}
    Kinds: {oneOf: [{$ref: "#/components/schemas/Kind"}, {$ref: "#/components/schemas/Team"}],
      discriminator: {propertyName: kind}}
    Kind: {type: object, required: [kind], properties: {kind: {type: string, readOnly: true}}}
    Loop: {type: object, properties: {x: {$ref: "#/components/schemas/Round"}}}
    Round: {allOf: [{$ref: "#/components/schemas/Round"}]}
"""
ANSWER = {
    "id": 1,
    "name": "Ann",
    "created": "2024-01-02T03:04:05+00:00",
    "team": {"slug": "red"},
    "state": "old",
    "groups": [{"slug": "blue"}],
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Return the folder of the document's client, which can be imported as `directed`."""
    folder = tmp_path_factory.mktemp("directions")
    (folder / "users.yaml").write_text(HEAD.format(version="3.1.0") + DOCUMENT)
    assert by_us(folder / "users.yaml", folder / "directed") == 0
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture
def models(client):
    """Return the models."""
    assert client.is_dir()
    return importlib.import_module("directed.models")


def test_required_fields_are_required_in_one_direction(models):
    """A required read-only field may be missing in a request, and a required write-only field in a response."""
    created = models.User(name="Ann", password="x", secret=1)
    assert created.to_dict() == {"name": "Ann", "password": "x", "secret": 1, "state": "new"}
    read = models.User.from_dict(ANSWER)
    assert read.to_dict() == ANSWER
    assert (read.id, read.team.slug, bool(read.password), bool(read.secret)) == (1, "red", False, False)
    assert "password" not in repr(read)
    assert "password" not in read._repr_html_()


@pytest.mark.parametrize("name", ["id", "name", "created", "team", "state"])
def test_a_response_without_a_required_field_raises(models, name):
    """A response without a required field that the server must return raises DecodeError."""
    errors, converter = (importlib.import_module(f"directed.{module}") for module in ("errors", "converter"))
    with pytest.raises(errors.DecodeError, match=f"User has no '{name}', which is required"):
        converter.structure({key: value for key, value in ANSWER.items() if key != name}, models.User)


def test_a_body_needs_no_field_that_the_server_sets(models):
    """`from_dict` reads the JSON of a body: read-only fields may be missing, at any depth, and others may not."""
    errors, converter = (importlib.import_module(f"directed.{module}") for module in ("errors", "converter"))
    body = {"name": "Ann", "password": "x", "secret": 1, "groups": [{"code": "a"}], "more": 5}
    user = models.User.from_dict(body)
    assert (bool(user.id), bool(user.team), user.groups[0].code) == (False, False, "a")
    assert user.to_dict() == body
    for wrong in ({"password": "x"}, {"id": 1}):
        with pytest.raises(errors.DecodeError, match="User has no 'name', which is required"):
            models.User.from_dict(wrong)
    with pytest.raises(errors.DecodeError, match="User has no 'id', which is required"):
        converter.structure(body, models.User)


def test_write_only_fields_are_not_shown(models):
    """The repr has no write-only fields, which are secrets in most documents."""
    user = models.User(name="Ann", password="hidden", secret="hidden")
    assert "hidden" not in repr(user) + user._repr_html_()


def test_bodies_leave_out_read_only_fields(models):
    """Read-only fields that were received are not sent back, at any depth and in any media type."""
    user = models.User.from_dict(ANSWER)
    put, patch, post = (
        importlib.import_module(f"directed.api.default.{name}_user") for name in ("put", "patch", "post")
    )
    expected = {"name": "Ann", "groups": [{}]}
    assert json.loads(put.build(body=user)["data"]) == expected
    user.groups = [models.Group(code="x", slug="y")]
    user["extra"] = {models.Group(code="z").code: models.Group(code="z", slug="y")}
    user["many"] = (1, 2)
    sent = json.loads(put.build(body=user)["data"])
    assert sent == {**expected, "groups": [{"code": "x"}], "extra": {"z": {"code": "z"}}, "many": [1, 2]}
    user.groups = [{1.5: models.Group(code="x", slug="y"), None: 1, b"k": 2}]
    with pytest.raises(ValueError, match=r"Object of type bytes"):
        put.build(body=user)
    user = models.User.from_dict({**ANSWER, "groups": []})
    assert patch.build(body=user)["data"] == [("name", "Ann")]
    assert [name for name, _ in post.build(body=user)["files"]] == ["name"]


def test_nested_read_only_fields_are_left_out_beside_enums_as_keys(models):
    """Read-only fields are also left out of a body with enums as keys, which a slower function encodes."""
    key = importlib.import_module("enum").Enum("Key", {"A": "a"}).A
    put = importlib.import_module("directed.api.default.put_user")
    body = {key: [models.Group(code="x", slug="y")]}
    assert json.loads(put.build(body=body)["data"]) == {"a": [{"code": "x"}]}


def test_received_values_can_be_changed_and_sent_back(models):
    """A model that a server returned can be changed and sent back to the server."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(ANSWER).encode())

        def do_PUT(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.do_GET()

        def log_message(self, *arguments):
            """Print nothing."""

    get, put = (importlib.import_module(f"directed.api.default.{name}_user") for name in ("get", "put"))
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with importlib.import_module("directed").Client(f"http://127.0.0.1:{server.server_port}") as api:
            user = get.sync(client=api)
            user.name = "Bob"
            assert put.sync(client=api, body=user) == models.User.from_dict(ANSWER)
        server.shutdown()
    assert received == [{"name": "Bob", "groups": [{}]}]


def test_write_only_fields_may_be_unset_by_their_type(client):
    """A read-only field has its plain type, and a write-only field may be Unset."""
    text = (client / "directed" / "models" / "user.py").read_text()
    for line in (
        "    id: int = READ_ONLY\n",
        "    password: Union[str, Unset] = _field(repr=False)\n",
        "    secret: Union[Any, Unset] = _field(repr=False)\n",
        "    created: Union[datetime.datetime, str] = READ_ONLY\n",
        '    state: str = "new"\n',
        '    _read_only = ("id", "created", "team", "state", "note")\n',
    ):
        assert line in text


@pytest.mark.slow
def test_one_sided_fields_type_check(client):
    """A program that constructs and reads models with read-only and write-only fields passes mypy --strict."""
    program = client / "program.py"
    program.write_text(
        "from directed.models import Team, User\n"
        "user = User(name='x', password='y', secret=1)\n"
        "number: int = user.id + 1\n"
        "slug: str = Team().slug\n"
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(client / "cache"), str(program)]
    done = subprocess.run(command, cwd=client, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("User", {"x-read-only": ["id", "created", "team", "state", "note"], "x-write-only": ["password", "secret"]}),
        ("Group", {"x-read-only": ["slug"], "x-write-only": ["code"]}),
        ("Kind", {"x-discriminator": {"kind": ["Kind"]}, "x-read-only": ["kind"]}),
        ("Loop", {}),
    ],
)
def test_directions_are_found_in_references_and_parts(name, expected):
    """`readOnly` and `writeOnly` are found behind references, aliases and allOf, also in cycles."""
    found, _ = read_text(DOCUMENT, version="3.1.0")
    assert (model(found, name).data.model_extra or {}) == expected


def test_the_field_of_a_discriminator_is_sent(models):
    """A body has the field of a discriminator even if it is read-only: the server needs it to select the schema."""
    assert models.Kind("Kind")._read_only == ()
    assert models.Kind._selecting == {"kind": ("Kind",)}


def test_nullable_objects_keep_their_directions(client, models):
    """Fields of an object that may be null stay read-only or write-only."""
    assert "READ_ONLY" in "".join(path.read_text() for path in (client / "directed" / "models").glob("either*.py"))
    assert models.Group(code="x").to_dict() == {"code": "x"}
