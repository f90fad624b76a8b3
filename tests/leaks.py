"""Pytest plugin that fails a test if it prints, logs, warns, raises or writes a secret.

The credentials of the tests begin with "planted-", and those of a sandbox with "sandbox-". Hashes that are made with
either kind of credentials are recorded. A test that must show a secret says why:
`@pytest.mark.shows_secrets("reason")`.
"""

import functools
import logging
import pickle
import re
import reprlib
import subprocess
import traceback
import weakref
from collections import Counter
from pathlib import Path

import pytest

from tests import figures

TESTS = Path(__file__).parent
#: Patterns of the tests' secrets, by kind of secret.
SHAPES = re.compile(
    r"(?P<app_key>planted-app-key|sandbox-app-key)|(?P<app_secret>planted-app-secret|sandbox-app-secret)|"
    r"(?P<token>planted-token|sandbox-organisation-token|sandbox-control-token)"
)
PREFIXES = ("planted-", "sandbox-")
HEX = re.compile(r"[0-9a-f]{64,}")
SHOWN = reprlib.Repr()
SHOWN.maxlevel = 6
SHOWN.maxdict = SHOWN.maxlist = SHOWN.maxtuple = SHOWN.maxset = SHOWN.maxfrozenset = SHOWN.maxdeque = 100
SHOWN.maxstring = SHOWN.maxother = SHOWN.maxlong = 10_000
#: Minimum number of characters of a text whose result is cached: an argument of 10 MB appears in many frames.
CACHED_LENGTH = 1 << 16
#: Maximum bytes of a file that is searched; recorded cassettes are smaller.
MAX_FILE_SIZE = 1 << 20
#: Hashes that the tests made with these secrets.
HASHES = set()


def kinds_in(text):
    """Return the kinds of secrets in a text."""
    kinds = set()
    # Search for the prefixes first, which is much faster than matching the pattern.
    if any(start in text for start in PREFIXES):
        kinds = {found.lastgroup for found in SHAPES.finditer(text)}
    if not HASHES.isdisjoint(HEX.findall(text)):
        kinds.add("hash")
    return kinds


def chain(error):
    """Return an exception with all its causes and contexts."""
    seen, waiting = [], [error]
    while waiting:
        each = waiting.pop()
        if each is not None and not any(each is other for other in seen):
            seen.append(each)
            waiting += [each.__cause__, each.__context__]
    return seen


def frames(error):
    """Return the frames of an exception and of its causes and contexts, except those of the tests."""
    found = [frame for each in chain(error) for frame, _ in traceback.walk_tb(each.__traceback__)]
    return [frame for frame in found if not frame.f_code.co_filename.startswith(str(TESTS))]


def shown(value):
    """Return the repr of a value, shortened as by error reporters, or the type of the error that repr() raises."""
    try:
        return SHOWN.repr(value)
    except Exception as error:  # noqa: BLE001 (as error reporters do, which this function imitates)
        return f"<{type(error).__name__}>"


def message_texts(error):
    """Yield an exception's message, repr, attributes and pickle."""
    yield from (str(error), repr(error), shown(vars(error)))
    try:
        yield pickle.dumps(error).decode("latin-1")
    except Exception:  # noqa: BLE001 (an exception that cannot be pickled shows nothing)
        return


def texts(error):
    """Yield the texts that an error reporter shows: messages, causes, contexts, and local variables of frames."""
    for each in chain(error):
        # Leave out lines of code, because formatting them takes longer than everything else.
        yield "".join(traceback.format_exception_only(type(each), each))
        yield from message_texts(each)
    for frame in frames(error):
        yield from map(shown, list(frame.f_locals.values()))


class Handler(logging.Handler):
    """A logging handler that passes each message to a function."""

    def __init__(self, see):
        super().__init__(logging.DEBUG)
        self._see = see

    def emit(self, record):
        """Pass on the message, and the traceback if there is one."""
        self._see("logged", record.getMessage())
        if record.exc_info and record.exc_info[1]:
            self._see("logged", "".join(traceback.format_exception(*record.exc_info)))


