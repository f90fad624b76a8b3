# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Credentials of the document's security schemes: which of them an operation requires, and where a request has them."""

from base64 import b64encode
from typing import Any, Callable, List, Mapping, NamedTuple, Optional, Tuple, Union, cast
from urllib.parse import urlencode

import requests
from attrs import define, field
from requests.auth import AuthBase

from .errors import InvalidRequest
from .oauth import ClientCredentials, Exchange, Renewal, can_resend
from .operation import Operation

#: An API key or a token, a function that returns one, or an auth of requests.
Token = Union[str, Callable[[], str], AuthBase]
#: User and password, or an auth of requests.
Login = Union[Tuple[str, str], AuthBase]
#: A token of OAuth 2.0, or the credentials to fetch tokens with.
OAuthToken = Union[str, Callable[[], str], ClientCredentials, AuthBase]


@define(eq=False)
class TokenAuth(AuthBase):
    """Authentication by a token in a header. requests would replace a plain header by credentials in .netrc."""

    token: str = field(repr=False)
    prefix: str = "Bearer"
    header: str = "Authorization"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header, and return the request."""
        request.headers[self.header] = self.value()
        return request

    def value(self) -> str:
        """Return the value of the header: prefix and token."""
        value = f"{self.prefix} {self.token}" if self.prefix else self.token
        return _printable(value, f"header {self.header}")

    @property
    def is_default(self) -> bool:
        """True if the user chose neither prefix nor header. The document determines them then."""
        return (self.prefix, self.header) == ("Bearer", "Authorization")


class ApiKey(NamedTuple):
    """A key in a header, query parameter or cookie.

    Attributes:
        place: "header", "query" or "cookie".
        parameter: The name of the header, query parameter or cookie.
    """

    place: str
    parameter: str

    def apply(self, request: requests.PreparedRequest, key: Any, _: Exchange) -> None:
        """Add a key to a prepared request."""
        text = _text(key)
        if self.place == "query":
            request.prepare_url(str(request.url), urlencode({self.parameter: text}))
            return
        value = _printable(text, f"{self.place} {self.parameter}", without=";" if self.place == "cookie" else "")
        if self.place == "cookie":
            others: Any = request.headers.get("Cookie")
            request.headers["Cookie"] = "; ".join(filter(None, (others, f"{self.parameter}={value}")))
        else:
            request.headers[self.parameter] = value


class Basic(NamedTuple):
    """A user name and a password in the header Authorization (RFC 7617)."""

    def apply(self, request: requests.PreparedRequest, login: Any, _: Exchange) -> None:
        """Add user and password to a prepared request. If `login` is a string, it is `user:password` or its Base64."""
        text = ":".join(map(_text, login)) if isinstance(login, tuple) else _text(login)
        TokenAuth(b64encode(text.encode()).decode() if ":" in text else text, "Basic")(request)


class Bearer(NamedTuple):
    """A token in the header Authorization: a bearer token, or the token of another HTTP authentication scheme.

    Attributes:
        prefix: The text before the token.
        token_url: The URL that issues tokens for `ClientCredentials`; None if the document names none.
    """

    prefix: str = "Bearer"
    token_url: Optional[str] = None

    def apply(self, request: requests.PreparedRequest, token: Any, exchange: Exchange) -> None:
        """Add a token to a prepared request. For `ClientCredentials`, fetch it, and again if the server refuses it."""
        if not isinstance(token, ClientCredentials):
            TokenAuth(_text(token), self.prefix)(request)
            return
        text = token.token(exchange, self.token_url)
        auth = TokenAuth(text, self.prefix)
        auth(request)
        if can_resend(request):
            # Typed as Any, because types-requests has no types for it.
            untyped: Any = request
            untyped.register_hook("response", Renewal(token, exchange, self.token_url, text, auth.value()))


Scheme = Union[ApiKey, Basic, Bearer]


@define(eq=False)
class SchemeAuth(AuthBase):
    """The credentials of one request. The security scheme of each determines its place in the request."""

    found: List[Tuple[Scheme, Any]] = field(repr=False)
    exchange: Exchange = field(repr=False)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Write the credentials into the request, and return it."""
        for scheme, credential in self.found:
            if isinstance(credential, AuthBase):
                request = credential(request)
            else:
                scheme.apply(request, credential, self.exchange)
        return request


