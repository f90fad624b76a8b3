"""HTML builder with escaping of texts and attributes, and the layout of a page."""

from __future__ import annotations

import pkgutil
from html import escape
from typing import Any, Dict, Iterable, Sequence, Tuple

from ._http import Response

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
    """A string of HTML, which is not escaped again."""

    __slots__ = ()


def element(tag: str, *children: Any, **attributes: Any) -> Markup:
    """Return an HTML element.

    Args:
        tag: The name of the element.
        children: Markup, texts, and iterables of them; None is skipped.
        attributes: The attributes: True for one without a value, None and False to omit one. A trailing underscore is
            dropped, as in `class_`; other underscores become hyphens.
    """
    named = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    given = "".join(
        f" {key}" if value is True else f' {key}="{escape(str(value))}"'
        for key, value in named
        if value is not None and value is not False
    )
    begin = f"<{tag}{given}>"
    return Markup(begin if tag in _VOID else f"{begin}{join(children)}</{tag}>")


def join(parts: Iterable[Any]) -> Markup:
    """Return parts of a page as one piece of markup; texts are escaped."""
    return Markup("".join(map(_text, parts)))


def _text(part: Any) -> str:
    if part is None:
        return ""
    if isinstance(part, (Markup, str)):
        return part if isinstance(part, Markup) else escape(part)
    return join(part) if isinstance(part, Iterable) else escape(str(part))


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Markup:
    """Return a table. On narrow screens, each cell shows the head of its column."""
    lines = [element("tr", *(element("td", cell, data_head=head) for head, cell in zip(heads, row))) for row in rows]
    if not lines:
        return element("p", "None yet.", class_="empty")
    head = element("thead", element("tr", *(element("th", each) for each in heads)))
    return element("table", head, element("tbody", lines))


def button(text: str, **attributes: Any) -> Markup:
    """Return a button that submits its form."""
    return element("button", text, type="submit", **attributes)


def text_field(title: str, name: str, value: str = "", **attributes: Any) -> Markup:
    """Return a labelled single-line field."""
    return element("label", element("span", title), element("input", name=name, value=value, **attributes))


def document(title: str, body: Any, *, kind: str = "") -> Markup:
    """Return an HTML document.

    Args:
        title: The title.
        body: The content.
        kind: The class of the body element.
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


def page(title: str, body: Any, *, path: str = "", status: int = 200) -> Response:
    """Return a page of the console, with the navigation.

    Args:
        title: The title.
        body: The content.
        path: The path of the page that the navigation marks as current.
        status: The HTTP status.
    """
    links = [element("a", text, href=href, aria_current="page" if href == path else None) for href, text in _PAGES]
    brand = element("a", "Integry ", element("span", "sandbox"), href="/", class_="brand")
    top = element("header", brand, element("nav", links))
    return Response(
        status,
        str(document(f"{title} · Integry sandbox", [top, element("main", element("h1", title), body)])),
        headers(),
    )


def error_page(error: Response) -> Response:
    """Return an error response as a page, for browsers."""
    found = page("Refused", element("p", error.body["detail"], class_="card"), status=error.status)
    found.headers.update(error.headers)
    return found


def headers(form_action: str = "") -> Dict[str, str]:
    """Return the security headers of a page: no scripts, no resources of other origins, no framing.

    Args:
        form_action: An origin that a form may redirect to.
    """
    policy = f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {form_action}".rstrip()
    return {
        "Content-Security-Policy": f"{policy}; base-uri 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        # With `no-referrer`, browsers would send `Origin: null` with the console's own forms.
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def redirect(location: str) -> Response:
    """Return a redirect (303) to a page, after a form."""
    return Response(303, None, {"Location": location, **headers()})


def asset(path: str) -> Tuple[bytes, str]:
    """Return a static file of the console, and its media type."""
    name, kind = {STYLE: ("console.css", "text/css; charset=utf-8"), ICON: ("console.svg", "image/svg+xml")}[path]
    return pkgutil.get_data(__name__.rpartition(".")[0], name) or b"", kind
