"""Measurement of the Django app; run as `python -m bench.django_app ROUNDS URL`.

A form of `FunctionForm` is compared to a form with the same fields that is written by hand and makes the same page. The
check for event loops is compared to a whole call, and the middleware to a view that returns an empty response.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any, Callable, Dict, List
from wsgiref.util import setup_testing_defaults

import django
from django import forms
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from . import bodies
from .clients import KEY, SECRET
from .rounds import interleaved

#: Number of operations in a round.
TIMES = {"form": 4, "by hand": 4, "guard": 5000, "call": 20, "request.integry": 2000, "empty view": 20, "no view": 2000}
#: Labels of the arguments that get a text area, by name.
AREAS = {"blocks", "text"}
BOOLEANS = [("", "---------"), ("true", "Yes"), ("false", "No")]


def empty(_: Any) -> HttpResponse:
    """Return an empty response."""
    return HttpResponse()


urlpatterns = [path("", empty)]


def configure() -> None:
    """Configure a project with the middleware of a new project, but without a database."""
    names = ["security.SecurityMiddleware", "common.CommonMiddleware", "csrf.CsrfViewMiddleware"]
    settings.configure(
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "integry.django",
        ],
        MIDDLEWARE=[
            *[f"django.middleware.{name}" for name in names[:1]],
            "django.contrib.sessions.middleware.SessionMiddleware",
            *[f"django.middleware.{name}" for name in names[1:]],
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        ROOT_URLCONF=__name__,
        SECRET_KEY="benchmark",  # noqa: S106 (no session of it is ever shown)
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )
    django.setup()


def function() -> Any:
    """Return the function with 16 arguments, as an API returns it with `include="meta"`."""
    from integry._results.functions import Function

    found = json.loads(bodies.function())
    for name, schema in found["parameters"]["properties"].items():
        kind = "TEXTAREA" if name in AREAS else "CHECKBOX" if schema["type"] == "boolean" else "TEXTFIELD"
        ui = {"placeholder": "", "regex": None, "ui_field": {"type": kind, "options": []}}
        schema["meta"] = {
            "title": name,
            "description_for_users": schema["description"],
            "default_value": None,
            "ui": ui,
        }
    return Function.from_dict(found)


def form_by_hand(found: Any) -> type:
    """Return a class of a form with the fields of a function, as a developer writes them."""
    fields: Dict[str, Any] = {}
    for name, schema in found.parameters["properties"].items():
        common = {
            "label": name,
            "help_text": schema["description"].replace("'", "&#x27;"),
            "required": name in found.required,
        }
        if schema["type"] == "boolean":
            fields[name] = forms.ChoiceField(choices=BOOLEANS, **common)
        elif name in AREAS:
            fields[name] = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **common)
        else:
            fields[name] = forms.CharField(**common)
    return type("ByHand", (forms.Form,), fields)


def works(url: str) -> Dict[str, Callable[[], Any]]:
    """Return the operations to measure, by name."""
    from integry import Integry
    from integry.django._guard import refuse_event_loop
    from integry.django.forms import FunctionForm
    from integry.django.middleware import IntegryMiddleware

    found = function()
    by_hand = form_by_hand(found)
    if str(FunctionForm(function=found)) != str(by_hand(prefix="arguments")):
        message = "the form by hand makes another page"
        raise RuntimeError(message)
    client = Integry(KEY, SECRET, user_id=bodies.USER, base_url=url, on_request=refuse_event_loop)
    handler, environ, response, request = WSGIHandler(), {}, HttpResponse(), RequestFactory().get("/")
    setup_testing_defaults(environ)

    def no_view(_: Any) -> HttpResponse:
        return response

    middleware = IntegryMiddleware(no_view)
    return {
        "form": lambda: str(FunctionForm(function=found)),
        "by hand": lambda: str(by_hand(prefix="arguments")),
        "guard": lambda: refuse_event_loop(None),
        "call": lambda: client.functions.call(bodies.FUNCTION, bodies.ARGUMENTS, variables=bodies.VARIABLES),
        "request.integry": lambda: middleware(request),
        "no view": lambda: no_view(request),
        "empty view": lambda: b"".join(handler(environ, lambda *_: None)),
    }


def seconds(work: Callable[[], Any], times: int) -> float:
    """Return the CPU seconds of one operation."""
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def measure(url: str, rounds: int) -> Dict[str, List[float]]:
    """Return the seconds of each operation by round, after a warm-up."""
    measures = {name: lambda name=name, work=work: seconds(work, TIMES[name]) for name, work in works(url).items()}
    interleaved(measures, 3)
    return interleaved(measures, rounds)


if __name__ == "__main__":
    configure()
    print(json.dumps(measure(sys.argv[2], int(sys.argv[1]))))
