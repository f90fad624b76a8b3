"""The contents of the console's pages: journal, functions, faults and organisations."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, Mapping, Sequence
from urllib.parse import quote

from .._secrets import Mask
from ._catalogue import Catalogue, Function
from ._faults import Fault
from ._forms import select
from ._html import Markup, button, element, table, text_field
from ._journal import Entry
from ._store import Record, Store

#: Maximum number of journal entries on a page.
MAX_LINES = 100
#: Maximum characters of a JSON value on a page.
MAX_SHOWN = 10_000
#: The faults that have a button, in groups: value of the field, and text of the button.
FAULTS = (
    (
        "Errors and delays",
        (
            ("429", "429 Too Many Requests"),
            ("500", "500 Internal Server Error"),
            ("503", "503 Service Unavailable"),
            ("reset", "Connection reset"),
            ("delay", "Delay only"),
        ),
    ),
    (
        "Broken bodies",
        (
            ("reset_mid_body", "Reset in the middle"),
            ("truncated", "Truncated"),
            ("invalid_json", "Invalid JSON"),
            ("drip", "Byte by byte"),
        ),
    ),
    ("Pages", (("repeated_cursor", "Repeated cursor"), ("empty_last_page", "Empty last page"))),
)


def code(value: Any, mask: Mask) -> Markup:
    """Return a value as formatted JSON, with secrets masked."""
    text = mask.text(json.dumps(value, indent=2, ensure_ascii=False))
    # With tabindex, the scroll bar of the element can be used with the keyboard.
    return element("pre", f"{text[:MAX_SHOWN]}{' …' * (len(text) > MAX_SHOWN)}", tabindex=0)


def badge(entry: Entry) -> Markup:
    """Return a coloured label with the status of a journal entry."""
    kind = "fault" if not entry.status else "good" if entry.status < 400 else "bad"
    text = str(entry.status) if entry.status else "no response"
    return element("span", f"refused {text}" if entry.is_refused and entry.status else text, class_=f"badge {kind}")


def line(entry: Entry, mask: Mask) -> Markup:
    """Return a journal entry: one line that expands to the arguments and the response."""
    time = element("time", entry.at[11:19], datetime=entry.at, title=entry.at)
    user = element("span", entry.user_id or "no user", class_="user")
    reason = element("span", entry.reason, class_="reason") if entry.reason else None
    summary = element("summary", time, user, element("code", entry.title), badge(entry), reason)
    parts: List[Any] = [element("p", f"{entry.at} {entry.method} {entry.path}".strip(), class_="hint")]
    parts += [element("p", entry.reason)] if entry.reason else []
    # The response may repeat secrets of the arguments.
    mask = mask.with_secrets_of(json.dumps(entry.sent))
    for title, value in (("Arguments", entry.sent), ("Response", entry.answer)):
        parts += [element("h3", title), code(value, mask)]
    return element("li", element("details", summary, element("div", parts, class_="inside")))


def journal(entries: Sequence[Entry], query: Mapping[str, str], mask: Mask) -> List[Any]:
    """Return the journal, filtered.

    Args:
        entries: All entries, the newest first.
        query: The query parameters `user`, `function` and `kind` ("done" or "refused"); empty or absent for any.
        mask: The mask of secrets.
    """
    wanted = {name: query.get(name, "") for name in ("user", "function", "kind")}
    found = [entry for entry in entries if _matches(entry, **wanted)]
    kinds = [("", "done and refused"), ("done", "done"), ("refused", "refused")]
    form = element(
        "form",
        _choice("User", "user", (entry.user_id for entry in entries), wanted["user"]),
        _choice("Function", "function", (entry.function for entry in entries), wanted["function"]),
        element("label", element("span", "Shown"), select("kind", kinds, wanted["kind"])),
        button("Filter"),
        class_="filter",
    )
    lines = [line(entry, mask) for entry in found[:MAX_LINES]]
    empty = "No calls yet: call a function, or try one on the page “Functions”."
    count = f"{min(len(found), MAX_LINES)} of {len(entries)}, the newest first. Times are in UTC."
    shown = (
        element("ul", lines, class_="journal") if lines else element("p", empty if not entries else "No entries match.")
    )
    return [form, element("p", count, class_="hint") if entries else None, shown]


def _matches(entry: Entry, user: str, function: str, kind: str) -> bool:
    is_kind = not kind or entry.is_refused == (kind == "refused")
    return is_kind and user in ("", entry.user_id) and function in ("", entry.function)


def _choice(title: str, name: str, values: Iterable[str], chosen: str) -> Markup:
    known = sorted({value for value in (*values, chosen) if value})
    options = [("", "all"), *((value, value) for value in known)]
    return element("label", element("span", title), select(name, options, chosen))


def functions(catalogue: Catalogue) -> List[Markup]:
    """Return a list of all functions, by app."""
    parts = []
    for name, app in catalogue.apps.items():
        rows = [
            (element("a", each.name, href=function_path(each.name)), _kind(each), each.description)
            for each in catalogue.find(app=name)
        ]
        parts += [element("h2", app["title"]), table(("Function", "Type", "Description"), rows)]
    return parts


def _kind(function: Function) -> Markup:
    return element("span", function.type, class_="badge")


def function_path(name: str) -> str:
    """Return the path of a function's page."""
    return f"/console/functions/{quote(name, safe='', errors='replace')}"