@define(eq=False)
class CredentialSet:
    """The credentials of a client.

    Attributes:
        schemes: The security schemes of the document by name.
        is_required: True if the document requires credentials for some operation. If False, the credentials are sent
            with all operations.
        credentials: The credentials by scheme.
        token: A token for any scheme; None for no token.
    """

    schemes: Mapping[str, Scheme]
    is_required: bool
    credentials: Mapping[str, Any] = field(repr=False)
    token: Optional[TokenAuth]

    def for_operation(
        self, operation: Operation, exchange: Exchange, *, has_authorization: bool = False
    ) -> Optional[AuthBase]:
        """Return the auth of an operation; None if the operation requires no credentials.

        Args:
            operation: The operation.
            exchange: Sends the form that asks for a token.
            has_authorization: True if the user passes the header Authorization as an argument of the operation.

        Raises:
            InvalidRequest: If credentials that the operation requires are missing.
        """
        options = _options(operation, has_authorization=has_authorization)
        if not self.is_required:
            options = [tuple(self.credentials)]
        for names in filter(None, options):
            if all(name in self.credentials for name in names):
                return SchemeAuth([(self.schemes[name], self.credentials[name]) for name in names], exchange)
        is_secured = any((operation.security, *operation.alternatives))
        is_done = has_authorization and () in options
        if self.token is not None and not is_done and (is_secured or not self.is_required):
            return self._token_auth(options if self.is_required else [(name,) for name in self.schemes], exchange)
        if () in options:
            return None
        wanted = ", or ".join(" and ".join(map(repr, names)) for names in options)
        message = f"{operation.name} requires credentials of {wanted}: pass credentials={{...}} to the client"
        raise InvalidRequest(message)

    def _token_auth(self, options: List[Tuple[str, ...]], exchange: Exchange) -> Optional[AuthBase]:
        """Return the auth of a token. It is in Authorization if any alternative is, or else where the first is."""
        single = [self.schemes[names[0]] for names in options if len(names) == 1 and names[0] in self.schemes]
        if self.token is None or not self.token.is_default or not single:
            return self.token
        scheme = next((found for found in single if isinstance(found, Bearer)), single[0])
        return SchemeAuth([(scheme, self.token.token)], exchange)


def credential_set(
    schemes: Mapping[str, Scheme], credentials: Mapping[str, Any], token: Optional[TokenAuth], *, is_required: bool
) -> CredentialSet:
    """Return the credentials of a client.

    Raises:
        ValueError: If a key of `credentials` is not a security scheme of the document.
    """
    for name in credentials:
        if name not in schemes:
            message = f"The document has no security scheme {name!r}: it has {', '.join(map(repr, schemes)) or 'none'}"
            raise ValueError(message)
    return CredentialSet(schemes, is_required, credentials, token)


def _options(operation: Operation, *, has_authorization: bool) -> List[Tuple[str, ...]]:
    """Return the alternatives as names of schemes. Leave out schemes without a place, such as client certificates."""
    alternatives = operation.alternatives or (operation.security,)
    given = "Authorization" if has_authorization else None
    return [tuple(each.name for each in found if each.place and each.parameter != given) for found in alternatives]


def keep_authorization(auth: Any, value: str, request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Apply an auth to a request, but keep the header Authorization, which is an argument of the operation."""
    prepared: Any = auth(request) if callable(auth) else request
    prepared.headers["Authorization"] = value
    return cast("requests.PreparedRequest", prepared)


def _text(credential: Any) -> str:
    value = credential() if callable(credential) else credential
    if not isinstance(value, str):
        message = f"A key or token must be a string, or a function that returns one, got {type(value).__name__}"
        raise InvalidRequest(message)
    return value


def _printable(value: str, place: str, *, without: str = "") -> str:
    """Return the value of a header or cookie, which must be printable ASCII.

    http.client would reject most other values, too, but with the token in its error message.
    """
    if not (value.isascii() and value.isprintable()) or (without and without in value):
        kind = f"printable ASCII without {without!r}" if without else "printable ASCII"
        message = f"The token cannot be sent in the {place}: it must be {kind}"
        raise InvalidRequest(message)
    return value


__all__ = ["ApiKey", "Basic", "Bearer", "ClientCredentials", "Login", "OAuthToken", "Token", "TokenAuth"]
