"""The security schemes of a document, and the schemes that each operation requires."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, NamedTuple

_KEY_PLACES = ("header", "query", "cookie")
#: HTTP authentication schemes that send credentials only after a challenge from the server.
_HANDSHAKES = ("digest", "hoba", "mutual", "negotiate", "ntlm", "scram-sha-1", "scram-sha-256")


class Scheme(NamedTuple):
    """A security scheme, and the generated code for it.

    Attributes:
        name: The name in the document.
        place: The place of the credentials in a request: "header", "query" or "cookie"; "" for a client certificate.
        parameter: The name of the header, query parameter or cookie.
        code: The Python expression that creates the scheme; "" if `place` is empty.
        type: The type annotation of the credentials.
    """

    name: str
    place: str = ""
    parameter: str = ""
    code: str = ""
    type: str = ""


def scheme(name: str, node: Any) -> Scheme:
    """Return a security scheme of the document."""
    raw = node if isinstance(node, dict) else {}
    kind = raw.get("type")
    if kind == "apiKey" and raw.get("in") in _KEY_PLACES:
        place, parameter = raw["in"], str(raw.get("name", ""))
        return Scheme(name, place, parameter, f"ApiKey({place!r}, {parameter!r})", "Token")
    in_header = Scheme(name, "header", "Authorization")
    if kind == "http":
        return _http(in_header, str(raw.get("scheme", "bearer")))
    if kind in ("oauth2", "openIdConnect"):
        url = _token_url(raw)
        return in_header._replace(code=f"Bearer(token_url={url!r})" if url else "Bearer()", type="OAuthToken")
    return Scheme(name)


def _http(in_header: Scheme, prefix: str) -> Scheme:
    """Return an HTTP scheme. If it is neither basic nor bearer, users pass a token or an auth object of requests."""
    if prefix.lower() == "basic":
        return in_header._replace(code="Basic()", type="Login")
    if prefix.lower() == "bearer":
        return in_header._replace(code="Bearer()", type="Token")
    written = prefix.capitalize() if prefix.islower() else prefix
    is_token = prefix.lower() not in _HANDSHAKES
    return in_header._replace(code=f"Bearer({written!r})", type="Token" if is_token else "AuthBase")


def _token_url(raw: Mapping[str, Any]) -> str | None:
    """Return the token URL of the client credentials flow, or else of another flow; None without one."""
    flows = raw.get("flows")
    found = flows if isinstance(flows, dict) else {}
    # A server has one token endpoint for all grants (RFC 6749, section 3.2).
    named = [found.get(name) for name in ("clientCredentials", "authorizationCode", "password", "deviceAuthorization")]
    urls = (flow.get("tokenUrl") for flow in named if isinstance(flow, dict))
    return next((url for url in urls if isinstance(url, str) and url), None)


def alternatives(data: Mapping[str, Any], raw: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the alternatives for an operation: each is a tuple of schemes that are required together; () for none."""
    found = raw.get("security", data.get("security"))
    listed = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [tuple(map(str, one)) for one in listed] or [()]


def operations(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the operations of a repaired document."""
    for item in data["paths"].values():
        yield from (raw for raw in item.values() if isinstance(raw, dict))


def is_required(data: Mapping[str, Any]) -> bool:
    """Return True if an operation of a repaired document requires credentials."""
    return any(any(alternatives(data, raw)) for raw in operations(data))
