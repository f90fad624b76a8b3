"""The middleware: the client of a request, and responses for errors of calls."""

import asyncio
import json
import logging

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import path

from integry import AppNotConnected, CursorLoop, Integry, InvalidRequest, NetworkCodeError, RateLimited, UnusableResult
from integry.django import aclient_for
from integry.django.middleware import IntegryMiddleware
from tests.django import site as project

JSON = {"HTTP_ACCEPT": "application/json"}
RAN = "The call may have run. Check the app before you send it again."


@pytest.fixture
def connected(site, ann):
    """Return the browser of a user who has connected Slack."""
    site.sandbox.connect("slack", user_id=1)
    return ann


def test_a_request_has_a_client(connected, site):
    """`request.integry` calls functions for the user of the request."""
    assert connected.get("/call/").content == b"True"
    assert [call.user_id for call in site.sandbox.calls] == ["1"]


def test_an_unused_client_is_not_made(integry_settings):
    """`request.integry` is lazy: a request that does not use it needs neither settings nor a session."""
    integry_settings()
    request = RequestFactory().get("/")
    assert IntegryMiddleware(lambda _: HttpResponse("idle"))(request).content == b"idle"
    assert "Vary" not in IntegryMiddleware(project.idle)(request)


def test_an_unconnected_app_leads_to_the_page_that_connects_it(ann, site):
    """AppNotConnected becomes a redirect to the page that connects the app, which leads back to this page."""
    response = ann.get("/call/?a=1")
    assert (response.status_code, response["Location"]) == (302, "/integry/connect/slack/?next=%2Fcall%2F%3Fa%3D1")
    form = {"HTTP_REFERER": "http://testserver/form/?b=2"}
    assert ann.post("/call/", **form)["Location"] == "/integry/connect/slack/?form=1&next=%2Fform%2F%3Fb%3D2"
    elsewhere = {"HTTP_REFERER": "https://example.com/form/"}
    assert ann.post("/call/", **elsewhere)["Location"] == "/integry/connect/slack/?form=1"
    assert site.sandbox.calls == []


def test_a_request_without_a_user_is_refused(anonymous, site, caplog):
    """A call for an anonymous visitor becomes a response with status 403, which names no setting."""
    response = anonymous.get("/call/")
    assert (response.status_code, "INTEGRY" in response.content.decode()) == (403, False)
    assert "the visitor is not logged in" in caplog.text
    assert site.sent == []


@pytest.mark.parametrize(
    "headers", [JSON, {"content_type": "application/json"}, {"HTTP_ACCEPT": "application/problem+json, */*"}]
)
def test_scripts_get_json(ann, headers):
    """A script that reads JSON gets status 409 with the path of the page that connects the app."""
    response = ann.post("/call/", **headers)
    assert response.status_code == 409
    assert response.json() == {
        "error": "app_not_connected",
        "message": "Connect the app first, then try again.",
        "may_have_run": False,
        "app": "slack",
        "connect_url": "/integry/connect/slack/",
    }


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://app.integry.io/slack?a=1&b=2", True),
        ("http://example.com/", False),
        ("javascript:alert()", False),
        ("http://127.0.0.1:8485/slack", True),
        ("http://[", False),
        (None, False),
    ],
)
def test_without_our_pages_the_link_is_that_of_the_service(site, url, shown):
    """Without integry.django.urls, the response has the service's link, if it is https or on this machine."""
    assert site

    def view(_):
        raise error

    error = AppNotConnected("not connected", app="slack", connect_url=url)

    with override_settings(ROOT_URLCONF=type("urls", (), {"urlpatterns": [path("", view)]})):
        found = Client().get("/", **JSON)
        page = Client().get("/")
    assert (found.status_code, found.json()["connect_url"]) == (409, url if shown else None)
    assert page.status_code == 409
    assert (b"Connect slack" in page.content) is shown


def live_client(live, fault):
    """Return a client of a sandbox, with a short read timeout if the fault is a delay."""
    timeout = (30, 0.2 if "delay" in fault else 30)
    return Integry(live.app_key, live.app_secret, base_url=live.url, timeout=timeout, max_retries=0)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"status": 500}, 502),
        ({"status": 503, "retry_after": 5}, 502),
        ({"kind": "reset"}, 502),
        ({"kind": "reset_mid_body"}, 502),
        ({"kind": "invalid_json"}, 502),
        ({"delay": 30}, 504),
    ],
    ids=str,
)
def test_calls_that_may_have_run_are_not_repeated(integry_live_sandbox, site, ann, fault, status):
    """After a call that may have run, the page says so, and no status and no header asks to repeat the request.

    Load balancers and proxies repeat some GET, PUT and DELETE requests after 502, 503 and 504, so these get 500.
    """
    live = integry_live_sandbox
    live.connect("slack", user_id=1)
    made = live_client(live, fault)
    site.set(CLIENT=lambda _: made)
    for method in ("post", "get"):
        live.fail(**fault, path="/call/")
        response = getattr(ann, method)("/call/")
        assert response.status_code == (status if method == "post" else 500)
        assert "Retry-After" not in response
        assert RAN in response.content.decode()
        assert "no-store" in response["Cache-Control"]
    made.close()


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ({"status": 500}, 502, "server_failed"),
        ({"kind": "reset"}, 502, "connection_failed"),
        ({"kind": "invalid_json"}, 502, "server_failed"),
        ({"delay": 30}, 504, "timeout"),
    ],
    ids=str,
)
def test_requests_that_only_read_can_be_repeated(integry_live_sandbox, site, ann, fault, status, error):
    """After a failed request that only reads, the status is 502 or 504, and the response does not warn."""
    live = integry_live_sandbox
    made = live_client(live, fault)
    site.set(CLIENT=lambda _: made)
    live.fail(**fault)
    response = ann.get("/list/", **JSON)
    made.close()
    assert response.status_code == status
    assert (response.json()["error"], response.json()["may_have_run"]) == (error, False)


