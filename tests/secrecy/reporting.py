"""Helpers that search exceptions as error reporters do, and clients for each way of sending."""

import functools
import traceback
from collections.abc import Mapping
from types import ModuleType

import attrs
import requests

from integry import Integry, Organisation
from tests.facade.conftest import KEY, SECRET, TOKEN
from tests.leaks import TESTS, chain, kinds_in, texts

#: Number of levels that reporters follow into a value.
DEPTH = 5


def values(value, depth, seen):
    """Yield the parts of a value: items, attributes in the repr of attrs classes, and other attributes."""
    if id(value) in seen or depth < 0 or isinstance(value, (type, ModuleType, str, bytes, int, float)):
        return
    seen[id(value)] = value
    if isinstance(value, Mapping) and type(value).__name__ != "RecentlyUsedContainer":  # which cannot be iterated
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        inner = list(value)
    elif attrs.has(type(value)):
        inner = [getattr(value, field.name) for field in attrs.fields(type(value)) if field.repr]
    else:
        inner = []
    for part in [*inner, *vars(value).values()] if hasattr(value, "__dict__") else inner:
        yield part
        yield from values(part, depth - 1, seen)


def deep_reprs(frame):
    """Yield the name and repr of all values that a reporter may show of a frame's local variables."""
    for name, value in list(frame.f_locals.items()):
        yield name, repr(value)
        for part in values(value, DEPTH, {}):
            yield name, repr(part)


def leaks(error, *, user=()):
    """Return the places where an exception shows secrets.

    In frames of the functions `user`, only reprs are searched.
    """
    found = [f"{kind} in what is raised" for text in texts(error) for kind in kinds_in(text)]
    for frame in (frame for each in chain(error) for frame, _ in traceback.walk_tb(each.__traceback__)):
        code = frame.f_code
        if code.co_name in user:
            found += [f"{code.co_name}: {name}" for name, value in frame.f_locals.items() if kinds_in(repr(value))]
        elif code.co_name == "traced" or not code.co_filename.startswith(str(TESTS)):
            found += [f"{code.co_name}: {name} ({kind})" for name, text in deep_reprs(frame) for kind in kinds_in(text)]
    return sorted(set(found))


def fast(monkeypatch):  # noqa: ARG001 (same signature as `ordinary`)
    """Return options for a client with its own session, on the fast path."""
    return {}


def ordinary(monkeypatch):
    """Return options for a client with its own session, which a patched Session.request keeps off the fast path."""
    original = requests.Session.request

    @functools.wraps(original)
    def traced(self, *args, **kwargs):
        return original(self, *args, **kwargs)

    monkeypatch.setattr(requests.Session, "request", traced)
    return {}


class UserSession(requests.Session):
    """A user's session with a hook that raises for an error status."""

    def __init__(self):
        super().__init__()
        self.hooks["response"].append(lambda response, **_: response.raise_for_status())


def user_session(monkeypatch):  # noqa: ARG001 (same signature as `ordinary`)
    """Return options for a client with a session of the user."""
    return {"session": UserSession()}


SENDING_MODES = [fast, ordinary, user_session]


def clients(url, options):
    """Return operations that are signed in headers, signed in the query, and authenticated by a token."""
    integry = Integry(KEY, SECRET, user_id=1, base_url=url, allow_insecure=True, **options)
    organisation = Organisation("o", TOKEN, base_url=url, allow_insecure=True, **options)
    return {
        "headers": lambda: integry.apps.get("slack"),
        "call": lambda: integry.functions.call("f", {"a": 1}),
        "query": lambda: integry.apps.disconnect("slack", connected_account_id=7),
        "token": organisation.integrations.list,
        "raw": lambda: integry.request("GET", "/x"),
    }


OPERATIONS = sorted(clients("https://x.test", {}))
