"""The Integry API: apps, functions, connected accounts. Each operation is the method `do_…` of its name."""

from __future__ import annotations

import hmac
import uuid
from contextlib import nullcontext
from typing import Any, Dict, List, Mapping, Optional
from urllib.parse import quote, urlencode

from .._auth import sign
from .._generated.operation import Operation
from ._behaviours import BEHAVIOURS, echo, now, passed_through
from ._calling import Called, account_for, arguments_of, from_form, outcome_of
from ._catalogue import Catalogue, Function, matches
from ._http import Answer, Refused, Request
from ._journal import moment
from ._meta import shown
from ._paging import PAGE_SIZE, page_of
from ._prediction import predicted, predicted_arguments
from ._store import Record, Store

NO_CREDENTIALS = {"detail": "Authentication credentials were not provided."}
WRONG_CREDENTIALS = {"detail": "Incorrect authentication credentials."}


class IntegryAPI:
    """The operations on a catalogue and a store.

    Args:
        app_key: The app key that requests must carry.
        app_secret: The app secret that they must be signed with.
        catalogue: Apps and functions.
        store: Where accounts and calls are kept.
    """

    def __init__(self, app_key: str, app_secret: str, catalogue: Catalogue, store: Store) -> None:
        self.app_key, self.app_secret = app_key, app_secret
        self.catalogue, self.store = catalogue, store

    def authenticated(self, request: Request, tag: str) -> str:
        """The user who signed a request.

        Raises:
            Refused: If nobody did, as documented; or somebody else, which is not documented: 401.
        """
        key, user, given = (request.credential(name) for name in ("App-Key", "User-ID", "Hash"))
        if not (key and user and given):
            raise Refused(403 if tag == "functions" else 400, NO_CREDENTIALS)
        right = hmac.compare_digest(key.encode(), self.app_key.encode())
        if not (hmac.compare_digest(given.encode(), sign(self.app_secret, user).encode()) and right):
            raise Refused(401, WRONG_CREDENTIALS)
        return user

    def answer(self, operation: Operation, request: Request, ids: Dict[str, str]) -> Answer:
        """Do an operation for the user who signed it."""
        user = self.authenticated(request, operation.tag)
        answer: Answer = getattr(self, f"do_{operation.name}")(request, user, *ids.values())
        return answer

    # Accounts

    def accounts(self, user: str, app: str) -> List[Record]:
        """A user's accounts in an app, the newest last."""
        return self.store.find("account", user, app)

    def connect(self, user: str, app: str, display_name: str = "") -> Record:
        """Connect an account."""
        account = {"display_name": display_name or f"{user} at {app}", "modified_at": now()}
        return self.store.add("account", user, account, app)

    def login_url(self, request: Request, user: str, app: str) -> str:
        """The page where a user connects an app. Its signature lets nobody else in."""
        query = urlencode({"user_id": user, "signature": self.login_signature(user, app)})
        return f"{request.url}/connect/{quote(app, safe='')}?{query}"

    def login_signature(self, user: str, app: str) -> str:
        """What shows that a page to connect an app was made here for a user."""
        # With another key than users' hashes have: the hash of a user called "connect slack 7" must open nothing.
        return sign(f"connect {app} {self.app_secret}", user)[:32]

    def _app(self, request: Request, user: str, app: Mapping[str, Any]) -> Dict[str, Any]:
        accounts = [{"id": each.id, **each.value} for each in self.accounts(user, app["name"])]
        url = self.login_url(request, user, app["name"])
        return {"allow_multiple_connected_accounts": True, "login_url": url, **app, "connected_accounts": accounts}

    def do_disconnect_account(self, _: Request, user: str, connected_account_id: str) -> Answer:
        """Disconnect an account of the user."""
        for account in self.store.find("account", user):
            if str(account.id) == connected_account_id:
                self.store.remove(account)
                return Answer(204)
        raise Refused(404, {"detail": "Connected account not found"})

    # Apps

    def do_list_apps(self, request: Request, user: str) -> Answer:
        """A page of apps."""
        found = [
            app
            for app in self.catalogue.apps.values()
            if matches(request.query.get("search", ""), f"{app['name']} {app['title']}")
            and (not request.flag("connected_only") or self.accounts(user, app["name"]))
        ]
        page, cursor = page_of(found, request.cursor(), _size(request))
        return Answer(body={"apps": [self._app(request, user, app) for app in page], "_cursor": cursor})

    def do_get_app(self, request: Request, user: str, app_name: str) -> Answer:
        """An app, with the user's accounts."""
        if app_name not in self.catalogue.apps:
            raise Refused(404, {"detail": "App not found"})
        return Answer(body=self._app(request, user, self.catalogue.apps[app_name]))

    # Functions

    def do_list_functions(self, request: Request, user: str) -> Answer:
        """A page of functions."""
        query = request.query
        found = self._connected(
            request,
            user,
            self.catalogue.find(app=query.get("app", ""), type_=query.get("type", ""), search=query.get("search", "")),
        )
        page, cursor = page_of(found, request.cursor(), _size(request))
        return Answer(body={"functions": [self._shown(request, user, each) for each in page], "_cursor": cursor})

    def do_get_function(self, request: Request, user: str, function_name: str) -> Answer:
        """A function, with predicted arguments if there is something to predict from."""
        function, body = self._function(function_name), request.body()
        found = self._shown(request, user, function)
        prompt, variables = body.get("prompt"), _variables(body)
        if not isinstance(prompt, (str, type(None))):
            raise Refused(400, {"prompt": "Must be a string"})
        if prompt or variables:
            found["arguments"] = predicted_arguments(function, prompt or "", variables)
        return Answer(body=found)

    def do_predict_function(self, request: Request, user: str) -> Answer:
        """The function that fits a prompt, or none."""
        body = request.body()
        prompt = body.get("prompt")
        if not isinstance(prompt, str) or not prompt.strip():
            raise Refused(400, {"prompt": "Must be a non-empty string"})
        variables = _variables(body)
        function = predicted(prompt, self._connected(request, user, self.catalogue.find()), self.catalogue.apps)
        if function is None:
            return Answer(body={"functions": []})
        found = self._shown(request, user, function)
        if request.flag("predict_arguments"):
            found["arguments"] = predicted_arguments(function, prompt, variables)
        return Answer(body={"functions": [found]})

    def do_call_function(self, request: Request, user: str, function_name: str) -> Answer:
        """Call a function; what is called stands in the log, what is refused does not."""
        function, body = self._function(function_name), request.body()
        accounts = self.accounts(user, function.app)
        account = account_for(
            self.catalogue.apps[function.app], accounts, request.query.get("connected_account_id") or None
        )
        arguments = arguments_of(function, from_form(body, function) if request.is_form else body)
        cursor = request.cursor()
        called = Called(function.name, arguments, user, account.id, cursor, self.catalogue, self.store)
        if function.type == "PASSTHROUGH" and function.run is None:
            function = passed_through(called)
        # What ours keep is kept with the log of it, or not at all; others may take their time, and ask the sandbox.
        with self.store.exclusive() if function.run is None else nullcontext():
            outcome = outcome_of(function.run or BEHAVIOURS.get(function.name, echo), called)
            answer: Dict[str, Any] = {"network_code": str(outcome.network_code), "output": outcome.output}
            if outcome.has_pages or outcome.cursor is not None:
                # The older way to call has the older name for the cursor.
                answer["_cursor" if request.path.rstrip("/").endswith("/call") else "next_page"] = outcome.cursor
            self.store.add(
                "call", user, {"function": called.function, "at": moment(), "arguments": arguments, **answer}
            )
        return Answer(body=answer, headers={"X-Credits": "1", "X-Session-ID": uuid.uuid4().hex})

    def _function(self, name: str) -> Function:
        if name not in self.catalogue.functions:
            raise Refused(404, {"detail": "Function not found"})
        return self.catalogue.functions[name]

    def _connected(self, request: Request, user: str, functions: List[Function]) -> List[Function]:
        if not request.flag("connected_only"):
            return functions
        return [function for function in functions if self.accounts(user, function.app)]

    def _shown(self, request: Request, user: str, function: Function) -> Dict[str, Any]:
        with_meta = "meta" in request.query.get("include", "").split(",")
        return shown(function, self._app(request, user, self.catalogue.apps[function.app]) if with_meta else None)


def _size(request: Request) -> int:
    size: Optional[str] = request.query.get("page_size")
    # Not longer than Python reads.
    return int(size[:9]) if size and size.isdecimal() else PAGE_SIZE


def _variables(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variables to predict with; null is none."""
    found = body.get("_variables")
    if not isinstance(found, (dict, type(None))):
        raise Refused(400, {"_variables": "Must be an object"})
    return found or {}
