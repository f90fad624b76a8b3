"""Checks of the names of apps that the developer passes: a misspelt name must not be ignored."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import islice
from typing import Iterable, List

from .. import _client
from ..errors import InvalidRequest, NotFound
from ._results import shortened

#: Maximum number of apps that a message lists, and of apps that are searched for a similar name.
MAX_SHOWN = 10
MAX_SEARCHED = 10_000
#: Maximum number of characters of a name in a message.
MAX_NAME = 100


def check_apps(client: _client.Integry, parameter: str, names: Iterable[str]) -> None:
    """Raise InvalidRequest if an app does not exist. Each name takes a request, so pass only those in doubt.

    Args:
        client: The client.
        parameter: The parameter of the toolbox that has the names.
        names: The names of the apps. Upper and lower case are not distinguished.
    """
    missing = [name for name in names if not _exists(client, name)]
    if not missing:
        return
    known = [app.name for app in islice(client.apps.list(), MAX_SEARCHED)]
    lower = {name.lower() for name in known}
    wrong = [_with_hint(name, known) for name in missing if name.lower() not in lower]
    if wrong:
        shown = ", ".join([*known[:MAX_SHOWN], *(["..."] if len(known) > MAX_SHOWN else [])])
        message = f"{parameter}= has names of apps that do not exist: {', '.join(wrong)}. The apps are: {shown}"
        raise InvalidRequest(message)


def _exists(client: _client.Integry, name: str) -> bool:
    try:
        client.apps.get(name)
    except (NotFound, InvalidRequest):
        return False
    return True


def _with_hint(name: str, known: List[str]) -> str:
    near = get_close_matches(name.lower(), known, 1)
    return repr(shortened(name, MAX_NAME)) + (f" (did you mean {near[0]}?)" if near else "")
