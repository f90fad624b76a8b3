"""Responses for errors of calls: a page, or JSON for scripts."""

from __future__ import annotations

import logging
import math
from http import HTTPStatus
from typing import Any, Dict, NamedTuple, Optional
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext

from .. import errors
from .._base_url import is_secure

log = logging.getLogger("integry.django")

#: The Retry-After header in seconds, if the server names no time.
RETRY_AFTER = 30
#: Methods of requests that proxies and clients may repeat by themselves, because HTTP defines them as idempotent.
REPEATED_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})


class Kind(NamedTuple):
    """A kind of error.

    Attributes:
        status: The status of the response.
        code: The field `error` of a response in JSON.
    """

    status: int
    code: str


#: The reason in the log if a request has no user. The error's own message names settings that Django does not read.
NO_USER = "the visitor is not logged in, or INTEGRY['USER_ID'] found no id. LoginRequiredMixin restricts a view."
#: The kinds by class of error; the first match counts. Other errors are faults of the site, and are not answered.
KINDS = {
    errors.AppNotConnected: Kind(409, "app_not_connected"),
    errors.ConfigurationError: Kind(403, "no_user"),
    errors.InvalidRequest: Kind(400, "invalid_request"),
    errors.RateLimited: Kind(503, "rate_limited"),
    errors.APITimeoutError: Kind(504, "timeout"),
    errors.APIConnectionError: Kind(502, "connection_failed"),
    errors.ServerError: Kind(502, "server_failed"),
    errors.ResponseDecodeError: Kind(502, "server_failed"),
    errors.NetworkCodeError: Kind(502, "app_failed"),
    errors.UnusableResult: Kind(502, "unusable_result"),
    errors.CursorLoop: Kind(502, "unusable_result"),
}


def answer(request: HttpRequest, error: BaseException) -> Optional[HttpResponse]:
    """Return the response for an error of a call; None for other errors. Errors of the service are logged."""
    kind = next((kind for each, kind in KINDS.items() if isinstance(error, each)), None)
    if kind is None or not isinstance(error, errors.IntegryError):
        return None
    if isinstance(error, errors.ConfigurationError) and not error.needs_user:
        return None
    ran = may_have_run(error)
    status = _status(request, kind.status, may_have_run=ran)
    if status != HTTPStatus.CONFLICT:
        _log(request, status, error)
    response = _response(request, error, kind.code, {"status": status, "may_have_run": ran})
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(_seconds(error))
    add_never_cache_headers(response)
    return response


def _log(request: HttpRequest, status: int, error: errors.IntegryError) -> None:
    """Log an error that the user's page does not show, with its traceback. Django logs only the status."""
    level = logging.ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.WARNING
    extra = {"status_code": status, "request": request}
    reason = NO_USER if isinstance(error, errors.ConfigurationError) else error
    log.log(level, "%s %r: %s", request.method, request.path, reason, exc_info=error, extra=extra)


def may_have_run(error: errors.IntegryError) -> bool:
    """Return True if a call that is not idempotent may have run, so that repeating it could run it twice."""
    return error.may_have_run and not error.is_idempotent


def _status(request: HttpRequest, status: int, *, may_have_run: bool) -> int:
    """Return the status of a response.

    A call that may have run must not be repeated by a machine. A status of 503 with Retry-After asks for that, so it
    becomes 502. Proxies are often set to repeat a request after 502, 503 and 504 (`proxy_next_upstream` of nginx), but
    not one with POST, unless that is set too. So the responses to other methods have status 500.
    """
    if not may_have_run or status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return status
    if request.method in REPEATED_METHODS:
        return HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.BAD_GATEWAY if status == HTTPStatus.SERVICE_UNAVAILABLE else status


def _seconds(error: Any) -> int:
    """Return the Retry-After header for a RateLimited, in seconds."""
    return RETRY_AFTER if error.retry_after is None else max(1, math.ceil(error.retry_after))


def _response(request: HttpRequest, error: Any, code: str, context: Dict[str, Any]) -> HttpResponse:
    """Return the response: a redirect to the page that connects an app, an error in JSON, or an error page."""
    is_json, connect = prefers_json(request), None
    if code == "app_not_connected":
        connect = _connect_url(request, error, is_json=is_json)
        context = {**context, "app": error.app, "connect_url": connect and connect.url}
    if connect and connect.is_page and not is_json:
        return HttpResponseRedirect(connect.url)
    context = {"error": code, "message": _message(code, may_have_run=context["may_have_run"]), **context}
    if settings.DEBUG and code != "no_user":
        context["detail"] = error.message
    if is_json:
        return JsonResponse(
            {name: value for name, value in context.items() if name != "status"}, status=context["status"]
        )
    return render(request, "integry/error.html", context, status=context["status"])


class ConnectLink(NamedTuple):
    """A link to connect an app.

    Attributes:
        url: The URL.
        is_page: True if it is a page of this site, False if it is the service's page.
    """

    url: str
    is_page: bool


def _connect_url(request: HttpRequest, error: Any, *, is_json: bool) -> Optional[ConnectLink]:
    """Return the link for an AppNotConnected. Without `integry.django.urls`, it is the service's page, if known."""
    try:
        url = reverse("integry:connect", args=[error.app])
    except NoReverseMatch:
        return ConnectLink(error.connect_url, is_page=False) if is_safe_login_url(error.connect_url) else None
    query = {} if is_json else {name: value for name, value in _arrival(request).items() if value}
    return ConnectLink(f"{url}?{urlencode(query)}" if query else url, is_page=True)


def _arrival(request: HttpRequest) -> Dict[str, str]:
    """Return the query that tells the page that connects an app how the user came to it.

    The directive `form-action` of a Content-Security-Policy also applies to redirects after a form was sent. Browsers
    would not follow them to the service, so the page must not redirect then.
    """
    return {"form": "" if request.method in {"GET", "HEAD"} else "1", "next": _back(request)}


def _back(request: HttpRequest) -> str:
    """Return the path of the page that the user came from: this page, or the one with the form that was sent."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    return referer._replace(scheme="", netloc="").geturl() if referer.netloc == request.get_host() else ""


def is_safe_login_url(url: Any) -> bool:
    """Return True if a browser can be sent to a URL: https, or http on this machine."""
    if not isinstance(url, str):
        return False
    try:
        return is_secure(url) and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def prefers_json(request: HttpRequest) -> bool:
    """Return True if a request comes from a script that reads JSON: its Accept header says so, or its body is JSON."""
    accept = request.headers.get("Accept", "")
    if "text/html" in accept:
        return False
    return "json" in accept or request.content_type == "application/json"


def _message(code: str, *, may_have_run: bool) -> str:
    """Return the text of a response."""
    messages = {
        "app_not_connected": gettext("Connect the app first, then try again."),
        "no_user": gettext("This page is for users only. Log in, then try again."),
        "invalid_request": gettext("This request cannot be sent. Nothing was sent."),
        "rate_limited": gettext("Too many requests at the moment. Try again later."),
        "timeout": gettext("The service did not answer in time."),
        "connection_failed": gettext("The service cannot be reached."),
        "server_failed": gettext("The service failed."),
        "app_failed": gettext("The app returned an error."),
        "unusable_result": gettext("The service sent an unexpected answer."),
    }
    if may_have_run:
        warning = gettext("The call may have run. Check the app before you send it again.")
        return warning if code == "rate_limited" else f"{messages[code]} {warning}"
    return messages[code]
