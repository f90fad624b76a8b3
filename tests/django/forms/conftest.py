"""A configured Django for the tests of forms."""

import django
import pytest
from django.apps import apps
from django.conf import settings


@pytest.fixture(scope="session", autouse=True)
def django_project():
    """Set up Django, if no other test did."""
    if not settings.configured:
        settings.configure(INSTALLED_APPS=["integry.django"])
    if not apps.ready:
        django.setup()
