"""Exceptions of a user's own code, behind ours."""

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


@pytest.mark.shows_secrets("the exception is the user's own")
def test_a_users_exception_keeps_its_contents():
    """Its arguments, notes and attributes are the user's own, though our message and log mask what they say."""

    def made(request):
        error = requests.ConnectionError("no", {"sent": [request.headers["App-Key"]]})
        error.__notes__ = [f"sent {request.headers['App-Key']}"]
        return error

    with pytest.raises(APIConnectionError) as caught:
        call(made)
    cause = caught.value.__cause__
    assert cause.args == ("no", {"sent": [KEY]})
    assert cause.__notes__ == [f"sent {KEY}"]
    assert KEY not in str(caught.value)


def test_the_frames_of_a_users_adapter_stay():
    """A traceback that ends at our boundary still says where the user's own code failed."""
    with pytest.raises(APIConnectionError) as caught:
        call(requests.ConnectionError("broken"))
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__cause__.__traceback__)]
    assert [frame.f_code.co_filename for frame in frames] == [__file__]
    assert isinstance(frames[0].f_locals["self"], Failing)