def test_a_server_that_cannot_be_reached_did_not_run_the_call(site, ann, closed_port):
    """After a call that was not sent, a GET gets status 502, and the page does not warn."""
    made = Integry("k", "s", base_url=f"http://127.0.0.1:{closed_port}", max_retries=0)
    site.set(CLIENT=lambda _: made)
    response = ann.get("/call/")
    assert response.status_code == 502
    assert "The service cannot be reached." in response.content.decode()
    assert RAN not in response.content.decode()


@pytest.mark.parametrize(("given", "sent"), [(None, "30"), (7, "7"), (0, "1")])
def test_rate_limits_become_503(site, connected, given, sent):
    """RateLimited becomes a status of 503 with Retry-After in whole seconds."""
    site.sandbox.fail(429, retry_after=given)
    response = connected.post("/call/")
    assert (response.status_code, response["Retry-After"]) == (503, sent)
    assert "Too many requests at the moment." in response.content.decode()
    assert site.sandbox.calls == []


ERRORS = [
    (RateLimited("wait", retry_after=1.2), "GET", 503, "2"),
    (RateLimited("wait", may_have_run=True), "POST", 502, None),
    (RateLimited("wait", may_have_run=True), "GET", 500, None),
    (NetworkCodeError("failed"), "POST", 502, None),
    (UnusableResult("nothing"), "POST", 502, None),
    (CursorLoop("again"), "POST", 502, None),
    (CursorLoop("again"), "PUT", 500, None),
    (CursorLoop("again"), "DELETE", 500, None),
    (CursorLoop("again", is_idempotent=True), "GET", 502, None),
    (InvalidRequest("wrong"), "GET", 400, None),
]


@pytest.mark.parametrize(("error", "method", "status", "retry_after"), ERRORS, ids=repr)
def test_errors_have_a_status(site, error, method, status, retry_after):
    """Each error of a call has a status. A retry is asked for only if nothing ran."""
    assert site
    response = IntegryMiddleware(project.idle).process_exception(RequestFactory().generic(method, "/"), error)
    assert response.status_code == status
    assert response.get("Retry-After") == retry_after
    assert (RAN in response.content.decode()) is (status in (500, 502) and not error.is_idempotent)


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x")], ids=repr)
def test_other_errors_are_left_to_django(error):
    """Errors that no call raised are not answered."""
    assert IntegryMiddleware(project.idle).process_exception(RequestFactory().get("/"), error) is None


def test_a_wrong_configuration_is_not_hidden(ann, site):
    """Errors of the configuration are reported by Django, like other faults of the site."""
    site.set()
    with pytest.raises(Exception, match="app_key="):
        ann.get("/call/")


def test_ids_that_no_header_carries_are_refused(site, ann):
    """A user's id that cannot be sent becomes a status of 400, and nothing is sent."""
    site.set(CLIENT=lambda _: site.client, USER_ID=lambda _: "Zoë")
    for url in ("/call/", "/integry/", "/integry/connect/slack/"):
        response = ann.get(url)
        assert response.status_code == 400
        assert "Nothing was sent." in response.content.decode()
    assert site.sent == []


def test_the_reason_is_logged_and_shown_in_debug_mode(site, connected, caplog):
    """The message of an error is in the log, with the traceback, and on the page only with DEBUG."""
    site.sandbox.fail(500, {"detail": "the disk is full"}, times=2)
    with caplog.at_level(logging.WARNING, "integry.django"):
        assert "the disk is full" not in connected.post("/call/").content.decode()
    (record,) = [each for each in caplog.records if each.name == "integry.django"]
    assert (record.levelname, record.status_code, record.exc_info[0].__name__) == ("ERROR", 502, "ServerError")
    assert "the disk is full" in record.getMessage()
    with override_settings(DEBUG=True):
        assert "the disk is full" in connected.post("/call/").content.decode()


async def aview(request):
    """Call a function in the event loop, or list the names of the apps in a thread."""
    client = await aclient_for(request)
    if "block" in request.GET:
        client.apps.list()
    names = await asyncio.get_running_loop().run_in_executor(None, lambda: [app.name for app in client.apps.list()])
    return HttpResponse(" ".join(names))


urlpatterns = [*project.urlpatterns, path("async/", aview)]


@override_settings(ROOT_URLCONF=__name__)
def test_the_middleware_works_under_asgi(site):
    """Under ASGI the middleware is async, and answers the errors of async and sync views."""
    browser = AsyncClient()
    browser.force_login(project.user(1))

    async def get(url):
        return await browser.get(url, headers={"accept": JSON["HTTP_ACCEPT"]} if "json" in url else {})

    assert b"slack" in async_to_sync(get)("/async/").content
    site.sandbox.fail(500)
    assert async_to_sync(get)("/async/").status_code == 502
    assert async_to_sync(get)("/call/").status_code == 302
    with pytest.raises(Exception, match="Use sync_to_async"):
        async_to_sync(get)("/async/?block")
    assert json.loads(async_to_sync(get)("/call/?json").content)["app"] == "slack"
