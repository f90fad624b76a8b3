"""Settings of the site with pages for tests."""

import os
from pathlib import Path

from acme.settings import *  # noqa: F403 (all settings)
from acme.settings import DATABASES, MIDDLEWARE

ROOT_URLCONF = "tests.django_site.probe.urls"
MIDDLEWARE = ["tests.django_site.probe.views.headers", *MIDDLEWARE]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # others are slow on purpose
# All processes share this cache.
CACHE = {
    "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
    "LOCATION": str(Path(DATABASES["default"]["NAME"]).parent / "cache"),
}
CACHES = {"default": CACHE}
if os.environ.get("PROBE_CACHE"):
    cache = "django.middleware.cache"
    MIDDLEWARE = [f"{cache}.UpdateCacheMiddleware", *MIDDLEWARE, f"{cache}.FetchFromCacheMiddleware"]
