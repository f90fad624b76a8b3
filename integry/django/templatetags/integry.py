"""Template tags for Integry's browser SDK. Use `{% load integry %}`."""

from __future__ import annotations

import inspect
import json
from typing import Any, Dict, Mapping, Optional

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.core.serializers.json import DjangoJSONEncoder
from django.templatetags.cache import CacheNode
from django.templatetags.static import static
from django.utils.html import format_html, json_script

from ..._client import Integry
from .. import _settings
from .._clients import client_for
from ..middleware import PRIVATE

register = template.Library()

#: The id of the element with the configuration of the browser SDK.
ELEMENT_ID = "integry-config"


def _request(context: Mapping[str, Any]) -> Any:
    """Return the request of a template. Django REST framework wraps Django's request.

    Raises:
        ImproperlyConfigured: If the template has none.
    """
    request = context.get("request")
    if request is None:
        message = (
            "The template tags of Integry need the request: render the template with it, and list "
            "django.template.context_processors.request among the context processors"
        )
        raise ImproperlyConfigured(message)
    return getattr(request, "_request", request)


@register.simple_tag(takes_context=True)
def integry_config(context: Mapping[str, Any]) -> str:
    """Return a script element of JSON with the app key, the user and the user's hash; nothing for anonymous users.

    Raises:
        ImproperlyConfigured: If the tag is inside `{% cache %}`, which would give one user's hash to others.
    """
    request = _request(context)
    _check_uncached()
    client = client_for(request)
    if client.settings.user_id is None:
        return ""
    options = _options(client.settings.base_url)
    # Keep the page out of the caches of cache_page and UpdateCacheMiddleware, which read the first attribute.
    vars(request).update({"_cache_update_cache": False, PRIVATE: True})
    return json_script(_signed(client, options), ELEMENT_ID)


def _check_uncached() -> None:
    """Raise ImproperlyConfigured if a `{% cache %}` is being rendered, in this template or in one that includes it."""
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code is CacheNode.render.__code__:
            message = "Move integry_config out of {% cache %}: other users would get the hash of this user"
            raise ImproperlyConfigured(message)
        frame = frame.f_back


def _options(base_url: Optional[str]) -> Dict[str, Any]:
    """Return the options for the browser SDK, which are checked before the hash is among them.

    Raises:
        ImproperlyConfigured: If JS_OPTIONS is not a dict, or not JSON.
    """
    options = _settings.read("JS_OPTIONS")
    try:
        json.dumps(options, cls=DjangoJSONEncoder, allow_nan=False)
    except (TypeError, ValueError) as error:
        message = f"INTEGRY['JS_OPTIONS'] must be JSON: {error}"
        raise ImproperlyConfigured(message) from error
    if not isinstance(options, Mapping) or not isinstance(options.get("user", {}), Mapping):
        message = "INTEGRY['JS_OPTIONS'] must be a dict, and its 'user' too"
        raise ImproperlyConfigured(message)
    servers = {"baseUrl": base_url, "baseAPIUrl": base_url} if base_url else {}
    return {**servers, **options}


def _signed(client: Integry, options: Mapping[str, Any]) -> Dict[str, Any]:
    """Return options together with the app key, the user and the hash, which replace options of the same names."""
    user_id = client.settings.user_id
    user = {**options.get("user", {}), "userId": user_id}
    return {**options, "appKey": client.app_key, "hash": client.sign(), "userId": user_id, "user": user}


@register.simple_tag(takes_context=True)
def integry_script(context: Mapping[str, Any]) -> str:
    """Return the script elements of the browser SDK, and of the module that creates it; nothing for anonymous users.

    Raises:
        ImproperlyConfigured: If INTEGRY has no SDK_URL.
    """
    url = _settings.read("SDK_URL")
    if not url:
        message = "Set INTEGRY['SDK_URL'] to the URL or static path of the browser SDK, such as index.umd.js"
        raise ImproperlyConfigured(message)
    if client_for(_request(context)).settings.user_id is None:
        return ""
    nonce = integry_nonce(context)
    return format_html(
        '<script src="{}" defer{}></script><script src="{}" type="module"{}></script>',
        url if url.startswith(("/", "http:", "https:")) else static(url),
        nonce,
        static("integry/integry.js"),
        nonce,
    )


@register.simple_tag(takes_context=True)
def integry_nonce(context: Mapping[str, Any]) -> str:
    """Return the attribute `nonce` for a script element, if the site's Content-Security-Policy has a nonce."""
    request = _request(context)
    # The first attribute is set by the middleware of django-csp, the second by that of Django 6.
    nonce = getattr(request, "csp_nonce", None) or getattr(request, "_csp_nonce", None)
    # A nonce of Django 6 is false until it is made, which str() does.
    return "" if nonce is None else format_html(' nonce="{}"', str(nonce))
