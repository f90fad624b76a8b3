"""Large hostile input: iteration ends, and parsing, masking and explaining take linear time."""

import json
import re

import pytest
import responses
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from integry import (
    CursorLoop,
    FunctionCallError,
    IntegryError,
    InvalidRequest,
    ServerError,
)
from integry._results.pages import Cursor
from integry._secrets import Mask
from tests.facade.conftest import _no_environment, serve  # noqa: F401 (provides fixtures)
from tests.robustness.hostile import (
    ANYWHERE,
    API,
    KEY,
    SECRET,
    answering,
    assert_linear,
    count_inputs,
    integry,
    json_values,
    organisation,
    outcome,
)

# Cursors


cursors = json_values | st.integers(0, 3) | st.sampled_from(["a", "b"])


@settings(max_examples=150)
@given(st.lists(cursors, min_size=1, max_size=6), st.sampled_from(["_cursor", "next_page"]))
def test_iteration_over_hostile_cursors_ends(found, name):
    """Iteration ends at the last page or with CursorLoop, and requests each page once."""
    for field, walk in (
        ("apps", lambda client: list(client.apps.list())),
        ("functions", lambda client: list(client.functions.list())),
        ("output", lambda client: list(client.functions.call_items("f"))),
    ):
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            for cursor in found:
                mock.post(ANYWHERE, body=json.dumps({"network_code": 200, field: [], name: cursor}))
            result = outcome(lambda walk=walk: walk(integry()))
            assert result == [] or isinstance(result, (CursorLoop, InvalidRequest))
            assert len(mock.calls) <= len(found) + 1
    count_inputs("cursors", 3 * len(found))


def test_a_cursor_of_1_mb_is_sent_back():
    """A cursor of 1 MB is sent back unchanged in a body and in a query."""
    cursor = "c" * 1_000_000
    with responses.RequestsMock() as mock:
        mock.post(ANYWHERE, json={"apps": [], "_cursor": cursor})
        mock.post(ANYWHERE, json={"apps": []})
        mock.get(ANYWHERE, json={"cursor": cursor})
        assert list(integry().apps.list()) == []
        assert json.loads(mock.calls[1].request.body) == {"_cursor": cursor}
        assert integry().request("GET", "/x", params={"cursor": cursor}).parsed == {"cursor": cursor}
        assert mock.calls[2].request.url == f"{API}/x?cursor={cursor}"
    count_inputs("cursors", 2)


@pytest.mark.parametrize("again", [0, 1, 2])
def test_iteration_can_restart_at_any_page(again):
    """An iteration can start at any page, and ignores the cursors that another iteration has seen."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for cursor in ("a", "b", "c", None):
            mock.post(ANYWHERE, json={"apps": [], "_cursor": cursor})
        pages = list(integry().apps.list().pages())
        assert len(pages) == 4
        mock.reset()
        for cursor in ("x", "c", "x"):
            mock.post(ANYWHERE, json={"apps": [], "_cursor": cursor})
        # An iteration from the third page has seen "c", the cursor of that page, so "c" is the first repeated cursor.
        with pytest.raises(CursorLoop, match="'c'" if again == 2 else "'x'"):
            list(pages[again].pages())
        assert len(mock.calls) == 3 - (again == 2)
        mock.reset()
        mock.post(ANYWHERE, json={"apps": [], "_cursor": None})
        for page in pages[:3]:
            assert len(list(page.pages())) == 2


@pytest.mark.growth
def test_long_iterations_take_linear_time():
    """Checking a cursor takes the same time, however many came before."""

    def walk(cursors):
        seen = set()
        for cursor in cursors:
            Cursor(cursor).check_new(seen)

    assert_linear(walk, lambda size: [f"c{number}" for number in range(size)], 4_000)


# Errors


def error_for(said):
    """Return the error of a call that the server refuses with these details."""
    with answering(json={"error": "e", "error_details": said}, status=400):
        return outcome(lambda: integry().functions.call("f", {"token": "known-secret-1", "a": 1}))


@pytest.mark.growth
def test_texts_that_almost_name_an_app_take_linear_time():
    """A text that repeats the start of a known message is searched in linear time."""
    for again in ("connected the x ", "connect('", "connected the ", "not connected "):
        assert_linear(error_for, lambda size, again=again: ["not connected " + again * size], 2_000)
    assert error_for(["User has not connected their Google Sheets account."]).app == "google-sheets"


@pytest.mark.growth
@pytest.mark.parametrize(
    "again",
    [
        *(
            '"token":',
            '"token" ',
            '"token":"\\',
            '"token":"a\\\n',
            "token=",
            "://",
            "://a",
            "a@",
            "hash=&",
            "https://hooks.slack.com",
        ),
        *(
            "0a",
            "-",
            "\\",
            '"',
            "app-secret-567",
            '"access_token" : "',
            "9",
            '"token": 9e',
            "é",
            "\n",
            "{",
            "?",
            "?a ",
            "'",
            " ",
        ),
    ],
)
def test_masking_takes_linear_time(again):
    """Masking takes linear time, no matter which pattern a text repeats."""
    mask = Mask((SECRET, KEY, "ab", "a b/c"))
    assert_linear(mask.text, lambda size: again * size, 2_000)
    assert_linear(mask.text, lambda size: '"token":"' + again * size, 2_000)
    assert_linear(lambda text: mask.value({"token": text}), lambda size: again * size, 2_000)


@pytest.mark.parametrize("text", ['{"token": "abc\\', '{"token": "abc\\\n"}', '{"token": "a\\"bc', '{"token":"\\'])
def test_incomplete_fields_are_masked(text):
    """Values of sensitive fields are masked even if the JSON is cut short or invalid."""
    assert "bc" not in Mask(()).text(text)
    assert "***" in Mask(()).text(text)


SECRETS = st.text(st.characters(), min_size=6, max_size=12).filter(lambda text: text == text.strip())


@given(SECRETS, st.lists(st.text(st.characters(), max_size=6), max_size=3), st.sampled_from([400, 404, 500, 200]))
def test_secrets_of_a_request_are_in_no_error(secret, around, status):
    """A secret that was sent is masked anywhere in an error's message and body."""
    assume(not any(secret in text for text in ("***", *around)) and not re.search(r"\*", secret))
    said = secret.join(["", *around, ""])
    body = {"a": said, said: [said], "error": said, "error_details": [said], "message": said}
    with answering(json=body, status=status):
        error = outcome(lambda: organisation().slack.exchange_token(secret))
    count_inputs("secrets")
    if isinstance(error, IntegryError):
        assert not any(secret in text for text in strings([getattr(error, "body", None), error.args]))


def strings(value):
    """Yield all texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from strings([*value.keys(), *value.values()])
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from strings(part)


def test_every_status_has_its_error():
    """Statuses from 300 to 999 raise their errors, even with an invalid body."""
    for status in range(300, 1000):
        with answering(body=b"\xff{", status=status):
            error = outcome(lambda: integry().functions.call("f"))
        assert error.status == status
        assert isinstance(error, ServerError) is (status >= 500)
        assert isinstance(error, FunctionCallError) is False
    count_inputs("answers", 700)
