"""HTML from Python: elements whose texts and attributes are escaped, and the frame of a page."""

from __future__ import annotations

import pkgutil
from html import escape
from typing import Any, Dict, Iterable, Sequence, Tuple

from ._http import Answer

STYLE, ICON = "/console/style.css", "/console/icon.svg"
_VOID = {"br", "input", "link", "meta"}
#: The pages of the console: path and title.
_PAGES = (
    ("/", "Calls"),
    ("/console/functions", "Functions"),
    ("/console/apps", "Apps"),
    ("/console/faults", "Faults"),
    ("/console/organisations", "Organisations"),
)


class Markup(str):
    """HTML, which is not escaped again."""

    __slots__ = ()


def element(tag: str, *children: Any, **attributes: Any) -> Markup:
    """Return an element.

    Args:
        tag: Its name.
        children: Markup, texts, and iterables of them; None is left out.
        attributes: Its attributes: True stands for one without a value, None and False for none. An underscore at the
            end of a name is dropped, for `class_` and `for_`; others become hyphens.
    """
    named = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    given = "".join(
        f" {key}" if value is True else f' {key}="{escape(str(value))}"'
        for key, value in named
        if value is not None and value is not False
    )
    begin = f"<{tag}{given}>"
    return Markup(begin if tag in _VOID else f"{begin}{joined(children)}</{tag}>")


def joined(parts: Iterable[Any]) -> Markup:
    """Return parts of a page as one."""
    return Markup("".join(map(_text, parts)))


def _text(part: Any) -> str:
    if part is None:
        return ""
    if isinstance(part, (Markup, str)):
        return part if isinstance(part, Markup) else escape(part)
    return joined(part) if isinstance(part, Iterable) else escape(str(part))


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Markup:
    """Return a table; on narrow screens each cell shows the head of its column."""
    lines = [element("tr", *(element("td", cell, data_head=head) for head, cell in zip(heads, row))) for row in rows]
    if not lines:
        return element("p", "None yet.", class_="empty")
    head = element("thead", element("tr", *(element("th", each) for each in heads)))
    return element("table", head, element("tbody", lines))


def button(text: str, **attributes: Any) -> Markup:
    """Return a button that submits its form."""
    return element("button", text, type="submit", **attributes)


def text_field(title: str, name: str, value: str = "", **attributes: Any) -> Markup:
    """Return a field for one line of text, with its title."""
    return element("label", element("span", title), element("input", name=name, value=value, **attributes))


def document(title: str, body: Any, *, kind: str = "") -> Markup:
    """Return a whole document.

    Args:
        title: Its title.
        body: What is in it.
        kind: The class of its body.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("title", title),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("link", rel="icon", href=ICON),
        element("link", rel="stylesheet", href=STYLE),
    )
    return Markup("<!doctype html>\n" + element("html", head, element("body", body, class_=kind or None), lang="en"))


def page(title: str, body: Any, *, path: str = "", status: int = 200) -> Answer:
    """Return a page of the console, with links to the others.

    Args:
        title: Its title.
        body: What is in it.
        path: The path of the page that the navigation marks.
        status: The HTTP status.
    """
    links = [element("a", text, href=href, aria_current="page" if href == path else None) for href, text in _PAGES]
    brand = element("a", "Integry ", element("span", "sandbox"), href="/", class_="brand")
    top = element("header", brand, element("nav", links))
    return Answer(
        status,
        str(document(f"{title} · Integry sandbox", [top, element("main", element("h1", title), body)])),
        headers(),
    )


def refusal_page(refused: Answer) -> Answer:
    """Return a refusal as a page, for browsers."""
    shown = page("Refused", element("p", refused.body["detail"], class_="card"), status=refused.status)
    shown.headers.update(refused.headers)
    return shown


def headers(form_action: str = "") -> Dict[str, str]:
    """Return the headers of a page: it loads nothing from elsewhere, runs no script, and no page may frame it.

    Args:
        form_action: An origin that a form may lead to by a redirect.
    """
    policy = f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {form_action}".rstrip()
    return {
        "Content-Security-Policy": f"{policy}; base-uri 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        # Not `no-referrer`: browsers then send `Origin: null` with the console's own forms.
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def see_other(place: str) -> Answer:
    """Return a redirect to a page after a form was sent."""
    return Answer(303, None, {"Location": place, **headers()})


def asset(path: str) -> Tuple[bytes, str]:
    """Return a file of the pages, and its media type."""
    name, kind = {STYLE: ("console.css", "text/css; charset=utf-8"), ICON: ("console.svg", "image/svg+xml")}[path]
    return pkgutil.get_data(__name__.rpartition(".")[0], name) or b"", kind