class Watch:
    """Search of the texts that a test shows, one test after the other.

    Attributes:
        texts: Number of texts that were searched.
        size: Number of characters of these texts.
    """

    def __init__(self):
        self.texts = self.size = 0
        self.found, self._alive, self._clean = Counter(), [], set()

    def see(self, place, text):
        """Search a text, and record the kinds of secrets that it contains."""
        text = text.decode("latin-1") if isinstance(text, (bytes, bytearray)) else str(text)
        self.texts, self.size = self.texts + 1, self.size + len(text)
        if len(text) > CACHED_LENGTH:
            if hash(text) in self._clean:
                return
            if not kinds_in(text):
                self._clean.add(hash(text))
        for kind in kinds_in(text):
            self.found[kind, place] += 1

    def see_error(self, error):
        """Search everything that error reporters would show of an exception."""
        for text in texts(error):
            self.see("raised", text)

    def note(self, error):
        """Search a new exception; if it still exists when the test ends, search its frames too."""
        for text in message_texts(error):
            self.see("raised", text)
        self._alive.append(weakref.ref(error))

    def see_files(self, folder):
        """Search the files that a test wrote, except copies of this package."""
        for path in folder.rglob("*"):
            if path.suffix in (".py", ".pyc", ".so") or not path.is_file() or path.stat().st_size >= MAX_FILE_SIZE:
                continue
            written = path.read_bytes()
            # A sandbox has to keep its credentials in its database.
            if not (written.startswith(b"SQLite format 3") or path.name.endswith("-wal")):
                self.see("written", written)

    def end(self):
        """Return the secrets that a test showed as a Counter of (kind, place), and reset."""
        for reference in self._alive:
            error = reference()
            if error is not None:
                self.see_error(error)
        found, self.found, self._alive, self._clean = self.found, Counter(), [], set()
        return found


WATCH = Watch()


def _after(owner, name, see):
    """Patch a function so that after each call its result and its arguments are passed to `see`."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def call(*args, **kwargs):
        result = original(*args, **kwargs)
        see(result, *args, **kwargs)
        return result

    setattr(owner, name, call)


def _see_hash(result, app_secret, _):
    # The app secret of a client is a `Secret`.
    text = getattr(app_secret, "get_secret_value", lambda: app_secret)()
    if isinstance(text, str) and kinds_in(text):
        HASHES.add(result)


def _see_output(result, *_, **__):
    for text in filter(None, result):
        WATCH.see("printed by a process", text)


def _see_captured(result, *_):
    for text in result:
        WATCH.see("printed", text)


def _see_caught(_, __, ___, error, *____):
    if error is None:
        return
    # Exceptions that a test provokes in requests itself, without this package, may show anything.
    places = {type(error).__module__, *(frame.f_code.co_filename for frame in frames(error))}
    if any("integry" in place or "generated" in place for place in places):
        WATCH.see_error(error)


def pytest_configure():
    """Patch the functions that make, catch, capture and log texts, so that these texts are searched."""
    import integry
    from integry import _auth, errors

    _after(_auth, "sign", _see_hash)
    integry.sign = _auth.sign
    _after(errors.IntegryError, "__init__", lambda _, self, *__, **___: WATCH.note(self))
    _after(subprocess.Popen, "communicate", _see_output)
    _after(type(pytest.raises(ValueError)), "__exit__", _see_caught)  # noqa: PT011 (only its type is used)
    _after(pytest.CaptureFixture, "readouterr", _see_captured)
    logging.getLogger().addHandler(Handler(WATCH.see))


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Log at DEBUG level during a test, and fail the test afterwards if it showed a secret."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(level)
    found = WATCH.end()
    if found and not any(mark.args for mark in item.iter_markers("shows_secrets")):
        said = ", ".join(f"{kind} {place} ({times} times)" for (kind, place), times in sorted(found.items()))
        report = pytest.TestReport(item.nodeid, item.location, {}, "failed", f"secrets were shown: {said}", "teardown")
        item.ihook.pytest_runtest_logreport(report=report)


def pytest_warning_recorded(warning_message):
    """Search the message of a warning for secrets."""
    WATCH.see("warned", warning_message.message)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Search the captured output, and at teardown the files in tmp_path."""
    result = yield
    for _, text in result.get_result().sections[-3:]:
        WATCH.see("printed", text)
    if call.when == "teardown" and "tmp_path" in getattr(item, "funcargs", {}):
        WATCH.see_files(item.funcargs["tmp_path"])


def pytest_sessionfinish():
    """Record the number of texts that were searched."""
    if WATCH.texts:
        figures.count("texts searched for secrets", WATCH.texts)
        figures.count("characters of these texts", WATCH.size)
