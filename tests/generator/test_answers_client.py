"""A generated client with several media types and streams, called over a real socket."""

import http.server
import inspect
import subprocess
import sys
import threading
from typing import get_type_hints

import pytest

from tests.docs.pages import DOCS, blocks

from .conftest import HERE, by_us

WEATHER = b'{"degrees": 5}'
#: Content-Type, body and status of the server's response for each path.
ANSWERS = {
    "/forecast": ("text/csv", b"degrees\n5\n", 200),
    "/changes": ("text/event-stream", b"id: 1\ndata: " + WEATHER + b"\n\ndata: end\n\n", 200),
    "/log": ("application/x-ndjson", WEATHER + b"\n" + WEATHER + b"\n", 200),
    "/map/north": ("image/png", b"\x89PNG", 200),
    "/map/none": ("application/json", b'{"title": "none"}', 404),
}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with the response for the path, if the Accept header has its media type."""

    def do_GET(self):
        """Answer a GET request."""
        content_type, body, status = ANSWERS[self.path]
        assert status == 404 or content_type in self.headers["Accept"]
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        """Answer a POST request."""
        self.do_GET()

    def log_message(self, *_):
        """Print nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of the generated client."""
    folder = tmp_path_factory.mktemp("made")
    assert by_us(HERE / "answers.yaml", folder / "answers") == 0
    return folder


@pytest.fixture(scope="module")
def weather(folder):
    """Return the operations of the generated client."""
    sys.path.insert(0, str(folder))
    from answers.api.weather import get_forecast, get_map, read_log, watch_changes

    yield get_forecast, get_map, read_log, watch_changes
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def client(weather):
    """Return a client of a running server."""
    assert weather
    from answers import Client

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with Client(f"http://127.0.0.1:{server.server_port}") as found:
            yield found
        server.shutdown()


def test_bodies_are_parsed_by_their_media_type(weather, client):
    """Text, events, lines, bytes and errors are parsed to the documented types."""
    from answers.models import Problem, Weather
    from answers.streaming import ServerSentEvent

    get_forecast, get_map, read_log, watch_changes = weather
    assert get_forecast.sync(client=client) == "degrees\n5\n"
    assert read_log.sync(client=client) == [Weather(5), Weather(5)]
    assert get_map.sync("north", client=client) == b"\x89PNG"
    assert get_map.sync("none", client=client) == Problem("none")
    found = watch_changes.sync(client=client)
    assert found == [ServerSentEvent("message", Weather(5), "1"), ServerSentEvent("message", "end", "1")]


def test_operations_with_streams_can_be_streamed(weather, client, tmp_path):
    """`stream` takes the arguments of `sync`, even an argument called `stream`."""
    from answers.errors import ClientError
    from answers.models import Problem, Weather

    get_forecast, get_map, read_log, watch_changes = weather
    with watch_changes.stream(client=client) as stream:
        assert [event.data for event in stream.iter_events()] == [Weather(5), "end"]
    with read_log.stream(client=client) as stream:
        assert list(stream.iter_json()) == [Weather(5), Weather(5)]
    with get_map.stream("north", client=client) as stream:
        assert stream.save(tmp_path / "map.png") == 4
    with pytest.raises(ClientError) as caught:
        get_map.stream("none", client=client)
    assert caught.value.parsed == Problem("none")
    assert not hasattr(get_forecast, "stream")


def test_the_example_of_the_guide_runs(client, capsys, tmp_path, monkeypatch):
    """The block of docs/guides/generated-client.md prints events and lines, and saves a file."""
    (block,) = [found for found in blocks(DOCS / "guides" / "generated-client.md") if "weather" in found.text]
    monkeypatch.chdir(tmp_path)
    exec(block.text.replace("https://weather.example.com", client.base_url), {})  # noqa: S102 (our own documentation)
    assert capsys.readouterr().out == "1 Weather(degrees=5)\n1 end\n5\n5\n4 bytes\n5\n"
    assert (tmp_path / "north.png").read_bytes() == b"\x89PNG"


def test_annotations_resolve(weather):
    """Annotations resolve at run time, and schemas with the names of the client's own classes are renamed."""
    from answers.models import ResponseStreamModel, Weather
    from answers.streaming import ResponseStream

    _, get_map, read_log, _ = weather
    assert get_type_hints(read_log.stream)["return"] == ResponseStream[Weather]
    assert get_type_hints(get_map.stream)["return"] == ResponseStream[bytes]
    assert ResponseStreamModel("a").to_dict() == {"a": "a"}


def test_docstrings_name_responses_and_errors(weather):
    """Docstrings start with the first sentence of the description, and have deprecation and documented responses."""
    get_forecast, _, _, watch_changes = weather
    documented = inspect.getdoc(get_forecast.build)
    assert documented.startswith("Get the forecast.\n\nIt is made at noon.\n\nReturns:")
    found = " ".join(watch_changes.sync.__doc__.split())
    assert found.startswith("Watch the changes. See `build` for the arguments")
    assert "Deprecated: The document advises against the use of this operation." in found
    assert "- 5XX (Problem): The server failed. Raises: errors.DocumentedError: For 5XX, if" in found


USE = """
from typing import Union, assert_type
from answers import Client
from answers.api.weather import read_log, watch_changes
from answers.models import Weather
def use(client: Client) -> None:
    with read_log.stream(client=client) as lines, watch_changes.stream(client=client) as events:
        assert_type(next(lines.iter_json()), Weather)
        assert_type(next(events.iter_events()).data, Union[Weather, str])
    with client.weather.read_log.stream() as lines:
        assert_type(next(lines.iter_json()), Weather)
    client.weather.get_forecast.stream()  # type: ignore[attr-defined]  # it has no stream
"""


@pytest.mark.slow
def test_streams_are_typed(folder, tmp_path):
    """The client passes `mypy --strict`, and elements of streams have the documented types."""
    (tmp_path / "use.py").write_text(USE)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, "answers", tmp_path / "use.py"]
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
