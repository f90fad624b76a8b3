"""Calls a Django view of the documentation, without a Django project."""

import json
from types import SimpleNamespace

from django.conf import settings
from django.test import RequestFactory


def check_announce(view, sandbox):
    """Check that the view sends a user to connect Slack first, and posts once that is done."""
    if not settings.configured:
        settings.configure()
    request = RequestFactory().post("/announce")
    request.user = SimpleNamespace(pk=7)
    response = view(request)
    assert response.status_code == 409
    assert json.loads(response.content)["connect"].startswith(f"{sandbox.url}/connect/slack?user_id=7&")
    sandbox.connect("slack", user_id=7)
    assert json.loads(view(request).content) == {"posted": True}
    assert sandbox.calls[-1].user_id == "7"
