"""Iteration over the pages of an operation, by the extension `x-pagination` of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Optional, TypeVar
from urllib.parse import urljoin, urlsplit

from requests.utils import parse_header_links

from ._values import field_of
from .errors import DecodeError, InvalidRequest
from .operation import Pagination, Request
from .types import Response

if TYPE_CHECKING:
    from .client import Client

R = TypeVar("R")


def iter_pages(client: Client, request: Request[R]) -> Iterator[Response[R]]:
    """Yield the response for each page. A page is fetched when the iteration reaches it.

    Args:
        client: The client that sends the requests.
        request: The request for the first page.

    Raises:
        errors.InvalidRequest: If the document has no `x-pagination` for the operation, or a next page is on another
            server.
        errors.DecodeError: If the server returns the same page, or the same cursor, again.
        errors.UnexpectedStatus: If a status is not documented.
        requests.RequestException: If no response arrives.
    """
    operation = request.operation
    if operation.pagination is None:
        message = f"{operation.name} has no pages: the document has no x-pagination for it"
        raise InvalidRequest(message)
    seen, content = set(), b""
    following: Optional[Request[R]] = request
    while following is not None:
        response = client.send(following)
        position = _position(operation.pagination, following, response)
        if position in seen or (content and content == response.content):
            reason = f"{operation.name}: the server returned the same page again"
            raise DecodeError(reason, response.status_code, response.content)
        seen.add(position)
        content = response.content
        yield response
        following = None if position is None else _at(client, operation.pagination, following, position)


def iter_items(client: Client, request: Request[Any]) -> Iterator[Any]:
    """Yield the items of all pages. See `iter_pages` for the arguments and errors."""
    for response in iter_pages(client, request):
        yield from _items(request.operation.pagination, response)


def _items(rule: Any, response: Response[Any]) -> Any:
    """Return the items of a page; an empty list if the response is an error or has no items."""
    found = field_of(response.parsed, rule.items)
    return found if isinstance(found, list) else []


def _position(rule: Pagination, request: Request[Any], response: Response[Any]) -> Any:
    """Return the position of the next page: a cursor, a number or a URL; None after the last page."""
    if rule.kind in ("cursor", "url"):
        return field_of(response.parsed, rule.field) or None
    if rule.kind == "link":
        return _next_link(response.headers.get("Link", ""))
    items = _items(rule, response)
    if not items or (rule.field and not field_of(response.parsed, rule.field)):
        return None
    given = dict(request.get("params", ()))
    if rule.kind == "page":
        return int(given.get(rule.parameter, 1)) + 1
    return int(given.get(rule.parameter, 0)) + len(items)


def _next_link(header: str) -> Optional[str]:
    """Return the URL of the link with the relation `next` in a Link header (RFC 8288)."""
    links = parse_header_links(header) if header else []
    return next((link["url"] for link in links if "next" in link.get("rel", "").split()), None)


def _at(client: Client, rule: Pagination, request: Request[R], position: Any) -> Request[R]:
    """Return the request for the page at a position: a cursor, a number or a URL."""
    result = request.copy()
    if rule.kind in ("url", "link"):
        result["url"] = _path(client.server_of(request.operation), request["url"], str(position))
        result.pop("params", None)
        return result
    others = [(name, value) for name, value in request.get("params", ()) if name != rule.parameter]
    result["params"] = [*others, (rule.parameter, str(position))]
    return result


def _path(server: str, url: str, target: str) -> str:
    """Return the path and query of a URL below a server's base URL.

    Raises:
        InvalidRequest: If the URL is not below the base URL, because another server would get the credentials.
    """
    parts = urlsplit(urljoin(server + url, target))
    base = urlsplit(server)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if parts.netloc != base.netloc or not path.startswith(f"{base.path}/"):
        message = f"The next page {target[:200]!r} is not below {server}. Credentials are sent to this server only."
        raise InvalidRequest(message)
    return path[len(base.path) :]


__all__ = ["iter_items", "iter_pages"]
