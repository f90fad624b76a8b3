"""The built-in functions: fakes of Slack, Pipedrive and HubSpot, with state."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from time import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple
from urllib.parse import parse_qsl, urlsplit

from attrs import evolve

from ._calling import Invocation, Result, call_error
from ._catalogue import Function
from ._paging import page_of

#: Default number of items on a page of an app.
DEFAULT_LIMIT = 100
#: Number of persons in a new Pipedrive account.
SAMPLE_PERSONS = 12


def now() -> str:
    """Return the current time in the format of the APIs."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def post_message(invocation: Invocation) -> Result:
    """Add the message to the account (slack-post-message)."""
    wanted, text = (str(invocation.arguments.get(name, "")) for name in ("channel", "text"))
    wanted = wanted.lstrip("#")
    found = [each for each in invocation.samples["slack_conversations"] if wanted in (each["id"], each["name"])]
    if not (found and text):
        # Errors have the status 200, as in Slack's API.
        return Result({"ok": False, "error": "no_text" if found else "channel_not_found"})
    ts = f"{time():.6f}"
    with invocation.transaction():
        rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        block = {"type": "rich_text", "block_id": f"B{invocation.count('message') + 1}", "elements": [rich]}
        message = {**invocation.samples["slack_message"], "ts": ts, "text": text, "blocks": [block]}
        invocation.add("message", {"channel": found[0]["id"], "message": message})
    return Result({"ok": True, "channel": found[0]["id"], "ts": ts, "message": message})


def list_conversations(invocation: Invocation) -> Result:
    """Return a page of channels (slack-list-conversations)."""
    found, cursor = _page(invocation, invocation.samples["slack_conversations"])
    output = {"ok": True, "channels": found, "response_metadata": {"next_cursor": cursor or ""}}
    return Result(output, cursor=cursor, has_pages=True)


def add_person(invocation: Invocation) -> Result:
    """Add a person to the account. The only valid owner is the account's user (pipedrive-add-a-person)."""
    sample = invocation.samples["pipedrive_person"]
    name, owner = str(invocation.arguments.get("name", "")), invocation.arguments.get("owner_id", sample["owner_id"])
    if not name or owner != sample["owner_id"]:
        error = f"Validation failed: {'owner_id: User not found or not accessible.' if name else 'name: Required'}"
        return Result({"success": False, "error": error, "code": "ERR_SCHEMA_VALIDATION_FAILED"}, 400)
    with invocation.transaction():
        person = _person(invocation.samples, SAMPLE_PERSONS + invocation.count("person") + 1, name)
        person.update(
            {field: value for field, value in invocation.arguments.items() if field in sample}, add_time=now()
        )
        invocation.add("person", person)
    return Result({"success": True, "data": person})


def get_persons(invocation: Invocation) -> Result:
    """Return a page of persons: samples, and persons that were added (pipedrive-get-all-persons)."""
    samples = [
        _person(invocation.samples, number, f"Sample contact {number}") for number in range(1, SAMPLE_PERSONS + 1)
    ]
    found, cursor = _page(invocation, samples + invocation.find("person"))
    return Result({"success": True, "data": found}, cursor=cursor, has_pages=True)


def _person(samples: Mapping[str, Any], number: int, name: str) -> Dict[str, Any]:
    first, _, last = name.partition(" ")
    return {**samples["pipedrive_person"], "id": number, "name": name, "first_name": first, "last_name": last or None}


def _page(invocation: Invocation, items: List[Any]) -> Tuple[List[Any], Optional[str]]:
    limit = invocation.arguments.get("limit")
    return page_of(items, invocation.cursor, int(limit) if isinstance(limit, (int, float)) else DEFAULT_LIMIT)


def create_object(invocation: Invocation) -> Result:
    """Add an object to the account (hubspot-create-contact, hubspot-create-company, hubspot-create-deal)."""
    properties = invocation.arguments.get("properties", {})
    at = now()
    record = invocation.add(invocation.function, properties)
    output = {"id": str(record.id), "properties": properties, "createdAt": at, "updatedAt": at, "archived": False}
    return Result(output, 201)


_PROPERTIES = {
    "contacts": ("email", "firstname", "lastname", "phone"),
    "companies": ("domain", "name", "phone"),
    "deals": ("amount", "dealname", "dealstage"),
}


def list_properties(invocation: Invocation) -> Result:
    """Return the properties of an object type (hubspot-list-properties)."""
    wanted = invocation.arguments["objectType"]
    if wanted not in _PROPERTIES:
        return Result({"status": "error", "message": f"Unable to infer object type from: {wanted}"}, 400)
    found = [{"name": name, "label": name.title(), "type": "string"} for name in _PROPERTIES[wanted]]
    return Result({"results": found})


def resolve_passthrough(invocation: Invocation) -> Function:
    """Return the function that emulates a passthrough request, and convert the arguments to those of this function."""
    method = str(invocation.arguments["method"]).upper()
    try:
        url = urlsplit(str(invocation.arguments["url"]))
    except ValueError as error:
        raise call_error({"url": str(error)}) from error
    functions = invocation.catalogue.functions
    app = functions[invocation.function].app
    for known_app, known_method, host, path, function in _PASSTHROUGH_ROUTES:
        there = url.hostname == host or (url.hostname or "").endswith(f".{host}")
        if (app, method) == (known_app, known_method) and there and url.path.endswith(path):
            query = {name: int(value[:9]) if value.isdecimal() else value for name, value in parse_qsl(url.query)}
            invocation.arguments = {**query, **(invocation.arguments.get("body") or {})}
            return functions[function]
    message = f"The sandbox has no {method} {url.hostname}{url.path} of {app}: see Sandbox.add_function()"
    return evolve(functions[invocation.function], run=lambda _: Result({"error": message}, 404))


#: Supported passthrough requests: app, method, host, end of the path, and the function that emulates it.
_PASSTHROUGH_ROUTES = (
    ("slack", "GET", "slack.com", "/conversations.list", "slack-list-conversations"),
    ("slack", "POST", "slack.com", "/chat.postMessage", "slack-post-message"),
    ("pipedrive", "GET", "pipedrive.com", "/persons", "pipedrive-get-all-persons"),
    ("pipedrive", "POST", "pipedrive.com", "/persons", "pipedrive-add-a-person"),
)

BEHAVIOURS: Dict[str, Callable[[Invocation], Result]] = {
    "slack-post-message": post_message,
    "slack-list-conversations": list_conversations,
    "pipedrive-add-a-person": add_person,
    "pipedrive-get-all-persons": get_persons,
    "hubspot-create-contact": create_object,
    "hubspot-create-company": create_object,
    "hubspot-create-deal": create_object,
    "hubspot-list-properties": list_properties,
}


def echo(invocation: Invocation) -> Result:
    """Return the arguments as the output. Functions that are added without `run` behave like this."""
    return Result(json.loads(json.dumps(invocation.arguments)))
