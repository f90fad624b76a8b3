"""What the documented functions do: stand-ins for Slack, Pipedrive and HubSpot that keep what they are given."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from time import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple
from urllib.parse import parse_qsl, urlsplit

from attrs import evolve

from ._calling import Called, Outcome, refused
from ._catalogue import Function
from ._paging import page_of

#: Items on a page of an app, unless a call says otherwise.
LIMIT = 100
#: Persons that every Pipedrive account begins with.
PERSONS = 12


def now() -> str:
    """The time, as the APIs write it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def post_message(called: Called) -> Outcome:
    """slack-post-message: the message is kept."""
    wanted, text = (str(called.arguments.get(name, "")) for name in ("channel", "text"))
    wanted = wanted.lstrip("#")
    found = [each for each in called.samples["slack_conversations"] if wanted in (each["id"], each["name"])]
    if not (found and text):
        # Slack itself answers 200 to that.
        return Outcome({"ok": False, "error": "no_text" if found else "channel_not_found"})
    ts = f"{time():.6f}"
    with called.alone():
        rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        block = {"type": "rich_text", "block_id": f"B{called.number('message') + 1}", "elements": [rich]}
        message = {**called.samples["slack_message"], "ts": ts, "text": text, "blocks": [block]}
        called.add("message", {"channel": found[0]["id"], "message": message})
    return Outcome({"ok": True, "channel": found[0]["id"], "ts": ts, "message": message})


def list_conversations(called: Called) -> Outcome:
    """slack-list-conversations."""
    found, cursor = _page(called, called.samples["slack_conversations"])
    output = {"ok": True, "channels": found, "response_metadata": {"next_cursor": cursor or ""}}
    return Outcome(output, cursor=cursor, has_pages=True)


def add_person(called: Called) -> Outcome:
    """pipedrive-add-a-person: the person is kept; only the account's own user can be the owner."""
    sample = called.samples["pipedrive_person"]
    name, owner = str(called.arguments.get("name", "")), called.arguments.get("owner_id", sample["owner_id"])
    if not name or owner != sample["owner_id"]:
        error = f"Validation failed: {'owner_id: User not found or not accessible.' if name else 'name: Required'}"
        return Outcome({"success": False, "error": error, "code": "ERR_SCHEMA_VALIDATION_FAILED"}, 400)
    with called.alone():
        person = _person(called.samples, PERSONS + called.number("person") + 1, name)
        person.update({field: value for field, value in called.arguments.items() if field in sample}, add_time=now())
        called.add("person", person)
    return Outcome({"success": True, "data": person})


def get_persons(called: Called) -> Outcome:
    """pipedrive-get-all-persons: those that every account begins with, and those that were added."""
    samples = [_person(called.samples, number, f"Sample contact {number}") for number in range(1, PERSONS + 1)]
    found, cursor = _page(called, samples + called.kept("person"))
    return Outcome({"success": True, "data": found}, cursor=cursor, has_pages=True)


def _person(samples: Mapping[str, Any], number: int, name: str) -> Dict[str, Any]:
    first, _, last = name.partition(" ")
    return {**samples["pipedrive_person"], "id": number, "name": name, "first_name": first, "last_name": last or None}


def _page(called: Called, items: List[Any]) -> Tuple[List[Any], Optional[str]]:
    limit = called.arguments.get("limit")
    return page_of(items, called.cursor, int(limit) if isinstance(limit, (int, float)) else LIMIT)


def create_object(called: Called) -> Outcome:
    """hubspot-create-contact, -company and -deal: the object is kept."""
    properties = called.arguments.get("properties", {})
    at = now()
    record = called.add(called.function, properties)
    output = {"id": str(record.id), "properties": properties, "createdAt": at, "updatedAt": at, "archived": False}
    return Outcome(output, 201)


_PROPERTIES = {
    "contacts": ("email", "firstname", "lastname", "phone"),
    "companies": ("domain", "name", "phone"),
    "deals": ("amount", "dealname", "dealstage"),
}


def list_properties(called: Called) -> Outcome:
    """hubspot-list-properties."""
    wanted = called.arguments["objectType"]
    if wanted not in _PROPERTIES:
        return Outcome({"status": "error", "message": f"Unable to infer object type from: {wanted}"}, 400)
    found = [{"name": name, "label": name.title(), "type": "string"} for name in _PROPERTIES[wanted]]
    return Outcome({"results": found})


def passed_through(called: Called) -> Function:
    """What does a passthrough request, whose arguments it gets: the app's own API, as far as the sandbox has it."""
    method = str(called.arguments["method"]).upper()
    try:
        url = urlsplit(str(called.arguments["url"]))
    except ValueError as error:
        raise refused({"url": str(error)}) from error
    functions = called.catalogue.functions
    app = functions[called.function].app
    for known_app, known_method, host, path, function in _APIS:
        there = url.hostname == host or (url.hostname or "").endswith(f".{host}")
        if (app, method) == (known_app, known_method) and there and url.path.endswith(path):
            query = {name: int(value[:9]) if value.isdecimal() else value for name, value in parse_qsl(url.query)}
            called.arguments = {**query, **(called.arguments.get("body") or {})}
            return functions[function]
    message = f"The sandbox has no {method} {url.hostname}{url.path} of {app}: see Sandbox.add_function()"
    return evolve(functions[called.function], run=lambda _: Outcome({"error": message}, 404))


#: The requests that are known: app, method, host, end of the path, and the function that does it.
_APIS = (
    ("slack", "GET", "slack.com", "/conversations.list", "slack-list-conversations"),
    ("slack", "POST", "slack.com", "/chat.postMessage", "slack-post-message"),
    ("pipedrive", "GET", "pipedrive.com", "/persons", "pipedrive-get-all-persons"),
    ("pipedrive", "POST", "pipedrive.com", "/persons", "pipedrive-add-a-person"),
)

BEHAVIOURS: Dict[str, Callable[[Called], Outcome]] = {
    "slack-post-message": post_message,
    "slack-list-conversations": list_conversations,
    "pipedrive-add-a-person": add_person,
    "pipedrive-get-all-persons": get_persons,
    "hubspot-create-contact": create_object,
    "hubspot-create-company": create_object,
    "hubspot-create-deal": create_object,
    "hubspot-list-properties": list_properties,
}


def echo(called: Called) -> Outcome:
    """What functions do that are added without saying what: they answer their arguments."""
    return Outcome(json.loads(json.dumps(called.arguments)))
