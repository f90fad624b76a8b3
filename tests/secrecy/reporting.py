"""Looks at an exception as what reports errors does, and has clients that send in each way."""

import functools
import traceback
from collections.abc import Mapping
from types import ModuleType

import attrs
import requests

from integry import Integry, Organisation
from tests.facade.conftest import KEY, SECRET, TOKEN
from tests.leaks import TESTS, chain, kinds_in, texts

#: So deep reporters look into values.
DEPTH = 5


def values(value, depth, seen):
    """A value, and what is in it: items, attributes that attrs shows, attributes."""
    if id(value) in seen or depth < 0 or isinstance(value, (type, ModuleType, str, bytes, int, float)):
        return
    seen[id(value)] = value
    if isinstance(value, Mapping) and type(value).__name__ != "RecentlyUsedContainer":  # it cannot be walked through
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


def deep(frame):
    """All that a reporter may show of a frame's local variables."""
    for name, value in list(frame.f_locals.items()):
        yield name, repr(value)
        for part in values(value, DEPTH, {}):
            yield name, repr(part)


def leaks(error, *, user=()):
    """Where an exception shows secrets; of the frames of a user's functions only as far as a repr shows them."""
    found = [f"{kind} in what is raised" for text in texts(error) for kind in kinds_in(text)]
    for frame in (frame for each in chain(error) for frame, _ in traceback.walk_tb(each.__traceback__)):
        code = frame.f_code
        if code.co_name in user:
            found += [f"{code.co_name}: {name}" for name, value in frame.f_locals.items() if kinds_in(repr(value))]
        elif code.co_name == "traced" or not code.co_filename.startswith(str(TESTS)):
            found += [f"{code.co_name}: {name} ({kind})" for name, text in deep(frame) for kind in kinds_in(text)]
    return sorted(set(found))


def fast(monkeypatch):  # noqa: ARG001 (as the others)
    """With the client's own connections."""
    return {}


def ordinary(monkeypatch):
    """With the client's own session, where somebody put something in the place of what is passed over."""
    original = requests.Session.request

    @functools.wraps(original)
    def traced(self, *args, **kwargs):
        return original(self, *args, **kwargs)

    monkeypatch.setattr(requests.Session, "request", traced)
    return {}


class Given(requests.Session):
    """A user's own, which looks at each response."""

    def __init__(self):
        super().__init__()
        self.hooks["response"].append(lambda response, **_: response.raise_for_status())


def given(monkeypatch):  # noqa: ARG001 (as the others)
    """With a session of the user's."""
    return {"session": Given()}


WAYS = [fast, ordinary, given]


def clients(url, options):
    """Operations that are signed in headers, in the query, and with a token."""
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
