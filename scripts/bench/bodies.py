"""The response bodies of the server: the sandbox's functions and apps, in realistic sizes."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, List, Optional

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "integry" / "sandbox" / "catalogue.json"

#: Number of items on a page, from the API's reference.
PAGE_SIZE = 50
FUNCTION = "slack-post-message"
USER = "123456"
ARGUMENTS = {"channel": "random", "text": "{first_name} {last_name} just signed up!"}
VARIABLES = {"first_name": "John", "last_name": "Doe"}

#: A message of realistic length. Slack's response contains it twice.
_TEXT = (
    "John Doe just signed up! He works at Example Corporation as head of operations, came by way of the newsletter of "
    "May, asked for the plan with ten seats, and wants to move his three pipelines before the end of the quarter. "
    "Somebody should call him today, and not later than tomorrow at noon, as he compares us with two other products "
    "until then."
)
_LOGIN_URL = (
    "https://app.integry.io/wapp/apps/{}/authorize/"
    "?app_key=key&user_id=123456&state=3f0c6a52-8a7e-4d0e-9d57-0a4c1f9b7e21"
)


def catalogue() -> Dict[str, Any]:
    """Return the sandbox's sample apps and functions, from this repository or else the installed package."""
    path, found = CATALOGUE, find_spec("integry")
    if not path.exists() and found is not None and found.origin is not None:
        path = Path(found.origin).parent / "sandbox" / CATALOGUE.name
    loaded: Dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def encode(value: Any) -> bytes:
    """Return a value as JSON without spaces, as servers send JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def call_response() -> bytes:
    """Return the response to a call, 1.6 KB: the documented response, with a longer message."""
    message = dict(catalogue()["samples"]["slack_message"], text=_TEXT)
    text = {"type": "text", "text": _TEXT}
    section = {"type": "rich_text_section", "elements": [text]}
    message["blocks"] = [{"type": "rich_text", "block_id": "B92", "elements": [section]}]
    output = {"ok": True, "channel": "C6F3LQ03A", "ts": message["ts"], "message": message}
    return encode({"network_code": "200", "output": output})


def _function() -> Dict[str, Any]:
    found = next(each for each in catalogue()["functions"] if each["name"] == FUNCTION)
    return {name: found[name] for name in ("name", "description", "parameters")}


def function() -> bytes:
    """Return a response with one function of an app, 2.3 KB."""
    return encode(_function())


def functions(count: int = PAGE_SIZE, cursor: Optional[str] = None) -> bytes:
    """Return a response with a page of functions; 114 KB with 50 items."""
    one = _function()
    page = [dict(one, name=f"{FUNCTION}-{number}") for number in range(count)]
    return encode({"functions": page, "_cursor": cursor})


def apps(count: int = PAGE_SIZE, cursor: Optional[str] = None) -> bytes:
    """Return a response with a page of apps, each with a connected account; 23 KB with 50 items."""
    known: List[Dict[str, Any]] = [each for each in catalogue()["apps"] if each["icon_url"]]
    page = [_app(known[number % len(known)], number) for number in range(count)]
    # The vendor's SDK rejects a page without a cursor. No client fetches the next page.
    return encode({"apps": page, "_cursor": cursor or "50"})


def _app(known: Dict[str, Any], number: int) -> Dict[str, Any]:
    account = {"id": 247714 + number, "display_name": "663----------8b1", "modified_at": "2024-11-10T23:28:58Z"}
    return {
        **known,
        "id": known["id"] + number,
        "name": f"{known['name']}-{number}",
        "login_url": _LOGIN_URL.format(known["id"]),
        "allow_multiple_connected_accounts": True,
        "connected_accounts": [account],
    }
