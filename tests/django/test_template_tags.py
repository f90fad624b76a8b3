"""The template tags for the browser SDK."""

import json
import re
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import cache_page

from integry import sign
from tests.django.conftest import browser
from tests.django.site import MIDDLEWARE, idle, render, user

CONFIG = "{% load integry %}{% integry_config %}"
SCRIPT = "{% load integry %}{% integry_script %}"


def request_of(number=None):
    """Return a request of a user, or of an anonymous visitor."""
    request = RequestFactory().get("/")
    if number is not None:
        request.user = user(number)
    return request


def config_of(html):
    """Return the configuration in a page."""
    return json.loads(re.search(r'<script id="integry-config" type="application/json">(.*?)</script>', html)[1])


def test_the_config_has_key_user_and_hash(site):
    """The element has what the browser SDK needs, and nothing else."""
    expected = {
        "appKey": site.sandbox.app_key,
        "hash": sign(site.sandbox.app_secret, "7"),
        "userId": "7",
        "user": {"userId": "7"},
    }
    assert config_of(render(CONFIG, request_of(7))) == {
        **expected,
        "baseUrl": "https://sandbox.invalid",
        "baseAPIUrl": "https://sandbox.invalid",
    }
    site.set(APP_KEY=site.sandbox.app_key, APP_SECRET=site.sandbox.app_secret)
    assert config_of(render(CONFIG, request_of(7))) == expected


@pytest.mark.parametrize("template", [CONFIG, SCRIPT])
def test_anonymous_users_get_nothing(site, template):
    """The tags are empty for anonymous visitors."""
    assert site
    assert render(template, request_of()) == ""


def test_options_cannot_replace_what_is_signed(site):
    """JS_OPTIONS are passed on, but do not replace the app key, the user or the hash."""
    options = {"appKey": "x", "hash": "x", "userId": "8", "user": {"userId": "8", "plan": "pro"}, "lang": "de"}
    site.set(CLIENT=lambda _: site.client, JS_OPTIONS={**options, "baseUrl": "https://other.example.com"})
    found = config_of(render(CONFIG, request_of(7)))
    assert (found["appKey"], found["userId"]) == (site.sandbox.app_key, "7")
    assert found["hash"] == sign(site.sandbox.app_secret, "7")
    assert found["user"] == {"userId": "7", "plan": "pro"}
    assert (found["lang"], found["baseUrl"]) == ("de", "https://other.example.com")


@pytest.mark.parametrize(
    "options", [[], "x", {"a": {1, 2}}, {"a": object()}, {"a": float("nan")}, {"user": "x"}], ids=range(6)
)
def test_wrong_options_are_refused(site, options):
    """JS_OPTIONS that are not a dict, or not JSON, raise ImproperlyConfigured."""
    site.set(CLIENT=lambda _: site.client, JS_OPTIONS=options)
    with pytest.raises(ImproperlyConfigured, match=r"INTEGRY\['JS_OPTIONS'\] must be"):
        render(CONFIG, request_of(7))


def test_the_config_is_escaped(site):
    """Options with HTML do not end the script element."""
    site.set(CLIENT=lambda _: site.client, JS_OPTIONS={"title": "</script><script>alert()</script>"})
    found = render(CONFIG, request_of(7))
    assert found.count("</script>") == 1
    assert config_of(found)["title"] == "</script><script>alert()</script>"


@pytest.mark.parametrize("template", [CONFIG, SCRIPT])
def test_a_template_without_request_is_refused(site, template):
    """Without a request the tags raise ImproperlyConfigured, instead of showing the page of an anonymous user."""
    assert site
    with pytest.raises(ImproperlyConfigured, match="need the request"):
        render(template)


def test_requests_of_rest_framework_are_unwrapped(site):
    """The request may be wrapped, as by Django REST framework."""
    assert site
    template = "{% load integry %}{% with request=wrapped %}{% integry_config %}{% endwith %}"
    assert config_of(render(template, wrapped=SimpleNamespace(_request=request_of(7))))["userId"] == "7"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sdk/index.umd.js", "/static/sdk/index.umd.js"),
        ("/files/sdk.js?a=1&b=2", "/files/sdk.js?a=1&amp;b=2"),
        ("https://cdn.example.com/sdk.js", "https://cdn.example.com/sdk.js"),
    ],
)
def test_the_scripts_are_the_sdk_and_our_module(site, url, shown):
    """The SDK is loaded before the module that creates it. SDK_URL is a URL, or the path of a static file."""
    site.set(CLIENT=lambda _: site.client, SDK_URL=url)
    assert render(SCRIPT, request_of(7)) == (
        f'<script src="{shown}" defer></script><script src="/static/integry/integry.js" type="module"></script>'
    )


