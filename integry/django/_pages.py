"""The views of `integry.django.urls`: pages that list, connect and disconnect apps."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import wraps
from typing import Any, Callable, Dict, Mapping

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe

from .. import errors
from .._client import Integry
from .._generated._json import loads
from .._results.apps import App
from .._results.pages import CURSOR_FIELDS
from ._accounts import Memory, choices
from ._answers import answer, is_safe_login_url, prefers_json
from ._clients import client_for

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """Return a view that needs a user, is not cached, and answers errors of calls."""

    @wraps(view)
    def answered(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *arguments, **named)
        except errors.NotFound as error:
            message = gettext("The service has no such app.")
            raise Http404(message) from error
        except errors.IntegryError as error:
            response = answer(request, error)
            if response is None:
                raise
            return response

    return login_required(never_cache(answered))


@page
@require_safe
def apps(request: HttpRequest) -> HttpResponse:
    """List the apps, each with the user's accounts."""
    client, search = client_for(request), request.GET.get("search", "").strip()
    try:
        found = client.apps.list(search=search or None, **_cursor(request.GET))
    except errors.BadRequest:
        if "cursor" not in request.GET:
            raise
        # Cursors may expire, and links with them may be kept for long.
        return HttpResponseRedirect(f"{reverse('integry:apps')}?{urlencode({'search': search})}")
    following = {"search": search, "cursor": json.dumps(found.cursor), "cursor_name": found.cursor_name}
    context = {
        "apps": [_state(request, client, app) for app in found.items],
        "search": search,
        "next_page": urlencode(following) if found.has_next_page else "",
    }
    return render(request, "integry/apps.html", context)


def _cursor(query: Mapping[str, str]) -> Dict[str, Any]:
    """Return the arguments of `apps.list` that a link to the next page has, with the cursor as JSON.

    Raises:
        InvalidRequest: If somebody changed them.
    """
    name = query.get("cursor_name", CURSOR_FIELDS[0])
    try:
        if name in CURSOR_FIELDS:
            return {"cursor": loads(query.get("cursor", "null")), "cursor_name": name}
    except (ValueError, RecursionError):
        pass
    message = "cursor and cursor_name must be those of a link on this page"
    raise errors.InvalidRequest(message)


def _state(request: HttpRequest, client: Integry, app: App) -> Dict[str, Any]:
    """Return the context for an app, after sending signals for new accounts."""
    memory = Memory(request, str(client.settings.user_id), app)
    memory.notice()
    return {
        "name": app.name,
        "title": app.title or app.name,
        "accounts": [{"id": each.id, "display_name": each.display_name} for each in app.connected_accounts],
        "connected": bool(app.connected_accounts),
        "pending": memory.is_pending,
        "connectable": is_safe_login_url(app.login_url),
        "back_url": memory.take_back_url(),
    }


@page
@require_safe
def connect(request: HttpRequest, app: str) -> HttpResponse:
    """Remember the user's accounts in an app, and redirect to the service's page that connects one.

    After a form was sent, show a page that goes on by itself, because a policy may forbid to redirect to the service.
    """
    if "form" in request.GET:
        query = urlencode({"next": request.GET.get("next", "")})
        context = {"app": app, "url": f"{reverse('integry:connect', args=[app])}?{query}"}
        return render(request, "integry/connect.html", context)
    client = client_for(request)
    found = client.apps.get(app)
    if not is_safe_login_url(found.login_url):
        message = f"{found.name} cannot be connected: the server sent no https login_url for it"
        raise errors.UnusableResult(message, may_have_run=False)
    memory = Memory(request, str(client.settings.user_id), found)
    memory.notice()
    memory.start(request.GET.get("next"))
    return HttpResponseRedirect(str(found.login_url))


@page
@require_safe
def status(request: HttpRequest, app: str) -> HttpResponse:
    """Ask the service if an app is connected. The answer is JSON for scripts, else a fragment of HTML."""
    client = client_for(request)
    state = _state(request, client, client.apps.get(app))
    if prefers_json(request):
        return JsonResponse({**state, "connect_url": reverse("integry:connect", args=[app])})
    return render(request, "integry/_app.html", {"app": state})


@page
@require_POST
@csrf_protect
def disconnect(request: HttpRequest, app: str) -> HttpResponse:
    """Disconnect an account. If the user has several accounts, ask which."""
    client = client_for(request)
    found = client.apps.get(app)
    accounts = choices(found.connected_accounts, request.POST.get("account"))
    if len(accounts) > 1 or (found.connected_accounts and not accounts):
        state = _state(request, client, found)
        return render(request, "integry/disconnect.html", {"app": state}, status=200 if accounts else 400)
    memory = Memory(request, str(client.settings.user_id), found)
    for account in accounts:
        # The account may have been disconnected in another tab meanwhile, which sent the signal.
        with suppress(errors.NotFound):
            client.apps.disconnect(found, connected_account_id=account)
            memory.disconnected(account)
    if prefers_json(request):
        return JsonResponse({"name": found.name, "disconnected": len(accounts)})
    return redirect("integry:apps")
