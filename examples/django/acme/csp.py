"""The content security policy. Django 6 has its own for it, SECURE_CSP; this works with earlier versions too."""

from typing import Callable, Mapping, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"


def policy(additions: Mapping[str, Sequence[str]]) -> str:
    """Return the value of the header, with additions to the policy of the settings."""
    names = list(settings.CSP) + [name for name in additions if name not in settings.CSP]
    return "; ".join(" ".join([name, *settings.CSP.get(name, ()), *additions.get(name, ())]) for name in names)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send the policy with each response that has none of its own."""
    plain = policy({})

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(HEADER, plain)
        return response

    return respond
