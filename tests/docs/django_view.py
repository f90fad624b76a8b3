"""Calls a Django view of the documentation, without a Django project."""

import json
import sys
from types import ModuleType, SimpleNamespace

from django.test import RequestFactory

from tests.django.site import configure
from tests.docs.pages import DOCS, blocks


def make_shop(request):
    """Make the module `shop.views` for the running test, with the view of docs/getting-started.md."""
    configure()
    (view,) = [block.text for block in blocks(DOCS / "getting-started.md") if "JsonResponse" in block.text]
    shop, views = ModuleType("shop"), ModuleType("shop.views")
    exec(view, vars(views))  # noqa: S102 (the project's own documentation)
    shop.views = views
    for module in (shop, views):
        request.getfixturevalue("monkeypatch").setitem(sys.modules, module.__name__, module)


def check_announce(view, sandbox):
    """Check that the view sends a user to connect Slack first, and posts once that is done."""
    configure()
    request = RequestFactory().post("/announce")
    request.user = SimpleNamespace(pk=7, is_authenticated=True)
    response = view(request)
    assert response.status_code == 409
    assert json.loads(response.content)["connect"].startswith(f"{sandbox.url}/connect/slack?user_id=7&")
    sandbox.connect("slack", user_id=7)
    assert json.loads(view(request).content) == {"posted": True}
    assert sandbox.calls[-1].user_id == "7"
