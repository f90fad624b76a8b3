# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""OAuth 2.0 tokens by the client credentials grant (RFC 6749, section 4.4), renewed before they expire."""

import os
import re
import threading
import time
from base64 import b64encode
from typing import Any, Callable, Dict, Iterable, Mapping, NoReturn, Optional
from urllib.parse import quote_plus

import requests
from attrs import define
from requests.exceptions import UnrewindableBodyError
from requests.utils import rewind_body

from ._json import loads
from .errors import InvalidRequest, TokenError

#: A function that sends a form. Its arguments are the URL, the form and the headers.
Exchange = Callable[[str, Mapping[str, str], Mapping[str, str]], requests.Response]

#: Seconds before its expiry at which a token is renewed. For short lifetimes, a tenth of the lifetime is used.
_MARGIN = 30.0
_UNAUTHORIZED = 401
#: The pattern of error codes (RFC 6749, section 5.2). Other texts are not shown, because they could contain a secret.
_ERROR_CODE = re.compile(r"[a-z_]{1,40}")


class ClientCredentials:
    """The id and the secret of a client, exchanged for tokens at the token URL.

    A token is kept until shortly before it expires. Clients and threads that share this object share the token. When it
    is needed, one thread fetches it while the others wait.

    Args:
        client_id: The id.
        client_secret: The secret.
        token_url: The token URL (default: that of the document). A relative URL is resolved against
            the server of the operation.
        scopes: The scopes to ask for (default: those that the server chooses).
        parameters: Other fields of the form that is sent, such as `audience`.
        in_body: True to send id and secret in the form, for servers that do not read them from the header.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        token_url: Optional[str] = None,
        scopes: Iterable[str] = (),
        parameters: Optional[Mapping[str, str]] = None,
        in_body: bool = False,
    ) -> None:
        self.client_id = client_id
        self.token_url = token_url
        self._secret = client_secret
        self._form: Dict[str, str] = {"grant_type": "client_credentials", **(parameters or {})}
        scope = " ".join(scopes)
        if scope:
            self._form["scope"] = scope
        self._in_body = in_body
        self._token: Optional[str] = None
        self._expiry: Optional[float] = None
        self._process, self._lock = os.getpid(), threading.Lock()

    def __repr__(self) -> str:
        return f"ClientCredentials(client_id={self.client_id!r})"

    def __reduce__(self) -> NoReturn:
        message = "ClientCredentials cannot be pickled, as they hold a secret. Create others where they are needed."
        raise TypeError(message)

    def token(self, exchange: Exchange, token_url: Optional[str] = None) -> str:
        """Return a valid token, and fetch one if needed.

        Raises:
            errors.InvalidRequest: If there is no token URL.
            errors.TokenError: If the server issues no token.
            requests.RequestException: If no response arrives.
        """
        url = self.token_url or token_url
        if url is None:
            message = "The document names no token URL: pass token_url= to ClientCredentials"
            raise InvalidRequest(message)
        with self._locked():
            if self._token is None or (self._expiry is not None and time.monotonic() >= self._expiry):
                self._store(self._fetch(exchange, url))
            # The token is not None here, because _store() has set it.
            return str(self._token)

    def discard(self, token: str) -> None:
        """Forget a token that a server has refused, unless another thread has renewed it."""
        with self._locked():
            if self._token == token:
                self._token = None

    def _locked(self) -> Any:
        """Return the lock. A child of os.fork() gets a new lock: no thread may be left to release the old one."""
        if self._process != os.getpid():
            self._process, self._lock = os.getpid(), threading.Lock()
        return self._lock

    def _fetch(self, exchange: Exchange, url: str) -> Mapping[str, Any]:
        form, headers = dict(self._form), {"Accept": "application/json"}
        if self._in_body:
            form.update(client_id=self.client_id, client_secret=self._secret)
        else:
            login = f"{quote_plus(self.client_id)}:{quote_plus(self._secret)}"
            headers["Authorization"] = f"Basic {b64encode(login.encode()).decode()}"
        response = exchange(url, form, headers)
        try:
            body = loads(response.content)
        except (ValueError, RecursionError):
            body = None
        answer: Dict[str, Any] = body if isinstance(body, dict) else {}
        if not response.ok or not isinstance(answer.get("access_token"), str) or not answer["access_token"]:
            code = str(answer.get("error"))
            shown = code if _ERROR_CODE.fullmatch(code) else None
            raise TokenError(response.url.partition("?")[0], response.status_code, shown)
        return answer

    def _store(self, answer: Mapping[str, Any]) -> None:
        self._token = answer["access_token"]
        try:
            seconds = float(answer["expires_in"])
        except (KeyError, TypeError, ValueError):
            # If the response has no lifetime, keep the token until a server refuses it.
            self._expiry = None
        else:
            self._expiry = time.monotonic() + seconds - min(_MARGIN, seconds / 10)


def can_resend(request: requests.PreparedRequest) -> bool:
    """Return True if the body of a request can be sent twice."""
    body: Any = request.body
    return body is None or isinstance(body, (bytes, str)) or isinstance(_position(request), int)


@define(eq=False, repr=False)
class Renewal:
    """A response hook of requests. If the server refused the token, it sends the request again with a new token.

    Attributes:
        credentials: The credentials that the token was fetched with.
        exchange: Sends the form that asks for a token.
        token_url: The token URL of the document.
        token: The token that was sent.
        sent: The header Authorization that was sent.
    """

    credentials: ClientCredentials
    exchange: Exchange
    token_url: Optional[str]
    token: str
    sent: str

    def __call__(self, response: requests.Response, **settings: Any) -> requests.Response:
        """Return the response to the repeated request, or `response` if the request is not repeated.

        Args:
            response: The response.
            settings: The arguments that requests passed to the transport adapter.
        """
        # requests removes the header in a redirect to another server, which must not get a new token.
        if response.status_code != _UNAUTHORIZED or response.request.headers.get("Authorization") != self.sent:
            return response
        request = response.request.copy()
        if isinstance(_position(request), int):
            try:
                rewind_body(request)
            except UnrewindableBodyError:
                return response
        response.close()
        self.credentials.discard(self.token)
        token = self.credentials.token(self.exchange, self.token_url)
        request.headers["Authorization"] = f"{self.sent.partition(' ')[0]} {token}"
        # Typed as Any, because types-requests has no attribute `connection`.
        received: Any = response
        again: requests.Response = received.connection.send(request, **settings)
        return again


def _position(request: requests.PreparedRequest) -> Any:
    """Return the current position of a file that is the body of a request; None for other bodies."""
    return getattr(request, "_body_position", None)


__all__ = ["ClientCredentials", "Exchange", "Renewal", "can_resend"]
