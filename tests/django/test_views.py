"""FunctionView shows the form of a function, and calls the function."""

import pytest
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.urls import path

from integry import ConfigurationError
from integry.django.views import FunctionView
from tests.django import site as pages


class Announce(LoginRequiredMixin, FunctionView):
    """A page that announces something to a channel."""

    function_name = "slack-post-message"
    prompt = 'Post "Hi {name}" to #general'

    def get_variables(self):
        """Return the name of the user."""
        return {"name": self.request.user.username}

    def get_choices(self):
        """Return channels."""
        return {"channel": [("general", "#general"), ("random", "#random")]}


class Redirecting(FunctionView):
    """A page that leads to another one."""

    function_name = "slack-post-message"
    success_url = "/idle/"

    def get_call_options(self):
        """Return the account that the page's address names."""
        return {"connected_account_id": self.request.GET.get("account")}


class Forbidden(PermissionRequiredMixin, FunctionView):
    """A page for users with a permission."""

    function_name = "slack-post-message"
    permission_required = "shop.announce"
    raise_exception = True

    def has_permission(self):
        """Return False: the users of the tests have no database of permissions."""
        return False


urlpatterns = [
    *pages.urlpatterns,
    path("announce/", Announce.as_view()),
    path("redirecting/", Redirecting.as_view()),
    path("forbidden/", Forbidden.as_view()),
    path("unnamed/", FunctionView.as_view()),
    path("unknown/", FunctionView.as_view(function_name="acme-do")),
]
SENT = {"arguments-channel": "general", "arguments-text": "Hi\r\n{name}"}


@pytest.fixture(autouse=True)
def routes():
    """Add the pages of this module to the site."""
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def slack(site):
    """Return the sandbox, in which the user 1 has connected Slack."""
    site.sandbox.connect("slack", user_id=1)
    return site.sandbox


def text_of(response):
    """Return the page of a response."""
    return response.content.decode()


def test_a_new_form_has_predicted_arguments(ann, slack):
    """The page has the form, filled in from the prompt, with tags for variables, and calls nothing."""
    page = text_of(ann.get("/announce/"))
    assert "csrfmiddlewaretoken" in page
    assert '<option value="general" selected>#general</option>' in page
    assert "Hi {name}</textarea>" in page
    assert slack.calls == []


def test_a_preview_calls_nothing(ann, slack):
    """The preview shows the values with the variables, and keeps the form as it was filled in."""
    page = text_of(ann.post("/announce/", {**SENT, "preview": "1"}))
    assert "Hi\\nuser1" in page
    assert "Hi\r\n{name}</textarea>" in page
    assert slack.calls == []


def test_a_valid_form_calls_the_function_once(ann, slack):
    """The page shows the result, without the form."""
    response = ann.post("/announce/", SENT)
    assert response.status_code == 200
    assert "Done." in text_of(response)
    assert "<form" not in text_of(response)
    assert [(call.user_id, call.arguments["text"]) for call in slack.calls] == [("1", "Hi\nuser1")]


def test_a_refused_argument_shows_the_words_of_the_server(ann, slack):
    """An error of the form, or of the server, is shown in the form, and the function is not called."""
    assert "This field is required." in text_of(ann.post("/announce/", {**SENT, "arguments-text": ""}))
    assert "not one of the available choices" in text_of(ann.post("/announce/", {**SENT, "arguments-channel": "x"}))
    slack.fail(400, {"error": "no", "error_details": {"text": "is too rude"}}, path="/call/")
    page = text_of(ann.post("/announce/", SENT))
    assert "is too rude" in page
    assert slack.calls == []


def test_an_error_of_the_app_is_shown(ann, slack):
    """A result that is an error of the app is shown as such, and does not redirect."""
    slack.add_function("slack-post-message", lambda _: slack_error())
    for url in ("/announce/", "/redirecting/"):
        page = text_of(ann.post(url, SENT))
        assert "The app returned the error 403." in page
        assert "&lt;b&gt;no&lt;/b&gt;" in page


def slack_error():
    """Return a result with an error of the app."""
    from integry.sandbox import Result

    return Result({"error": "<b>no</b>"}, network_code=403)


def test_a_success_url_is_redirected_to(ann, slack):
    """A view with a success_url redirects after the call. Further arguments of the call come from the view."""
    account = slack.connect("slack", user_id=1)
    response = ann.post(f"/redirecting/?account={account.id}", SENT)
    assert (response.status_code, response["Location"]) == (302, "/idle/")
    assert len(slack.calls) == 1


def test_the_middleware_answers_other_errors(ann, site):
    """A user without the app is sent to connect it. A server that fails is a status of 502."""
    response = ann.post("/announce/", SENT)
    assert response["Location"].startswith("/integry/connect/slack/")
    site.sandbox.fail(500)
    assert ann.get("/announce/").status_code in (500, 502)


def test_mixins_bring_permissions(ann, anonymous, slack):
    """The mixins of Django keep users out, before anything is sent."""
    assert anonymous.get("/announce/")["Location"].startswith("/login/")
    assert ann.post("/forbidden/", SENT).status_code == 403
    assert slack.calls == []


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("middleware", [True, False])
def test_a_visitor_without_an_id_is_refused(anonymous, slack, caplog, debug, middleware):
    """A visitor without an id gets status 403, and no name of a setting. The log says what to do."""
    kept = [name for name in pages.MIDDLEWARE if middleware or "integry" not in name]
    with override_settings(DEBUG=debug, MIDDLEWARE=kept):
        for response in (anonymous.get("/redirecting/"), anonymous.post("/redirecting/", SENT)):
            assert response.status_code == 403
            assert "This page is for users only. Log in, then try again." in text_of(response)
            assert "no-store" in response["Cache-Control"]
            assert not [word for word in ("INTEGRY", "USER_ID", "user_id", "for_user") if word in text_of(response)]
        scripted = anonymous.get("/redirecting/", HTTP_ACCEPT="application/json")
    assert (scripted.status_code, set(scripted.json())) == (403, {"error", "message", "may_have_run"})
    assert (scripted.json()["error"], "USER_ID" in scripted.content.decode()) == ("no_user", False)
    (record, *_) = [record for record in caplog.records if record.name == "integry.django"]
    assert record.getMessage().startswith("GET '/redirecting/': the visitor is not logged in")
    assert slack.calls == []


def test_a_wrong_configuration_is_raised(ann, site):
    """A missing secret is a fault of the site, which Django reports."""
    site.set()
    with pytest.raises(ConfigurationError, match="app_key= "):
        ann.get("/redirecting/")


def test_a_view_without_a_function_says_so(ann, slack):
    """A view without function_name is a mistake of the project. A function that does not exist is a 404."""
    assert slack.calls == []
    with pytest.raises(ImproperlyConfigured, match="FunctionView needs a function_name"):
        ann.get("/unnamed/")
    assert ann.get("/unknown/").status_code == 404


def test_a_page_needs_a_token(slack):
    """The form is protected against forged requests."""
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(pages.user(1))
    assert client.post("/announce/", SENT).status_code == 403
    assert slack.calls == []
