"""Settings of the site with pages for tests."""

from acme.settings import *  # noqa: F403 (all settings)
from acme.settings import MIDDLEWARE

ROOT_URLCONF = "tests.django_site.probe.urls"
MIDDLEWARE = ["tests.django_site.probe.views.headers", *MIDDLEWARE]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
