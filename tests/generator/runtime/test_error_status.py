"""Documented errors as exceptions, with `raise_on_error_status`."""

import copy
import pickle
from traceback import walk_tb

import pytest
import responses

from integry.generator.runtime import errors
from integry.generator.runtime.client import AuthenticatedClient, Client
from integry.generator.runtime.operation import Operation, ResponseSpec

from .models import Strict
from .test_client import CLIENT_MODULE

OPERATION = Operation(
    name="get_thing",
    method="GET",
    path="/things/{id}",
    tag="t",
    idempotent=True,
    server="https://api.test",
    responses={
        "200": ResponseSpec("json", Strict),
        "302": ResponseSpec("none", None),
        "404": ResponseSpec("json", Strict),
        "5XX": ResponseSpec("json", Strict),
        "422": ResponseSpec("none", None),
    },
)
FALLBACK = Operation(
    "any",
    "POST",
    "/any",
    "t",
    idempotent=False,
    server="https://api.test",
    responses={"default": OPERATION.responses["404"]},
)
NAME = b'{"name": "n"}'


def send(operation, status, body, **options):
    """Return the result of a client for a response, or raise its exception."""
    request = operation.request(path={"id": "secret"}, query={"key": "secret"})
    with responses.RequestsMock() as mock:
        url = f"https://api.test{operation.path.format(id='secret')}?key=secret"
        mock.add(operation.method, url, body=body, status=status, headers={"Retry-After": "5"})
        return Client(**options).send(request)


@pytest.mark.parametrize(
    ("operation", "status", "body", "error", "parsed", "message"),
    [
        (OPERATION, 404, NAME, errors.ClientError, Strict("n"), "get_thing: GET /things/{id}: 404 Not Found"),
        (OPERATION, 503, NAME, errors.ServerError, Strict("n"), "get_thing: GET /things/{id}: 503 Service Unavailable"),
        (OPERATION, 599, NAME, errors.ServerError, Strict("n"), "get_thing: GET /things/{id}: 599"),
        (OPERATION, 422, b"x", errors.ClientError, None, "get_thing: GET /things/{id}: 422 Unprocessable"),
        (FALLBACK, 400, NAME, errors.ClientError, Strict("n"), "any: POST /any: 400 Bad Request"),
        (FALLBACK, 500, NAME, errors.ServerError, Strict("n"), "any: POST /any: 500 Internal Server Error"),
        # A proxy sends another body than documented. The status still selects the exception.
        (OPERATION, 502, b"<p>secret</p>", errors.ServerError, None, "get_thing: GET /things/{id}: 502 Bad Gateway"),
    ],
)
def test_documented_errors_are_raised(operation, status, body, error, parsed, message):
    """The exception has the status, the parsed body, the headers and the content; its message has no secret."""
    with pytest.raises(errors.DocumentedError) as caught:
        send(operation, status, body, raise_on_error_status=True)
    found = caught.value
    assert type(found) is error
    assert (found.status_code, found.parsed, found.content) == (status, parsed, body)
    assert (found.operation, found.method, found.path) == (operation.name, operation.method, operation.path)
    assert found.headers["retry-after"] == "5"
    assert str(found).startswith(message)
    assert "secret" not in f"{found} {found!r}"
    assert isinstance(found.__cause__, errors.DecodeError) is (status == 502)
    for other in (pickle.loads(pickle.dumps(found)), copy.copy(found)):  # noqa: S301 (a pickle of this test)
        assert (type(other), str(other), vars(other)) == (error, str(found), vars(found))


def test_other_responses_are_returned():
    """Successes and redirects are always returned. Documented errors are returned without `raise_on_error_status`."""
    assert send(OPERATION, 200, NAME, raise_on_error_status=True).parsed == Strict("n")
    assert send(OPERATION, 302, b"", raise_on_error_status=True).parsed is None
    assert send(OPERATION, 404, NAME).parsed == Strict("n")


@pytest.mark.parametrize("is_strict", [True, False])
def test_undocumented_errors_raise_unexpected_status(is_strict):
    """Undocumented errors raise an exception even with `raise_on_unexpected_status=False`. It is a StatusError."""
    with pytest.raises(errors.UnexpectedStatus) as caught:
        send(OPERATION, 401, b"no", raise_on_error_status=True, raise_on_unexpected_status=is_strict)
    assert isinstance(caught.value, errors.StatusError)
    options = {"raise_on_error_status": True, "raise_on_unexpected_status": False}
    assert send(OPERATION, 202, b"", **options).parsed is None


def test_tracebacks_have_no_frames_of_the_client():
    """The traceback has no frames of the client, because error reporters show their local variables."""
    client = AuthenticatedClient(token="t0ken", raise_on_error_status=True)
    with responses.RequestsMock() as mock:
        mock.get("https://api.test/things/1", body=NAME, status=404)
        with pytest.raises(errors.ClientError) as caught:
            client.send(OPERATION.request(path={"id": "1"}))
    frames = [frame for frame, _ in walk_tb(caught.value.__traceback__)]
    assert not any("t0ken" in repr(value) for frame in frames for value in frame.f_locals.values())
    assert {frame.f_globals["__name__"] for frame in frames} - CLIENT_MODULE == {__name__}
