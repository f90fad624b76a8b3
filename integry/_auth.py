"""Who sends a request: a signature for a user, or a bearer token."""

from __future__ import annotations

import hashlib
import hmac
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple, Union
from urllib.parse import urljoin, urlsplit

from requests import PreparedRequest, Response
from requests.auth import AuthBase

from . import _settings
from ._secretly import secretly
from .errors import InvalidRequest

if TYPE_CHECKING:
    from uuid import UUID

#: The id of a user: text, or what is taken as its text.
UserID = Union[str, int, "UUID"]
#: So many users' signatures are kept.
CACHED_USERS = 1024


@secretly
def sign(app_secret: Union[str, bytes], user_id: Union[UserID, bytes]) -> str:
    """The hash that authenticates requests for a user.

    Args:
        app_secret: The app secret. Text is taken as UTF-8.
        user_id: The user's id in your app. An int or a UUID is taken as its text.

    Returns:
        The HMAC-SHA256 of the user's id, keyed with the app secret, as 64 lower-case hex digits.

    Raises:
        InvalidRequest: If one of them is no text that can be written as UTF-8.
    """
    key, message = _bytes(app_secret), _bytes(user_id)
    if key is None or message is None:
        # Not from what Python raised: that has the whole text.
        refusal = "What is signed and the secret must be text that UTF-8 can write, and no int without end"
        raise InvalidRequest(refusal)
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def _bytes(value: Union[UserID, bytes]) -> Optional[bytes]:
    try:
        return value if isinstance(value, bytes) else str(value).encode()
    except ValueError:
        return None


class Signer:
    """Signs for any user of an app; knows the secret and does not show it."""

    def __init__(self, app_key: str, app_secret: str) -> None:
        # Functions, which show nothing of what they know.
        self._app_key: Callable[[], str] = lambda: app_key
        self._hash = lru_cache(CACHED_USERS)(lambda user_id: sign(app_secret, user_id))

    def __reduce__(self) -> Any:
        message = "What signs requests cannot be pickled: it knows the app secret"
        raise TypeError(message)

    def credentials(self, user_id: str) -> Dict[str, str]:
        """The three values that sign a request for a user, by header."""
        return {"App-Key": self._app_key(), "User-ID": user_id, "Hash": self._hash(user_id)}


def _uuids() -> Tuple[type, ...]:
    """The class UUID, if anybody imported it: nobody has one else."""
    return (sys.modules["uuid"].UUID,) if "uuid" in sys.modules else ()


def checked_user_id(user_id: UserID) -> str:
    """A user's id as text.

    Raises:
        InvalidRequest: If no header can carry it as it is: the server would see another id than was signed.
    """
    if not isinstance(user_id, (str, int, *_uuids())) or isinstance(user_id, bool):
        message = f"A user_id must be a str, an int or a UUID, got {type(user_id).__name__}"
        raise InvalidRequest(message)
    try:
        text = str(user_id)
    except ValueError as error:
        message = f"The user_id cannot be written: {error}"
        raise InvalidRequest(message) from error
    if not text or text != text.strip() or not (text.isascii() and text.isprintable()):
        message = (
            f"The user_id {text!r} cannot travel in a header: it must be printable ASCII, not empty, and without "
            "spaces at its ends. Use another id of the user, for example a number or a UUID."
        )
        raise InvalidRequest(message)
    return text


class HeaderSignature(AuthBase):
    """Sign with the headers App-Key, User-ID and Hash."""

    def __init__(self, signer: Signer, user_id: str) -> None:
        self._signer, self._user_id = signer, user_id

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        # One by one: the update of such headers takes three times as long.
        for name, value in self._signer.credentials(self._user_id).items():
            request.headers[name] = value
        return request


class IntegryAuth(HeaderSignature):
    """Signs the requests of any client on requests, for a user: `requests.post(url, auth=IntegryAuth(...))`.

    Args:
        app_key: The app key.
        app_secret: The app secret. It signs, and is never sent.
        user_id: The user's id in your app. An int or a UUID is taken as its text. Redirects to another server go
            without the credentials.

    Raises:
        ConfigurationError: If no header can carry the app key.
        InvalidRequest: If no header can carry the user's id as it is.
    """

    @secretly
    def __init__(self, app_key: str, app_secret: str, user_id: UserID) -> None:
        _settings.check_secrets("IntegryAuth", {"app_key": app_key})
        super().__init__(Signer(app_key, app_secret), checked_user_id(user_id))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.hooks["response"].append(_keep_at_home)
        return super().__call__(request)


def _keep_at_home(response: Response, **_: Any) -> None:
    """Take the credentials off before a redirect to another server is followed: requests does so for its own only."""
    request, target = response.request, response.headers.get("location", "")
    if response.is_redirect and urlsplit(urljoin(str(request.url), target))[:2] != urlsplit(str(request.url))[:2]:
        for name in ("App-Key", "User-ID", "Hash"):
            request.headers.pop(name, None)


class QuerySignature(HeaderSignature):
    """Sign with the query parameters app_key, user_id and hash, as the browser SDK does."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        from ._secrets import mask_signed_urls

        mask_signed_urls()
        credentials = self._signer.credentials(self._user_id)
        query = {name.lower().replace("-", "_"): value for name, value in credentials.items()}
        request.prepare_url(str(request.url), query)
        return request


class BearerToken(AuthBase):
    """Authenticate with a token. As an AuthBase it stands above what a .netrc file says."""

    def __init__(self, token: str) -> None:
        # A function, which shows nothing of it.
        self._header: Callable[[], str] = lambda: f"Bearer {token}"

    def __reduce__(self) -> Any:
        message = "What authenticates requests cannot be pickled: it knows the token"
        raise TypeError(message)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._header()
        return request
