"""Exceptions of requests: those of libraries lose their credentials, and those of users stay as they are."""

import importlib
from collections import namedtuple
from traceback import walk_tb

import pytest
import requests
import responses

from integry.generator.runtime._redaction import redact, redacted


def hide(text):
    """Mask the secret."""
    return text.replace("secret", "***")


def raised(error):
    """Return an exception after requests raised it."""
    with responses.RequestsMock() as mock:
        mock.get("https://api.test/", body=error)
        with pytest.raises(type(error)) as caught:
            requests.get("https://api.test/", timeout=1)
    return caught.value


def test_secrets_are_masked_in_arguments_and_attributes():
    """Texts are masked in containers too; an attribute that resists is left."""

    class Dead:
        def __getattr__(self, name):
            raise ReferenceError

    error = OSError(1, "secret")
    error.dead, error.both = Dead(), ("secret", ["secret", {"a": "secret"}])
    redact(raised(error), hide=hide)
    assert (error.strerror, error.both) == ("***", ("***", ["***", {"a": "***"}]))


def test_an_exception_that_cannot_be_changed_is_left():
    """redact() never fails."""

    class StubbornError(Exception):
        args = property(lambda _: ("secret",))

    error = raised(StubbornError())
    redact(error, hide=hide)
    assert error.args == ("secret",)


def test_exceptions_that_no_library_raised_are_left_alone():
    """An exception of a user's own that became a context keeps its traceback and its arguments."""

    def numbers():
        try:
            fail("a secret")
        except OSError as error:
            yield error
        yield "more"

    generator = numbers()
    error = requests.ConnectionError("secret")
    error.__cause__ = mine = next(generator)
    before = list(walk_tb(mine.__traceback__))
    redact(raised(error), hide=hide)
    assert error.args == ("***",)
    assert mine.args == ("broken", "a secret")
    assert list(walk_tb(mine.__traceback__)) == before
    assert next(generator) == "more"


def test_tracebacks_lose_the_frames_of_libraries():
    """A user's frames stay, with their local variables."""
    session = requests.Session()
    session.hooks["response"].append(lambda *_, **__: fail("to know"))

    def call():
        with responses.RequestsMock() as mock, redacted():
            mock.get("https://api.test/")
            session.get("https://api.test/")

    with pytest.raises(OSError, match="broken") as caught:
        call()
    names = [frame.f_code.co_name for frame, _ in walk_tb(caught.value.__traceback__)]
    assert names == ["test_tracebacks_lose_the_frames_of_libraries", "call", "<lambda>", "fail"]
    assert caught.value.args == ("broken", "to know")


def fail(useful):
    """Raise."""
    message = "broken"
    raise OSError(message, useful)


def test_the_exception_that_was_being_handled_is_left_alone():
    """A call while an exception is handled does not change that."""
    earlier = raised(requests.ConnectionError("secret"))
    try:
        raise earlier
    except requests.ConnectionError:
        with pytest.raises(requests.Timeout) as caught, redacted(hide=hide):
            raise raised(requests.Timeout("secret"))  # noqa: B904 (the context is what is tested)
    assert caught.value.args == ("***",)
    assert caught.value.__context__ is earlier
    assert earlier.args == ("secret",)


INSTALLED = """
class Refused(Exception):
    pass


def refuse(response, **_):
    error = Refused("refused secret")
    error.url, error.response = response.url, {"a": 1}
    raise error
"""


def test_installed_code_of_a_user_is_left_alone(tmp_path, monkeypatch):
    """An application that was installed with pip is the user's: only libraries of HTTP lose their frames."""
    folder = tmp_path / "lib" / "site-packages"
    (folder / "acme_app").mkdir(parents=True)
    (folder / "acme_app" / "__init__.py").write_text(INSTALLED)
    monkeypatch.syspath_prepend(str(folder))
    refuse = importlib.import_module("acme_app").refuse

    def call():
        with responses.RequestsMock() as mock, redacted(hide=hide):
            mock.get("https://api.test/")
            requests.get("https://api.test/", timeout=1, hooks={"response": refuse})

    with pytest.raises(Exception, match="refused secret") as caught:
        call()
    assert vars(caught.value) == {"url": "https://api.test/", "response": {"a": 1}}
    assert [frame.f_code.co_name for frame, _ in walk_tb(caught.value.__traceback__)][-1] == "refuse"


def test_generated_code_is_no_users():
    """The methods of named tuples have files such as <string>, and hold what they were given."""
    Pair = namedtuple("Pair", "a b")  # noqa: PYI024 (its code is what is tested)

    def call():
        with responses.RequestsMock() as mock, redacted():
            mock.get("https://api.test/")
            requests.get("https://api.test/", timeout=1, hooks={"response": lambda *_, **__: Pair("secret")})

    with pytest.raises(TypeError) as caught:
        call()
    files = {frame.f_code.co_filename for frame, _ in walk_tb(caught.value.__traceback__)}
    assert files == {__file__}
