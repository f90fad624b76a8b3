"""No credential is on pages, on the debug pages of Django, or in logs."""

import logging
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory, override_settings
from django.views.debug import ExceptionReporter, get_default_exception_reporter_filter

from integry import sign
from integry.django import client_for, get_client, get_organisation
from tests.django.site import render, user

KEYS = {
    "APP_KEY": "debug-app-key-1234",
    "APP_SECRET": "debug-app-secret-1234",
    "ORGANISATION_TOKEN": "debug-token-1234",
    "BASE_URL": "http://127.0.0.1:1",
    "MAX_RETRIES": 0,
}
SECRETS = [*list(KEYS.values())[:3], sign(KEYS["APP_SECRET"], "7")]


def failures():
    """Yield functions that fail with the settings KEYS, each in another place."""
    request = RequestFactory().get("/")
    request.user = user(7)
    tag = "{% load integry %}{% integry_config %}"
    yield client_for(request).apps.list, {}
    yield get_organisation("o").integrations.list, {}
    yield get_client().apps.list, {}
    yield get_client, {"TIMEOUT": "soon"}
    yield get_client, {"BASE_URL": "ftp://example.com"}
    yield get_client, {"CLIENT": lambda _: None}
    yield get_client, {"APP_SECRETS": KEYS["APP_SECRET"]}
    yield lambda: get_organisation("p"), {"DEADLINE": -1}
    yield lambda: render(tag, request), {"JS_OPTIONS": {"a": object()}}
    yield lambda: render("{% load cache %}{% cache 60 part %}" + tag + "{% endcache %}", request), {}


def debug_pages(function):
    """Return Django's pages for the error of a function in debug mode. Their first frame is this one."""
    try:
        function()
    except Exception:  # noqa: BLE001 (the classes are not what is tested)
        reporter = ExceptionReporter(RequestFactory().get("/"), *sys.exc_info())
        return reporter.get_traceback_html() + reporter.get_traceback_text()
    return pytest.fail(f"{function} did not fail")


@pytest.mark.shows_secrets("the settings, which the test itself passes")
def test_debug_pages_show_no_credentials(integry_settings, caplog):
    """Django's page for an error in debug mode shows settings and local variables, but no credentials."""
    integry_settings(**KEYS)
    caplog.set_level(logging.DEBUG)
    for function, more in failures():
        with override_settings(DEBUG=True, INTEGRY={**KEYS, **more}):
            page = debug_pages(function)
        assert "APP_SECRET" in page
        for secret in SECRETS:
            assert secret not in page, page[page.index(secret) - 500 : page.index(secret)]
            assert secret not in caplog.text


def test_django_hides_all_our_secret_keys():
    """Django's filter of debug pages hides the keys of INTEGRY that hold credentials."""
    with override_settings(INTEGRY=KEYS):
        shown = get_default_exception_reporter_filter().get_safe_settings()["INTEGRY"]
    hidden = {name for name, value in shown.items() if value != KEYS[name]}
    assert hidden == {"APP_KEY", "APP_SECRET", "ORGANISATION_TOKEN"}


def test_messages_about_settings_show_no_values(integry_settings):
    """An unknown key with a secret value is named without the value."""
    integry_settings(APP_SECERT=KEYS["APP_SECRET"])
    with pytest.raises(ImproperlyConfigured) as caught:
        get_client()
    assert KEYS["APP_SECRET"] not in str(caught.value)
