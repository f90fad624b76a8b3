"""Variables of all templates."""

from typing import Any, Dict

from django.conf import settings
from django.http import HttpRequest


def site(_: HttpRequest) -> Dict[str, Any]:
    """Return the pages of the menu, as names of URLs and titles."""
    pages = [("home", "Start"), ("integry:apps", "Apps"), ("message", "Post a message"), ("channels", "Channels")]
    has_tasks, has_sdk = settings.HAS_TASKS, bool(settings.INTEGRY.get("SDK_URL"))
    optional = [("later", "Later")] * has_tasks + [("browser", "Browser SDK")] * has_sdk
    return {"pages": pages + optional, "has_tasks": has_tasks, "has_sdk": has_sdk}
