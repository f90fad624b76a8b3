"""A FastAPI application with an operation for each feature, on a free port, which it prints."""

import datetime
import enum
import json
import socket
from typing import Annotated, Any, AsyncIterator, Dict, Iterator, List, Literal, Optional, Tuple, Union

import uvicorn
from fastapi import Body, Cookie, Depends, FastAPI, File, Form, Header, HTTPException, Query, Response, UploadFile
from fastapi.responses import StreamingResponse
from fastapi.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPBasic,
    HTTPBasicCredentials,
    HTTPBearer,
    OAuth2,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
)
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

app = FastAPI(title="Stations", generate_unique_id_function=lambda route: route.name)
PASSWORD = "fake-password"  # noqa: S105 (of no use elsewhere)
#: Tokens that were issued for client credentials. Only the last one is valid.
ISSUED = []
#: The requests for /flaky.
FLAKY = []

header_key = APIKeyHeader(name="X-Station-Key", scheme_name="headerKey", auto_error=False)
query_key = APIKeyQuery(name="key", scheme_name="queryKey", auto_error=False)
cookie_key = APIKeyCookie(name="session", scheme_name="cookieKey", auto_error=False)
password_flow = OAuth2PasswordBearer(tokenUrl="login", scheme_name="password")
machine_flow = OAuth2(flows={"clientCredentials": {"tokenUrl": "token", "scopes": {}}}, scheme_name="machine")


class Sky(str, enum.Enum):
    """The state of the sky."""

    CLEAR = "clear"
    OVERCAST = "overcast"


class Circle(BaseModel):
    """An area around a place."""

    kind: Literal["circle"]
    radius: float


class Square(BaseModel):
    """An area between four places."""

    kind: Literal["square"]
    side: int


class Area(BaseModel):
    """A model with a discriminated union."""

    shape: Annotated[Union[Circle, Square], Field(discriminator="kind")]
    others: List[Annotated[Union[Circle, Square], Field(discriminator="kind")]] = []


class Unit(BaseModel):
    """A model that is the default of a field."""

    name: str = "metre"
    factor: float = 1.0


class Station(BaseModel):
    """A model with defaults of many types."""

    name: str
    unit: Unit = Unit()
    sky: Sky = Sky.CLEAR
    opened: datetime.date = datetime.date(2020, 1, 2)
    checked: Optional[datetime.datetime] = None
    place: Tuple[float, float, str] = (0.0, 0.0, "N")
    tags: List[str] = ["new"]
    notes: Dict[str, int] = {}


class Reading(BaseModel):
    """A value at a time."""

    at: datetime.datetime
    degrees: float


class Problem(BaseModel):
    """A documented error."""

    message: str


