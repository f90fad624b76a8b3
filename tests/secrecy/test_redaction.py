"""Exceptions of user code that are the cause of the package's exceptions."""

import traceback

import pytest
import requests
from requests.adapters import BaseAdapter

from integry import APIConnectionError, Integry
from tests.facade.conftest import KEY, SECRET


class FailingAdapter(BaseAdapter):
    """A user's adapter that raises the given exception."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def send(self, request, **_):
        """Raise the exception, or the exception that a function returns for the request."""
        if callable(self.error):
            self.error = self.error(request)
        raise self.error

    def close(self):
        """Do nothing."""


def call(error):
    """Send a request through an adapter that raises."""
    with requests.Session() as session:
        session.mount("https://", FailingAdapter(error))
        Integry(KEY, SECRET, user_id=1, session=session, max_retries=0).apps.get("slack")


def test_generators_in_the_traceback_continue():
    """A generator in which an exception was raised can continue, although the exception became the cause of another."""

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


def test_exceptions_with_read_only_args_are_raised_unchanged():
    """An exception whose attributes cannot be set is raised unchanged."""

    class OddError(Exception):
        args = property(lambda _: ("odd",))

    with pytest.raises(OddError):
        call(OddError())


@pytest.mark.shows_secrets("the exception is the user's own")
def test_exceptions_of_users_keep_their_contents():
    """Arguments and notes of a user's exception are unchanged, while the package's message masks secrets."""

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


def test_frames_of_a_users_adapter_are_kept():
    """The traceback of the cause shows the line in which the user's own code failed."""
    with pytest.raises(APIConnectionError) as caught:
        call(requests.ConnectionError("broken"))
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__cause__.__traceback__)]
    assert [frame.f_code.co_filename for frame in frames] == [__file__]
    assert isinstance(frames[0].f_locals["self"], FailingAdapter)
