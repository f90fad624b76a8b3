"""Views that call Integry through the vendored copy."""

from django.http import HttpRequest, JsonResponse

from acme.third_party.telephony import AppNotConnected, FunctionResult, Integry

integry = Integry(timeout=(3, 10), deadline=20)


def add_person(request: HttpRequest, name: str) -> JsonResponse:
    """Add a person to Pipedrive."""
    user = integry.for_user(request.headers["X-User"])
    result: FunctionResult = user.functions.call("pipedrive-add-a-person", {"name": name})
    return JsonResponse({"added": result.ok, "status": result.network_code})


def announce(request: HttpRequest) -> JsonResponse:
    """Post to Slack, or return the URL of the page where the user connects Slack."""
    user = integry.for_user(request.headers["X-User"])
    try:
        result = user.functions.call("slack-post-message", {"channel": "random", "text": "Somebody signed up!"})
    except AppNotConnected as error:
        return JsonResponse({"connect": error.connect_url or user.apps.connect_url(error.app)}, status=409)
    return JsonResponse({"posted": result.ok})
