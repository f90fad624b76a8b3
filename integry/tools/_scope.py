"""The functions that a toolbox may use: by app, name and type."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Sequence

from attrs import define, field

from .. import _client
from .._arguments import as_list, optional, required
from .._results.functions import Function
from ..errors import InvalidRequest
from ._apps import check_apps

QUERY, ACTION, PASSTHROUGH = "QUERY", "ACTION", "PASSTHROUGH"
#: The end of the names of functions for passthrough requests, which can send anything to an app's API.
_PASSTHROUGH_END = "-passthrough-request"


@define(frozen=True)
class Scope:
    """The functions of a toolbox, and what is known about them.

    Attributes:
        functions: The functions by name.
        queries: The names of the functions that are known to have the type QUERY.
        apps: The app's name for each function whose app is known.
        allowed_apps: The names of the apps that the developer gave; None if they are not limited.
        is_unlimited: True if the developer limited neither apps nor functions.
    """

    functions: Dict[str, Function] = field(factory=dict)
    queries: FrozenSet[str] = frozenset()
    apps: Mapping[str, str] = field(factory=dict)
    allowed_apps: Optional[Sequence[str]] = None
    is_unlimited: bool = False

    def belongs(self, name: str, app: str) -> bool:
        """Return True if a function belongs to an app. Without data about the function, its name decides."""
        known = self.apps.get(name)
        return name.lower().startswith(f"{app.lower()}-") if known is None else known.lower() == app.lower()

    def uses(self, app: str) -> bool:
        """Return True if an app was named, or a function belongs to it."""
        is_named = app.lower() in (each.lower() for each in self.allowed_apps or ())
        return is_named or any(self.belongs(name, app) for name in self.functions)

    def app_to_connect(self, app: str) -> Optional[str]:
        """Return the name of an app that the user may connect through the toolbox; None for other apps."""
        if self.is_unlimited:
            return app
        known = self.allowed_apps
        if known is None:
            known = [self.apps.get(name, app) for name in self.functions if self.belongs(name, app)]
        return next((each for each in known if each.lower() == app.lower()), None)


@define
class _Found:
    """The functions that were found so far."""

    functions: Dict[str, Function] = field(factory=dict)
    types: Dict[str, str] = field(factory=dict)
    apps: Dict[str, str] = field(factory=dict)

    def add(self, function: Function, type_: Optional[str] = None, app: Optional[str] = None) -> None:
        """Add a function. Its type and its app are those of `meta`, if they are not passed."""
        self.functions.setdefault(function.name, function)
        meta: Mapping[str, Any] = function.meta if isinstance(function.meta, Mapping) else {}
        meta_app = meta.get("app")
        known_app = app or (meta_app.get("name") if isinstance(meta_app, Mapping) else None)
        for value, values in ((type_ or meta.get("type"), self.types), (known_app, self.apps)):
            if isinstance(value, str) and value:
                values.setdefault(function.name, value)


def scope_of(
    client: _client.Integry,
    *,
    apps: Any,
    names: Any,
    functions: Any,
    connected_only: Any,
    read_only: bool,
) -> Scope:
    """Return the functions in the scope of a toolbox. The arguments are those of `Toolbox`.

    Raises:
        InvalidRequest: If an argument is invalid, a name is not found, or a function that was named is not a QUERY
            although `read_only` is True.
    """
    optional("connected_only", connected_only, bool)
    app_names, wanted = _texts("apps", apps), _texts("names", names)
    found = _Found()
    is_unlimited = app_names is None and wanted is None and functions is None
    if functions is not None:
        if app_names is not None or wanted is not None:
            message = "functions= cannot be combined with apps= or names=: select the functions before you pass them"
            raise InvalidRequest(message)
        for function in as_list("functions", "a list of functions", functions):
            if not isinstance(function, Function):
                message = f"functions must be a list of integry.Function, got {type(function).__name__} in it"
                raise InvalidRequest(message)
            if not _is_passthrough(function.name):
                found.add(function)
    elif wanted is not None and app_names is None and not connected_only:
        for name in wanted:
            found.add(client.functions.get(name, include="meta"))
    else:
        types = [QUERY, ACTION, *([PASSTHROUGH] if any(map(_is_passthrough, wanted or [])) else [])]
        _list(
            client, found, app_names, types, connected_only=is_unlimited if connected_only is None else connected_only
        )
        listed = {app.lower() for app in found.apps.values()}
        check_apps(client, "apps", [app for app in app_names or () if app.lower() not in listed])
        _select(found, wanted)
    if read_only:
        _keep_queries(found, strict=functions is not None or wanted is not None)
    queries = frozenset(name for name, type_ in found.types.items() if type_.upper() == QUERY)
    return Scope(found.functions, queries & found.functions.keys(), found.apps, app_names, is_unlimited)


def _texts(parameter: str, values: Any) -> Optional[List[str]]:
    """Return names without repetitions; None if no names were passed. Apps and functions stand for their names."""
    if values is None:
        return None
    listed = [values] if isinstance(values, str) else as_list(parameter, "a list of names", values)
    names = [required(f"each of {parameter}", getattr(each, "name", each), str) for each in listed]
    return list(dict.fromkeys(names))


def _is_passthrough(name: str) -> bool:
    """Return True for the name of a function for passthrough requests, which is a tool only if it was named."""
    return name.lower().endswith(_PASSTHROUGH_END)


def _list(
    client: _client.Integry, found: _Found, apps: Optional[List[str]], types: Iterable[str], *, connected_only: bool
) -> None:
    """List the functions of apps, or of all apps, once for each type: the list does not name the types."""
    for app in [None] if apps is None else apps:
        for type_ in types:
            for function in client.functions.list(app=app, type=type_, connected_only=connected_only or None):
                if type_ == PASSTHROUGH or not _is_passthrough(function.name):
                    found.add(function, type_, app)


def _select(found: _Found, wanted: Optional[List[str]]) -> None:
    """Keep the functions that were named, if any were.

    Raises:
        InvalidRequest: If a name is not found.
    """
    if wanted is None:
        return
    missing = [name for name in wanted if name not in found.functions]
    if missing:
        message = f"The apps have no functions with these names, or are not connected: {', '.join(missing)}"
        raise InvalidRequest(message)
    found.functions = {name: found.functions[name] for name in wanted}


def _keep_queries(found: _Found, *, strict: bool) -> None:
    """Keep functions of the type QUERY only.

    Raises:
        InvalidRequest: If another function was named.
    """
    others = [name for name in found.functions if found.types.get(name, ACTION).upper() != QUERY]
    if others and strict:
        message = (
            f"With read_only=True, functions must have the type QUERY. These do not, or their type is unknown: "
            f"{', '.join(others)}. The type of fetched functions is known with include='meta'."
        )
        raise InvalidRequest(message)
    for name in others:
        del found.functions[name]
