"""A Django site whose client is created and used before its server forks."""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path

from integry import Integry


def add_process_header(request):
    """Send the id of this process in a header."""
    request.headers["X-Process"] = str(os.getpid())


#: The environment has the URL, the credentials and the user.
integry = Integry(on_request=add_process_header, timeout=30)
integry.apps.get("before-the-fork")


def call(_, user, marker):
    """Call a function for a user."""
    result = integry.for_user(user).functions.call("f", {"marker": marker})
    return JsonResponse({"marker": result.output["marker"], "process": os.getpid()})


settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="for tests")
django.setup()
urlpatterns = [path("<user>/<marker>", call)]
application = get_wsgi_application()
