"""A form of FunctionView that a browser sends twice calls once."""

import re

import pytest
from django.test import Client, override_settings
from django.urls import path

from integry.django.views import FunctionView
from tests.django import site as pages

urlpatterns = [
    *pages.urlpatterns,
    path("announce/", FunctionView.as_view(function_name="slack-post-message")),
]
SENT = {"arguments-channel": "general", "arguments-text": "Hello"}
WARNING = "This form was sent before. The call may have run"


@pytest.fixture(autouse=True)
def slack(site):
    """Return the sandbox, in which the user 1 has connected Slack. The site has sessions on the server."""
    site.sandbox.connect("slack", user_id=1)
    with override_settings(ROOT_URLCONF=__name__, SESSION_ENGINE="django.contrib.sessions.backends.cache"):
        yield site.sandbox


@pytest.fixture
def ann(slack):
    """Return a browser in which the user 1 is logged in, and whose forms need their CSRF token."""
    assert slack.calls == []
    found = Client(enforce_csrf_checks=True)
    found.force_login(pages.user(1))
    return found


def token_of(response):
    """Return the CSRF token of a page."""
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode()).group(1)


def filled(browser, **more):
    """Open the form, and return its fields, filled in."""
    return {**SENT, **more, "csrfmiddlewaretoken": token_of(browser.get("/announce/"))}


def test_a_repeated_form_calls_once(ann, slack):
    """The second time, the page says that the call may have run. A form that is opened again can be sent."""
    form = filled(ann)
    assert "Done." in ann.post("/announce/", form).content.decode()
    again = ann.post("/announce/", form)
    assert WARNING in again.content.decode()
    assert len(slack.calls) == 1
    assert "Done." in ann.post("/announce/", {**form, "csrfmiddlewaretoken": token_of(again)}).content.decode()
    assert len(slack.calls) == 2


def test_the_form_is_remembered_before_the_call(ann, slack):
    """While the function runs, the session has the form already: the process could be killed now."""
    form, seen = filled(ann), []
    slack.add_function("slack-post-message", lambda _: seen.append(ann.post("/announce/", form).content.decode()))
    ann.post("/announce/", form)
    assert len(seen) == 1
    assert WARNING in seen[0]


def test_other_fields_are_another_form(ann, slack):
    """A user who goes back and changes a field sends another form."""
    form = filled(ann)
    for text in ("one", "two"):
        ann.post("/announce/", {**form, "arguments-text": text})
    assert [call.arguments["text"] for call in slack.calls] == ["one", "two"]


@pytest.mark.parametrize("status", [400, 429])
def test_a_call_that_did_not_run_can_be_repeated(ann, slack, status):
    """After an error that says that nothing ran, the same form can be sent again."""
    form = filled(ann)
    slack.fail(status, {"error": "no", "error_details": {"text": "is too rude"}}, path="/call/")
    ann.post("/announce/", form)
    assert slack.calls == []
    ann.post("/announce/", form)
    assert len(slack.calls) == 1


def test_a_call_that_may_have_run_is_not_repeated(ann, slack):
    """After an error that leaves open what happened, the same form is refused."""
    form = filled(ann)
    slack.fail(kind="reset_mid_body", path="/call/")
    assert "may have run" in ann.post("/announce/", form).content.decode()
    assert WARNING in ann.post("/announce/", form).content.decode()
    assert len(slack.calls) == 1


def test_a_token_that_is_always_the_same_tells_nothing(ann, slack):
    """A script that sends the cookie as its token has the same one for all forms, so its forms are not told apart."""
    form = filled(ann)
    form["csrfmiddlewaretoken"] = ann.cookies["csrftoken"].value
    for _ in range(2):
        assert "Done." in ann.post("/announce/", form).content.decode()
    assert len(slack.calls) == 2


def test_a_session_that_ended_calls_nothing(ann, slack, monkeypatch):
    """A user who logs out in another tab while the form is being sent gets a response of 400, and nothing is called."""
    form = filled(ann)

    def log_out(request):
        Client.logout(ann)
        return {"arguments-channel": request.user.pk}

    monkeypatch.setattr(FunctionView, "get_choices", lambda view: log_out(view.request) and {})
    assert ann.post("/announce/", form).status_code == 400
    assert slack.calls == []


def test_a_session_remembers_few_forms(ann, slack):
    """A session remembers the last 20 forms."""
    form = filled(ann)
    for number in range(21):
        ann.post("/announce/", {**form, "arguments-text": str(number)})
    assert len(ann.session["integry_sent"]) == 20
    assert len(slack.calls) == 21
