"""Settings of the site. Everything that differs between two installations comes from the environment."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict

FOLDER = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("SECRET_KEY", "only for this example")
DEBUG = os.environ.get("DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
ROOT_URLCONF = "acme.urls"
WSGI_APPLICATION = "acme.wsgi.application"
USE_TZ = True
TIME_ZONE = "UTC"
INSTALLED_APPS = [
    "acme",  # before integry.django, so that the site's templates come first
    "integry.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "acme.csp.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "integry.django.middleware.IntegryMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "acme.context.site",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE", str(FOLDER / "site.sqlite3")),
        "OPTIONS": {"timeout": 20},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "login", "home", "login"
STATIC_URL = "/static/"
STATICFILES_DIRS = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

# Background tasks need Django 6 and django-tasks-db. `manage.py db_worker` runs them.
HAS_TASKS = find_spec("django_tasks_db") is not None
if HAS_TASKS:
    INSTALLED_APPS.append("django_tasks_db")
    TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

#: The URL of the service; without it, the real one.
SERVICE = os.environ.get("INTEGRY_BASE_URL")

# The app key and the app secret are read from the environment, as INTEGRY_APP_KEY and INTEGRY_APP_SECRET.
INTEGRY: Dict[str, Any] = {"BASE_URL": SERVICE}

# The browser SDK of the vendor, @integry/sdk of npm. A folder that has index.umd.js is served from this site.
SDK_FOLDER = os.environ.get("INTEGRY_SDK")
if SDK_FOLDER:
    STATICFILES_DIRS.append(("sdk", SDK_FOLDER))
    INTEGRY["SDK_URL"] = f"{STATIC_URL}sdk/index.umd.js"

# With Django's default, "same-origin", the window in which the browser SDK connects an app could not report back.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"

#: The content security policy of all pages. Only files of this site may run.
CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
#: Additions for the page of the browser SDK, which inserts styles, and calls the service.
CSP_OF_SDK = {
    "style-src": ["'unsafe-inline'"],
    "font-src": ["data:"],
    "img-src": ["https://storage.googleapis.com"],  # icons of apps
    "connect-src": [SERVICE] if SERVICE else ["https://app.integry.io", "https://api.integry.io"],
}
