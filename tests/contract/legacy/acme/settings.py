"""Minimal settings of Django."""

from typing import Dict, List

SECRET_KEY = "no secret"  # noqa: S105 (a placeholder)
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["acme.announcements"]
ROOT_URLCONF = "acme.urls"
DATABASES: Dict[str, object] = {}
MIDDLEWARE: List[str] = []
USE_TZ = True