def schema(function: Function, mask: Mask) -> List[Any]:
    """Return the description of a function, and the schema of its arguments."""
    shown = element("details", element("summary", "Schema"), code(function.parameters, mask), class_="card")
    return [element("p", _kind(function), " ", function.description), shown]


def fault_fields() -> List[Any]:
    """Return the fields and buttons of the form to add a fault.

    The first button adds a fault with another status, because browsers press the first button of a form when the user
    hits Enter in a field.
    """
    number: Dict[str, Any] = {"type": "number", "min": 0, "step": "any"}
    status = element("input", name="status", type="number", min=200, max=599, aria_label="Status", placeholder="418")
    fields = [
        text_field("Path contains", "path", placeholder="any"),
        text_field("Times", "times", "1", type="number", min=1),
        text_field("Delay in seconds", "delay", placeholder="0", **number),
        text_field("Retry-After", "retry_after", placeholder="none"),
    ]
    groups = [
        [
            element("h3", title),
            element("div", (button(text, name="fault", value=value) for value, text in faults), class_="buttons"),
        ]
        for title, faults in FAULTS
    ]
    other = element("div", status, button("Respond with this status", name="fault", value="status"), class_="buttons")
    return [
        element("p", "Choose the requests to an API, and the fault that they get."),
        element("div", fields, class_="columns"),
        element("h3", "Any status"),
        other,
        groups,
    ]


def waiting(faults: Sequence[Fault]) -> Markup:
    """Return a table of the faults that are not used up."""
    rows = [(each.title, each.path or "any", str(each.times), _retry_after(each)) for each in faults]
    return table(("Fault", "Path contains", "Times", "Retry-After"), rows)


def _retry_after(fault: Fault) -> str:
    return fault.headers.get("Retry-After", "—")


def integrations(store: Store, mask: Mask) -> List[Any]:
    """Return the integrations of all organisations, with their settings."""
    settings = store.find("setting")
    by_owner: Dict[str, List[Any]] = {}
    for kind, title in (("integration", "integration"), ("custom_integration", "custom integration")):
        for record in store.find(kind):
            by_owner.setdefault(record.scope, []).append(_integration(record, title, settings, mask))
    for record in store.find("slack"):
        row = (f"{record.value['team_name']}, {record.value['channel']}", "Slack", "connected", None)
        by_owner.setdefault(record.scope, []).append(row)
    heads = ("Name", "Kind", "Document", "Settings")
    parts = [[element("h2", mask.text(owner)), table(heads, rows)] for owner, rows in by_owner.items()]
    return parts or [element("p", "None yet.", class_="empty")]


def _integration(record: Record, title: str, settings: Iterable[Record], mask: Mask) -> Sequence[Any]:
    value = record.value
    found = [value["setting_entry"]] if value.get("setting_entry") else []
    found += [_setting(each) for each in settings if each.scope.split("/")[1] == value["id"]]
    count = element("details", element("summary", str(len(found))), code(found, mask)) if found else "0"
    return (mask.text(value["app_name"]), title, mask.text(value["json_url"]), count)


def _setting(record: Record) -> Dict[str, Any]:
    value = record.value
    setting = {value["form_field_label"]: value["form_field_value"]}
    return {**setting, **({"channel_id": value["channel_id"]} if "channel_id" in value else {})}
