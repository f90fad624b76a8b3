"""The Integry API: apps, functions, connected accounts. The method `do_NAME` implements the operation NAME."""

from __future__ import annotations

import hmac
import uuid
from contextlib import nullcontext
from typing import Any, Dict, List, Mapping, Optional
from urllib.parse import quote, urlencode

from .._auth import sign
from .._generated.operation import Operation
from ._behaviours import BEHAVIOURS, echo, now, resolve_passthrough
from ._calling import Invocation, parse_form, read_arguments, run_function, select_account
from ._catalogue import Catalogue, Function, matches
from ._http import HTTPError, Request, Response
from ._journal import timestamp
from ._meta import describe
from ._paging import PAGE_SIZE, page_of
from ._prediction import predict, predict_arguments
from ._store import Record, Store

NO_CREDENTIALS = {"detail": "Authentication credentials were not provided."}
WRONG_CREDENTIALS = {"detail": "Incorrect authentication credentials."}


class IntegryAPI:
    """The Integry API, on a catalogue and a store.

    Args:
        app_key: The app key that requests must have.
        app_secret: The app secret that requests must be signed with.
        catalogue: The apps and functions.
        store: The store for accounts and calls.
    """

    def __init__(self, app_key: str, app_secret: str, catalogue: Catalogue, store: Store) -> None:
        self.app_key, self.app_secret = app_key, app_secret
        self.catalogue, self.store = catalogue, store

    def authenticated(self, request: Request, tag: str) -> str:
        """Return the user who signed a request.

        Raises:
            HTTPError: If credentials are missing (400 or 403, as documented), or wrong (401, which is not documented).
        """
        key, user, given = (request.credential(name) for name in ("App-Key", "User-ID", "Hash"))
        if not (key and user and given):
            raise HTTPError(403 if tag == "functions" else 400, NO_CREDENTIALS)
        right = hmac.compare_digest(key.encode(), self.app_key.encode())
        if not (hmac.compare_digest(given.encode(), sign(self.app_secret, user).encode()) and right):
            raise HTTPError(401, WRONG_CREDENTIALS)
        return user

    def answer(self, operation: Operation, request: Request, ids: Dict[str, str]) -> Response:
        """Perform an operation for the user who signed the request."""
        user = self.authenticated(request, operation.tag)
        answer: Response = getattr(self, f"do_{operation.name}")(request, user, *ids.values())
        return answer

    # Accounts

    def accounts(self, user: str, app: str) -> List[Record]:
        """Return a user's accounts in an app, the newest last."""
        return self.store.find("account", user, app)

    def connect(self, user: str, app: str, display_name: str = "") -> Record:
        """Store a new account that connects a user to an app, and return it."""
        account = {"display_name": display_name or f"{user} at {app}", "modified_at": now()}
        return self.store.add("account", user, account, app)

    def login_url(self, request: Request, user: str, app: str) -> str:
        """Return the signed URL of the page where a user connects an app."""
        query = urlencode({"user_id": user, "signature": self.login_signature(user, app)})
        return f"{request.url}/connect/{quote(app, safe='')}?{query}"

    def login_signature(self, user: str, app: str) -> str:
        """Return the signature of a login URL."""
        # Do not use the app secret itself as the key. It is the key of users' hashes, so the hash of a user with the
        # name "connect slack 7" would be a valid signature of a login URL.
        return sign(f"connect {app} {self.app_secret}", user)[:32]

    def _app(self, request: Request, user: str, app: Mapping[str, Any]) -> Dict[str, Any]:
        accounts = [{"id": each.id, **each.value} for each in self.accounts(user, app["name"])]
        url = self.login_url(request, user, app["name"])
        return {"allow_multiple_connected_accounts": True, "login_url": url, **app, "connected_accounts": accounts}

    def do_disconnect_account(self, _: Request, user: str, connected_account_id: str) -> Response:
        """Disconnect an account of the user."""
        for account in self.store.find("account", user):
            if str(account.id) == connected_account_id:
                self.store.remove(account)
                return Response(204)
        raise HTTPError(404, {"detail": "Connected account not found"})

    # Apps

    def do_list_apps(self, request: Request, user: str) -> Response:
        """Return a page of apps."""
        found = [
            app
            for app in self.catalogue.apps.values()
            if matches(request.query.get("search", ""), f"{app['name']} {app['title']}")
            and (not request.flag("connected_only") or self.accounts(user, app["name"]))
        ]
        page, cursor = page_of(found, request.cursor(), _size(request))
        return Response(body={"apps": [self._app(request, user, app) for app in page], "_cursor": cursor})

    def do_get_app(self, request: Request, user: str, app_name: str) -> Response:
        """Return an app, with the user's accounts."""
        if app_name not in self.catalogue.apps:
            raise HTTPError(404, {"detail": "App not found"})
        return Response(body=self._app(request, user, self.catalogue.apps[app_name]))

    # Functions

    def do_list_functions(self, request: Request, user: str) -> Response:
        """Return a page of functions."""
        query = request.query
        found = self._filter_connected(
            request,
            user,
            self.catalogue.find(app=query.get("app", ""), type_=query.get("type", ""), search=query.get("search", "")),
        )
        page, cursor = page_of(found, request.cursor(), _size(request))
        return Response(body={"functions": [self._to_json(request, user, each) for each in page], "_cursor": cursor})

    def do_get_function(self, request: Request, user: str, function_name: str) -> Response:
        """Respond with a function, and with predicted arguments if the request has a prompt or variables."""
        function, body = self._function(function_name), request.body()
        found = self._to_json(request, user, function)
        prompt, variables = body.get("prompt"), _variables(body)
        if not isinstance(prompt, (str, type(None))):
            raise HTTPError(400, {"prompt": "Must be a string"})
        if prompt or variables:
            found["arguments"] = predict_arguments(function, prompt or "", variables, self.catalogue)
        return Response(body=found)

    def do_predict_function(self, request: Request, user: str) -> Response:
        """Return the function that fits a prompt best; an empty list if none fits."""
        body = request.body()
        prompt = body.get("prompt")
        if not isinstance(prompt, str) or not prompt.strip():
            raise HTTPError(400, {"prompt": "Must be a non-empty string"})
        variables = _variables(body)
        function = predict(prompt, self._filter_connected(request, user, self.catalogue.find()), self.catalogue)
        if function is None:
            return Response(body={"functions": []})
        found = self._to_json(request, user, function)
        if request.flag("predict_arguments"):
            found["arguments"] = predict_arguments(function, prompt, variables, self.catalogue)
        return Response(body={"functions": [found]})

    def do_call_function(self, request: Request, user: str, function_name: str) -> Response:
        """Call a function, and log the call. Refused calls are not logged."""
        function, body = self._function(function_name), request.body()
        accounts = self.accounts(user, function.app)
        account = select_account(
            self.catalogue.apps[function.app], accounts, request.query.get("connected_account_id") or None
        )
        arguments = read_arguments(function, parse_form(body, function) if request.is_form else body)
        cursor = request.cursor()
        invocation = Invocation(function.name, arguments, user, account.id, cursor, self.catalogue, self.store)
        if function.type == "PASSTHROUGH" and function.run is None:
            function = resolve_passthrough(invocation)
        # Built-in functions write their records and the log in one transaction. Functions of the user run outside of
        # a transaction, because they may take long, or send requests to the sandbox.
        with self.store.transaction() if function.run is None else nullcontext():
            result = run_function(function.run or BEHAVIOURS.get(function.name, echo), invocation)
            answer: Dict[str, Any] = {"network_code": str(result.network_code), "output": result.output}
            if result.has_pages or result.cursor is not None:
                # Responses at the path of older clients, without `/call/`, name the cursor `next_page`.
                answer["_cursor" if request.path.rstrip("/").endswith("/call") else "next_page"] = result.cursor
            self.store.add(
                "call", user, {"function": invocation.function, "at": timestamp(), "arguments": arguments, **answer}
            )
        return Response(body=answer, headers={"X-Credits": "1", "X-Session-ID": uuid.uuid4().hex})

    def _function(self, name: str) -> Function:
        if name not in self.catalogue.functions:
            raise HTTPError(404, {"detail": "Function not found"})
        return self.catalogue.functions[name]

    def _filter_connected(self, request: Request, user: str, functions: List[Function]) -> List[Function]:
        if not request.flag("connected_only"):
            return functions
        return [function for function in functions if self.accounts(user, function.app)]

    def _to_json(self, request: Request, user: str, function: Function) -> Dict[str, Any]:
        with_meta = "meta" in request.query.get("include", "").split(",")
        return describe(function, self._app(request, user, self.catalogue.apps[function.app]) if with_meta else None)


def _size(request: Request) -> int:
    size: Optional[str] = request.query.get("page_size")
    # Newer versions of Python limit the number of digits that int() accepts.
    return int(size[:9]) if size and size.isdecimal() else PAGE_SIZE


def _variables(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the variables in a body; empty for null."""
    found = body.get("_variables")
    if not isinstance(found, (dict, type(None))):
        raise HTTPError(400, {"_variables": "Must be an object"})
    return found or {}
