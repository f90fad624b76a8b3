"""The console: pages for people at `/` and under `/console`, and the consent page under `/connect`."""

from __future__ import annotations

import json
from typing import Any, Callable, Iterable, List, Mapping, Optional
from urllib.parse import unquote

from .._secrets import Mask
from . import _views as views
from ._consent import Consent
from ._faults import Faults
from ._forms import arguments_of_form, fault_of_form, fields_of
from ._guard import FormToken, check_host, check_method
from ._html import ICON, STYLE, asset, button, element, error_page, headers, page, redirect, table, text_field
from ._http import HTTPError, Request, Response
from ._integry import IntegryAPI
from ._journal import Journal

#: A function that sends a call: function, user, connected account (or empty) and body.
Send = Callable[[str, str, str, Mapping[str, Any]], Response]


class Console:
    """The handler of the console's pages.

    Args:
        integry: The API with the apps, accounts and functions to show.
        journal: The calls and refused requests.
        faults: The queue of faults.
        consent: The consent page.
        mask: The mask of secrets in calls and responses.
        send: A function that sends the call of the form on a function's page.
        reset: A function that resets the sandbox.
        user: The user whose accounts are shown by default.
    """

    def __init__(
        self,
        integry: IntegryAPI,
        journal: Journal,
        faults: Faults,
        consent: Consent,
        mask: Mask,
        *,
        send: Send,
        reset: Callable[[], None],
        user: str,
    ) -> None:
        self._integry, self._journal, self._faults, self._consent = integry, journal, faults, consent
        self._mask, self._send, self._reset, self._user = mask, send, reset, user
        self._token = FormToken()
        self._pages = {
            "": self._overview,
            "functions": self._functions,
            "apps": self._apps,
            "faults": self._faults_page,
            "organisations": self._organisations,
            "reset": self._reset_sandbox,
        }

    def answer(self, request: Request) -> Optional[Response]:
        """Return a page; None if the request is for an API.

        Raises:
            HTTPError: If the request is not allowed, or the page does not exist. Browsers get an error page instead.
        """
        first, _, rest = request.path[1:].partition("/")
        if request.path == "/favicon.ico":
            return Response(204)
        if first not in ("", "connect", "console") or (not first and rest):
            return None
        try:
            check_host(request)
            if first == "connect":
                return self._consent.answer(request, unquote(rest).rstrip("/"))
            return self._page(request, rest.rstrip("/"))
        except HTTPError as error:
            if "text/html" not in request.header("Accept"):
                raise
            return error_page(error.response)

    def _page(self, request: Request, name: str) -> Response:
        if f"/console/{name}" in (STYLE, ICON):
            content, kind = asset(f"/console/{name}")
            return Response(200, content, {**headers(), "Content-Type": kind})
        if request.method == "POST":
            self._token.check(request)
        name, _, item = name.partition("/")
        if item and name == "functions":
            return self._function(request, item)
        if item or name not in self._pages:
            raise HTTPError(404, {"detail": "The page does not exist."})
        return self._pages[name](request)

    def _overview(self, request: Request) -> Response:
        check_method(request, "GET", "HEAD")
        return page("Calls", views.journal(self._journal.entries(), request.query, self._mask), path="/")

    # Apps and organisations

    def _apps(self, request: Request) -> Response:
        check_method(request, "GET", "HEAD")
        user = request.query.get("user_id") or self._user
        field = element("input", name="user_id", value=user)
        form = element("form", element("label", element("span", "User"), field), button("Show"), class_="filter")
        return page("Apps", [form, table(("App", "Accounts", ""), self._rows(request, user))], path="/console/apps")

    def _rows(self, request: Request, user: str) -> Iterable[List[Any]]:
        for name, app in self._integry.catalogue.apps.items():
            accounts = [
                element("div", f"{each.id} ", each.value["display_name"]) for each in self._integry.accounts(user, name)
            ]
            url = self._integry.login_url(request, user, name)
            yield [app["title"], accounts or "—", element("a", f"Connect {app['title']}", href=url)]

    def _organisations(self, request: Request) -> Response:
        check_method(request, "GET", "HEAD")
        shown = views.integrations(self._integry.store, self._mask)
        return page("Organisations", shown, path="/console/organisations")

    # Functions

    def _functions(self, request: Request) -> Response:
        check_method(request, "GET", "HEAD")
        return page("Functions", views.functions(self._integry.catalogue), path="/console/functions")

    def _function(self, request: Request, name: str) -> Response:
        check_method(request, "GET", "HEAD", "POST")
        function = self._integry.catalogue.functions.get(name)
        if function is None:
            raise HTTPError(404, {"detail": "Function not found"})
        filled: Mapping[str, str] = request.body() if request.method == "POST" else {}
        result = self._try_call(name, filled) if filled else None
        form = element(
            "form",
            self._token.field(),
            text_field("User", "user_id", filled.get("user_id", self._user)),
            text_field("Account, if the user has several", "account", filled.get("account", "")),
            fields_of(function, filled),
            button("Call"),
            method="post",
            class_="card stacked",
        )
        shown = [views.schema(function, self._mask), result, element("h2", "Try it"), form]
        return page(name, shown, path="/console/functions")

    def _try_call(self, name: str, form: Mapping[str, str]) -> Any:
        """Call a function with the fields of the form, and return the response as markup."""
        mask = self._mask
        try:
            body = arguments_of_form(self._integry.catalogue.functions[name], form)
            mask = mask.with_secrets_of(json.dumps(body))
            answer = self._send(name, form.get("user_id", ""), form.get("account", ""), body)
        except HTTPError as error:
            answer = error.response
        kind = "good" if answer.status < 400 else "bad"
        head = element("h2", "Response ", element("span", str(answer.status), class_=f"badge {kind}"))
        return element("section", head, views.code(answer.body, mask), class_="card")

    # Faults and reset

    def _faults_page(self, request: Request) -> Response:
        check_method(request, "GET", "HEAD", "POST")
        if request.method == "POST":
            self._add_fault(request.body())
            return redirect("/console/faults")
        form = element("form", self._token.field(), views.fault_fields(), method="post", class_="card")
        listed = [element("h2", "Waiting"), views.waiting(self._faults.waiting)]
        clear = self._small_form("/console/faults", "Clear the faults")
        return page("Faults", [form, listed, clear, self._reset_form()], path="/console/faults")

    def _add_fault(self, form: Mapping[str, str]) -> None:
        """Add the fault of the pressed button. If the form has no fault, remove all faults."""
        if not form.get("fault"):
            self._faults.clear()
            return
        try:
            self._faults.add(fault_of_form(form))
        except ValueError as error:
            raise HTTPError(400, {"detail": f"{error}."}) from error

    def _reset_form(self) -> Any:
        text = "Delete all calls, accounts, integrations and faults."
        form = self._small_form("/console/reset", "Reset the sandbox", class_="danger")
        asked = element("details", element("summary", "Reset the sandbox …"), element("p", text), form, class_="card")
        return [element("h2", "Reset"), asked]

    def _small_form(self, path: str, text: str, **attributes: Any) -> Any:
        return element("form", self._token.field(), button(text, **attributes), method="post", action=path)

    def _reset_sandbox(self, request: Request) -> Response:
        check_method(request, "POST")
        self._reset()
        return redirect("/")