class Token(BaseModel):
    """A token of OAuth 2.0."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 (the name of a type)
    expires_in: int = 3600


class Note(BaseModel):
    """A model of the fields of a form."""

    title: str
    stars: int = 3
    tags: List[str] = []


READINGS = [
    Reading(at=datetime.datetime(2024, 5, 1, hour, tzinfo=datetime.timezone.utc), degrees=hour / 2) for hour in range(3)
]


@app.get("/stations")
def list_stations(
    tag: Annotated[List[str], Query()] = [],  # noqa: B006 (FastAPI copies it)
    sky: Optional[Sky] = None,
    since: Optional[datetime.datetime] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    x_trace: Annotated[Optional[str], Header()] = None,
    language: Annotated[Optional[str], Cookie()] = None,
) -> Dict[str, Any]:
    """Return the parameters that arrived."""
    return {"tag": tag, "sky": sky, "since": since, "limit": limit, "trace": x_trace, "language": language}


@app.post("/stations", status_code=201)
def create_station(station: Station) -> Station:
    """Return the station with its defaults."""
    return station


@app.post("/embedded")
def embed(station: Annotated[Station, Body(embed=True)], count: Annotated[int, Body()] = 2) -> List[str]:
    """Return the name of a station that is a field of the body."""
    return [station.name] * count


@app.get("/stations/{number}", responses={404: {"model": Problem}})
def get_station(number: int) -> Station:
    """Return a station, or a documented error."""
    if number:
        raise HTTPException(404, {"message": "unused"})
    return Station(name="Null", checked=datetime.datetime(2024, 5, 1, tzinfo=datetime.timezone.utc))


@app.exception_handler(404)
def not_found(_request: Any, _error: Any) -> Response:
    """Answer with the documented error."""
    return Response(json.dumps({"message": "no such station"}), 404, media_type="application/json")


@app.delete("/stations/{number}", status_code=204)
def delete_station(number: int) -> None:
    """Answer without a body."""


@app.api_route("/flaky", methods=["GET", "DELETE", "POST"], include_in_schema=False)
def flaky_itself(response: Response) -> int:
    """Answer every third request with 200, and the others with 503."""
    FLAKY.append(len(FLAKY))
    response.status_code = 200 if len(FLAKY) % 3 == 0 else 503
    response.headers["Retry-After"] = "0"
    return len(FLAKY)


@app.get("/flaky", responses={503: {"model": int}})
def read_flaky() -> int:
    """Document GET /flaky, to which `flaky_itself` responds."""
    raise NotImplementedError  # never called: the function above responds


@app.post("/flaky", responses={503: {"model": int}})
def write_flaky() -> int:
    """Document POST /flaky, to which `flaky_itself` responds."""
    raise NotImplementedError  # never called: the function above responds


@app.post("/areas")
def measure(area: Area) -> Area:
    """Return the area."""
    return area


@app.get("/files/{path:path}")
def read_file(path: str) -> str:
    """Return the path."""
    return path


@app.post("/login")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Token:
    """Issue a token for a user."""
    if form.password != PASSWORD:
        raise HTTPException(400, "wrong password")
    return Token(access_token=f"user-{form.username}-{'+'.join(form.scopes)}")


@app.post("/token", include_in_schema=False)
def issue(
    grant_type: Annotated[str, Form()], machine: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())]
) -> Dict[str, Any]:
    """Issue a token for a machine, and revoke the token that was issued before."""
    if (grant_type, machine.username, machine.password) != ("client_credentials", "machine", "fake-secret"):
        raise HTTPException(401)
    ISSUED.append(f"machine-{len(ISSUED)}")
    return Token(access_token=ISSUED[-1]).model_dump()


def required(value: Optional[str]) -> str:
    """Return a credential, or refuse the request if it is missing."""
    if value is None:
        raise HTTPException(401)
    return value


@app.get("/me/header")
def by_header(key: Annotated[Optional[str], Depends(header_key)]) -> str:
    """Return the key of the header."""
    return required(key)


@app.get("/me/query")
def by_query(key: Annotated[Optional[str], Depends(query_key)]) -> str:
    """Return the key of the query."""
    return required(key)


@app.get("/me/cookie")
def by_cookie(key: Annotated[Optional[str], Depends(cookie_key)]) -> str:
    """Return the key of the cookie."""
    return required(key)


@app.get("/me/basic")
def by_basic(found: Annotated[HTTPBasicCredentials, Depends(HTTPBasic(scheme_name="basic"))]) -> str:
    """Return user and password."""
    return f"{found.username}:{found.password}"


@app.get("/me/bearer")
def by_bearer(found: Annotated[Any, Depends(HTTPBearer(scheme_name="bearer"))]) -> str:
    """Return the token."""
    return found.credentials


@app.get("/me/password")
def by_password(token: Annotated[str, Depends(password_flow)]) -> str:
    """Return the token that `login` issued."""
    return token


@app.get("/me/machine")
def by_machine(token: Annotated[str, Depends(machine_flow)]) -> str:
    """Return the token if it was not revoked."""
    if token != f"Bearer {ISSUED[-1]}":
        raise HTTPException(401)
    return token


@app.get("/me/revoked", include_in_schema=False)
def revoke() -> None:
    """Revoke the tokens of machines."""
    ISSUED.append("revoked")


@app.post("/upload")
def upload(file: UploadFile) -> List[Any]:
    """Return the name, the media type and the content of an uploaded file."""
    return [file.filename, file.content_type, file.file.read().decode()]


@app.post("/uploads")
def upload_many(
    files: List[UploadFile], note: Annotated[str, Form()], raw: Annotated[bytes, File()] = b""
) -> List[Any]:
    """Return the names and contents of several uploaded files, and the other fields of the form."""
    return [[[file.filename, file.file.read().decode()] for file in files], note, raw.decode()]


@app.post("/notes")
def add_note(note: Annotated[Note, Form()]) -> Note:
    """Return the form."""
    return note


@app.get("/events", response_class=EventSourceResponse)
async def watch() -> AsyncIterator[Reading]:
    """Send readings as events."""
    for reading in READINGS:
        yield reading


@app.get("/events/named", response_class=EventSourceResponse)
async def watch_named() -> AsyncIterator[ServerSentEvent]:
    """Send events with names and ids."""
    yield ServerSentEvent(data={"degrees": 1}, event="reading", id="7", retry=100)
    yield ServerSentEvent(raw_data="[DONE]")


@app.get("/events/plain", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
def watch_plain() -> Response:
    """Send events that the application formats itself, without FastAPI's support for events."""
    return StreamingResponse(
        iter(["id: 1\ndata: one\n", "data: two\n\n", ": comment\n\n"]), media_type="text/event-stream"
    )


@app.get("/lines")
async def read_lines() -> AsyncIterator[Reading]:
    """Send readings as lines of JSON."""
    for reading in READINGS:
        yield reading


@app.get(
    "/lines/plain",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {"schema": Reading.model_json_schema()}}}},
)
def read_plain_lines() -> Response:
    """Send lines of JSON that the application formats itself."""
    lines = (reading.model_dump_json() + "\n" for reading in READINGS)
    return StreamingResponse(lines, media_type="application/x-ndjson")


class Zip(Response):
    """A response that is a ZIP file."""

    media_type = "application/zip"


@app.get("/export", response_class=Zip)
def export() -> Response:
    """Send a file in pieces."""
    return StreamingResponse(pieces(), media_type="application/zip")


def pieces() -> Iterator[bytes]:
    """Yield 300,000 bytes."""
    for number in range(300):
        yield bytes([number % 256]) * 1000


@app.get(
    "/old",
    deprecated=True,
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def old() -> Response:
    """Send text."""
    return Response("a;b\n1;é\n", media_type="text/csv")


if __name__ == "__main__":
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        print(listening.getsockname()[1], flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
