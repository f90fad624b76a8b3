"""Views for tests."""

import os
import re
from random import random

from asgiref.sync import sync_to_async
from django.core.exceptions import SynchronousOnlyOperation
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.views.decorators.csrf import csrf_exempt
from django_tasks_db.models import DBTaskResult

from integry.django import aclient_for, client_for
from integry.django.tasks import call_function

FUNCTION = "probe-hold"


def headers(get_response):
    """Change headers as the query of the request says.

    `coop` replaces the policy for windows. `without` removes a source, such as "style-src 'unsafe-inline'", from the
    content security policy.
    """

    def respond(request):
        response = get_response(request)
        if "coop" in request.GET:
            response.headers["Cross-Origin-Opener-Policy"] = request.GET["coop"]
        if "without" in request.GET:
            directive, _, source = request.GET["without"].partition(" ")
            policy = response.headers["Content-Security-Policy"]
            changed = re.sub(rf"(?<={directive})([^;]*) {re.escape(source)}", r"\1", policy)
            assert changed != policy, policy
            response.headers["Content-Security-Policy"] = changed
        return response

    return respond


def worker(_):
    """Return the id of the process."""
    return JsonResponse({"process": os.getpid()})


@csrf_exempt
def hold(request):
    """Call the function that stays."""
    return JsonResponse({"output": client_for(request).functions.call(FUNCTION, {}).output})


@csrf_exempt
def enqueue(request):
    """Enqueue a task that calls the function that stays."""
    return JsonResponse({"task": call_function.enqueue(FUNCTION, {}, user_id=str(request.user.pk)).id})


def tasks(_):
    """Return the statuses of all tasks."""
    return JsonResponse({"statuses": list(DBTaskResult.objects.values_list("status", flat=True))})


#: Templates with the configuration of the browser SDK. Each has a random number, which shows if it was cached.
TEMPLATES = {
    "beside": "{% load cache integry %}{% integry_config %}{% cache 600 beside %}<i>{{ number }}</i>{% endcache %}",
    "inside": "{% load cache integry %}{% cache 600 inside %}{% integry_config %}<i>{{ number }}</i>{% endcache %}",
    "included": "{% load cache %}{% cache 600 included %}{% include config %}{% endcache %}",
    "varied": "{% load cache %}{% cache 600 varied user.pk %}{% include config %}{% endcache %}",
}


def config(request):
    """Return a page with the configuration of the browser SDK."""
    return fragment(request, "beside")


def fragment(request, name):
    """Return a page from one of the templates."""
    template = engines["django"].from_string(TEMPLATES[name])
    included = engines["django"].from_string("{% load integry %}{% integry_config %}").template
    return HttpResponse(template.render({"config": included, "number": random()}, request))  # noqa: S311 (no secret)


async def ping(_):
    """Return at once."""
    return JsonResponse({"pong": True})


@csrf_exempt
async def hold_in_thread(request):
    """Call the function that stays, in a thread."""
    integry = await aclient_for(request)
    result = await sync_to_async(integry.functions.call)(FUNCTION, {})
    return JsonResponse({"output": result.output})


@csrf_exempt
async def hold_in_loop(request):
    """Call the function that stays, without a thread, which is a mistake."""
    integry = await aclient_for(request)
    try:
        integry.functions.call(FUNCTION, {})
    except SynchronousOnlyOperation as error:
        return JsonResponse({"error": str(error)})
    return JsonResponse({"error": None})
