"""What `forget` leaves of exceptions that are a user's own."""

import traceback

import pytest
import requests
from requests.adapters import BaseAdapter

from integry import APIConnectionError, Integry
from tests.facade.conftest import KEY, SECRET


class Failing(BaseAdapter):
    """An adapter of a user's, that raises what it is given."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def send(self, request, **_):
        """Raise."""
        if callable(self.error):
            self.error = self.error(request)
        raise self.error

    def close(self):
        """Nothing."""


def call(error):
    """What comes of a call whose adapter raises."""
    with requests.Session() as session:
        session.mount("https://", Failing(error))
        Integry(KEY, SECRET, user_id=1, session=session, max_retries=0).apps.get("slack")


def test_a_generator_goes_on():
    """Though an exception that came through it is behind one of ours."""

    def generate():
        try:
            error = ValueError("kept")
            raise error
        except ValueError as kept:
            yield kept
        yield "more"

    generator = generate()
    stored = next(generator)
    error = requests.ConnectionError("broken")
    error.__cause__ = stored
    with pytest.raises(APIConnectionError):
        call(error)
    assert next(generator) == "more"


def test_an_odd_exception_is_what_is_raised():
    """Though it lets nobody change it."""

    class OddError(Exception):
        args = property(lambda _: ("odd",))

    with pytest.raises(OddError):
        call(OddError())


def test_what_is_written_on_an_exception():
    """Notes, parts of arguments, and texts that could not be written."""

    def made(request):
        error = requests.ConnectionError("no", {"sent": [request.headers["Hash"], (request.headers["App-Key"],)]})
        error.__notes__ = [f"sent {request.headers['Hash']}"]
        error.__cause__ = UnicodeEncodeError("ascii", f"{request.headers['Hash']} é", 65, 66, "no")
        return error

    with pytest.raises(APIConnectionError) as caught:
        call(made)
    cause = caught.value.__cause__
    shown = "".join(traceback.format_exception(type(cause), cause, cause.__traceback__))
    assert "***" in shown
    for text in (shown, repr(cause.args), repr(vars(cause)), cause.__cause__.object):
        assert KEY not in text
