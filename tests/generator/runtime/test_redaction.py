"""Redaction removes credentials from exceptions of HTTP libraries. Exceptions of users stay unchanged."""

import importlib
from collections import namedtuple
from traceback import walk_tb

import pytest
import requests
import responses

from integry.generator.runtime._redaction import redact, redacted


def hide(text):
    """Replace the secret in a text by a mask."""
    return text.replace("secret", "***")


def raised(error):
    """Return the exception with a traceback that has frames of requests."""
    with responses.RequestsMock() as mock:
        mock.get("https://api.test/", body=error)
        with pytest.raises(type(error)) as caught:
            requests.get("https://api.test/", timeout=1)
    return caught.value


def test_secrets_are_masked_in_arguments_and_attributes():
    """Secrets are masked in arguments, attributes and containers. An attribute that cannot be read is skipped."""

    class RaisingAttribute:
        def __getattr__(self, name):
            raise ReferenceError

    error = OSError(1, "secret")
    error.broken, error.both = RaisingAttribute(), ("secret", ["secret", {"a": "secret"}])
    redact(raised(error), hide=hide)
    assert (error.strerror, error.both) == ("***", ("***", ["***", {"a": "***"}]))


def test_an_immutable_exception_is_kept():
    """`redact` does not raise for an exception whose attributes cannot be set."""

    class StubbornError(Exception):
        args = property(lambda _: ("secret",))

    error = raised(StubbornError())
    redact(error, hide=hide)
    assert error.args == ("secret",)


def test_exceptions_of_users_are_not_changed():
    """A user's exception that is the cause of another exception keeps its traceback and arguments."""

    def numbers():
        try:
            fail("a secret")
        except OSError as error:
            yield error
        yield "more"

    generator = numbers()
    error = requests.ConnectionError("secret")
    error.__cause__ = user_error = next(generator)
    before = list(walk_tb(user_error.__traceback__))
    redact(raised(error), hide=hide)
    assert error.args == ("***",)
    assert user_error.args == ("broken", "a secret")
    assert list(walk_tb(user_error.__traceback__)) == before
    assert next(generator) == "more"


def test_tracebacks_lose_the_frames_of_libraries():
    """Frames of libraries are removed from tracebacks. Frames of the user's code keep their local variables."""
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
    """Raise an OSError."""
    message = "broken"
    raise OSError(message, useful)


def test_the_handled_exception_is_not_changed():
    """A call inside an except block does not change the exception that is being handled."""
    earlier = raised(requests.ConnectionError("secret"))
    try:
        raise earlier
    except requests.ConnectionError:
        with pytest.raises(requests.Timeout) as caught, redacted(hide=hide):
            raise raised(requests.Timeout("secret"))  # noqa: B904 (the context is under test)
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


def test_frames_of_installed_applications_are_kept(tmp_path, monkeypatch):
    """Frames of an application that is installed in site-packages are kept, because only HTTP libraries are removed."""
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


def test_frames_of_generated_code_are_removed():
    """Frames of code that was generated at run time, such as methods of named tuples, are removed from tracebacks."""
    Pair = namedtuple("Pair", "a b")  # noqa: PYI024 (its generated code is under test)

    def call():
        with responses.RequestsMock() as mock, redacted():
            mock.get("https://api.test/")
            requests.get("https://api.test/", timeout=1, hooks={"response": lambda *_, **__: Pair("secret")})

    with pytest.raises(TypeError) as caught:
        call()
    files = {frame.f_code.co_filename for frame, _ in walk_tb(caught.value.__traceback__)}
    assert files == {__file__}
