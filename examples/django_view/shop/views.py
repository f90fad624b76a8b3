"""A view that posts a message to Slack."""

from functools import lru_cache

from django.http import HttpRequest, JsonResponse

from integry import AppNotConnected, Integry, IntegryError


@lru_cache(maxsize=None)
def client() -> Integry:
    """Return the client of this process. All threads share the client, which can be used after a fork."""
    return Integry(timeout=(3, 10), deadline=20)


def announce(_: HttpRequest, user_id: str) -> JsonResponse:
    """Post to Slack for a user, or return the URL of the page where the user connects Slack."""
    user = client().for_user(user_id)
    try:
        result = user.functions.call("slack-post-message", {"channel": "random", "text": "Somebody signed up!"})
    except AppNotConnected as error:
        return JsonResponse({"connect": error.connect_url or user.apps.connect_url(error.app)}, status=409)
    except IntegryError as error:
        return JsonResponse({"error": str(error), "may_have_run": error.may_have_run}, status=502)
    return JsonResponse({"posted": result.ok})