def test_the_sdk_must_be_named(site):
    """Without SDK_URL the scripts raise ImproperlyConfigured: the SDK is not part of this package."""
    site.set(CLIENT=lambda _: site.client)
    with pytest.raises(ImproperlyConfigured, match=r"Set INTEGRY\['SDK_URL'\]"):
        render(SCRIPT, request_of(7))


class LateNonce(SimpleLazyObject):
    """A nonce like that of Django 6, which is false until it is used."""

    def __bool__(self):
        return False


@pytest.mark.parametrize(
    ("name", "nonce"),
    [("csp_nonce", SimpleLazyObject(lambda: "abc")), ("_csp_nonce", LateNonce(lambda: "abc"))],
    ids=["django-csp", "Django 6"],
)
def test_the_scripts_have_the_nonce(site, name, nonce):
    """The scripts have the nonce of the Content-Security-Policy, if the site has one."""
    assert site
    request = request_of(7)
    setattr(request, name, nonce)
    assert render(SCRIPT, request).count(' nonce="abc"></script>') == 2


def test_the_nonce_of_django_is_in_its_header(site):
    """With the middleware of Django 6, header and scripts have the same nonce."""
    csp = pytest.importorskip("django.utils.csp", reason="Django < 6.0 has no Content-Security-Policy").CSP
    middleware = ["django.middleware.csp.ContentSecurityPolicyMiddleware", *MIDDLEWARE]
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=middleware, SECURE_CSP={"script-src": [csp.NONCE]}):
        response = browser(site, 7).get("/scripts/")
    nonce = re.search(r"'nonce-([^']+)'", response["Content-Security-Policy"])[1]
    assert response.content.decode().count(f'nonce="{nonce}"') == 2


def config_page(request):
    """Return a page with the configuration."""
    return HttpResponse(render(CONFIG, request))


urlpatterns = [
    path("idle/", idle),
    path("config/", config_page),
    path("cached/", cache_page(60)(config_page)),
    path("scripts/", lambda request: HttpResponse(render(SCRIPT, request))),
]
SITE_CACHE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    *MIDDLEWARE,
    "django.middleware.cache.FetchFromCacheMiddleware",
]


@pytest.mark.parametrize("middleware", [MIDDLEWARE, SITE_CACHE], ids=["the cache of a view", "the cache of the site"])
@pytest.mark.parametrize("url", ["/config/", "/cached/"])
@pytest.mark.parametrize("find_user", [None, lambda request: request.headers["X-User"]], ids=["Django", "a header"])
@override_settings(ROOT_URLCONF=__name__)
def test_no_cache_gives_the_hash_to_others(site, middleware, url, find_user):
    """A page with the configuration is not kept in caches, which would give one user's hash to another."""
    cache.clear()
    site.set(CLIENT=lambda _: site.client, USER_ID=find_user)
    with override_settings(MIDDLEWARE=middleware):
        for number in (1, 2, 1):
            visitor = Client() if find_user else browser(site, number)
            response = visitor.get(url, HTTP_X_USER=str(number))
            assert config_of(response.content.decode())["userId"] == str(number)
            assert "private" in response["Cache-Control"]
            assert "Cookie" in response["Vary"]
        assert "private" not in Client().get("/idle/").get("Cache-Control", "")


@pytest.mark.parametrize("inner", [CONFIG, "{% include part %}"], ids=["the tag", "a template with the tag"])
def test_fragments_with_the_config_are_not_cached(site, inner):
    """Inside `{% cache %}` the tag raises ImproperlyConfigured, also in a template that is included there."""
    cache.clear()
    assert site
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
        from django.template import engines

        part = engines["django"].from_string(CONFIG).template
        with pytest.raises(ImproperlyConfigured, match=r"Move integry_config out of {% cache %}"):
            render("{% load cache %}{% cache 60 part %}" + inner + "{% endcache %}", request_of(7), part=part)
        outside = render("{% load cache %}{% cache 60 other %}x{% endcache %}" + CONFIG, request_of(7))
    assert config_of(outside)["userId"] == "7"
