"""Completion of names, `key=`, values and files. `_complete` prints nothing if it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from ._cache import Cache
    from ._state import State

#: Maximum seconds for the request that fetches names, and for the keyring.
SECONDS = 1.0
#: The type of an item after which no space is wanted.
PART = "part"


def _state(context: click.Context) -> State:
    from ._state import State

    state = context.ensure_object(State)
    state.keyring.seconds = min(state.keyring.seconds, SECONDS)
    return state


def _matching(names: Dict[str, str], incomplete: str) -> List[CompletionItem]:
    return [
        CompletionItem(name, help=text or None) for name, text in sorted(names.items()) if name.startswith(incomplete)
    ]


def app_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> List[CompletionItem]:
    """Return the apps."""
    return _matching(_names(_state(context), "apps"), incomplete)


def function_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> List[CompletionItem]:
    """Return the functions."""
    return _matching(_names(_state(context), "functions"), incomplete)


def profiles(context: click.Context, _parameter: click.Parameter, incomplete: str) -> List[str]:
    """Return the profiles."""
    return [name for name in _state(context).profiles() if name.startswith(incomplete)]


def _names(state: State, kind: str) -> Dict[str, str]:
    """Return names from the cache; without them, ask the server once."""
    from ._cache import Cache

    cache = Cache(state)
    if not cache.is_complete(kind):
        _fetch(state, cache, kind)
    return cache.names(kind)


def _fetch(state: State, cache: Cache, kind: str) -> None:
    """Ask for the first page of names, for a second at most, and remember a failure."""
    from ._cache import names_of

    try:
        with state.client(deadline=SECONDS, max_retries=0) as client:
            page = getattr(client, kind).list()
        cache.add(kind, names_of(page.items), complete=True)
    except Exception:  # noqa: BLE001 (a failure is remembered, and not shown)
        cache.failed(kind)


def _schema(state: State, name: str) -> Optional[Dict[str, Any]]:
    """Return the schema of a function, from the cache or with one request."""
    from ._cache import Cache

    cache = Cache(state)
    found, failure = cache.schema(name), f"schema {name}"
    if found is None and not cache.is_complete(failure):
        try:
            with state.client(deadline=SECONDS, max_retries=0) as client:
                found = client.functions.get(name).parameters
            cache.keep_schema(name, found)
        except Exception:  # noqa: BLE001 (a failure is remembered, and not shown)
            cache.failed(failure)
    return found


def files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> List[CompletionItem]:
    """Let the shell complete the name of a file after `@` or `key@=`."""
    key, sign, path = incomplete.partition("=")
    if sign and key.endswith("@"):
        return [CompletionItem(path, type="file")]
    return [CompletionItem(incomplete[1:], type="file")] if incomplete.startswith("@") else []


def arguments(context: click.Context, parameter: click.Parameter, incomplete: str) -> List[CompletionItem]:
    """Return `key=` of the function's schema, the values of an enum after `key=`, or a file after `key@=`."""
    from ._schema import items_of, properties_of, resolved, types_of, values_of
    from ._text import value_text

    if "@=" in incomplete:
        return files(context, parameter, incomplete)
    schema = _schema(_state(context), str(context.params.get("name") or ""))
    key, sign, start = incomplete.partition("=")
    properties = properties_of(schema)
    if sign:
        each, root = properties.get(key), schema or {}
        values = values_of(each, root) or values_of(items_of(each, root), root)
        if not values and types_of(each, root) == {"boolean"}:
            values = [True, False]
        return [CompletionItem(f"{key}={text}") for text in map(value_text, values) if text.startswith(start)]
    given = {str(pair).partition("=")[0].rstrip(":@") for pair in context.params.get("pairs") or ()}
    return [
        CompletionItem(f"{name}=", type=PART, help=str(resolved(each, schema or {}).get("description") or "") or None)
        for name, each in properties.items()
        if name.startswith(incomplete) and name not in given
    ]
