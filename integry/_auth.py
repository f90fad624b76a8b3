"""Who sends a request: a signature for a user, or a bearer token."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache, partial
from typing import Dict, Union

from requests import PreparedRequest
from requests.auth import AuthBase

from .errors import InvalidRequest

#: So many users' signatures are kept.
CACHED_USERS = 1024


def sign(app_secret: Union[str, bytes], user_id: Union[str, int, bytes]) -> str:
    """The hash that authenticates requests for a user.

    Args:
        app_secret: The app secret. Text is taken as UTF-8.
        user_id: The user's id in your app. An int is taken as its text.

    Returns:
        The HMAC-SHA256 of the user's id, keyed with the app secret, as 64 lower-case hex digits.
    """
    return hmac.new(_bytes(app_secret), _bytes(user_id), hashlib.sha256).hexdigest()


def _bytes(value: Union[str, int, bytes]) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


class Signer:
    """Signs for any user of an app; knows the secret and does not show it."""

    def __init__(self, app_key: str, app_secret: str) -> None:
        self._app_key = app_key
        self._hash = lru_cache(CACHED_USERS)(partial(sign, app_secret))
        self.secrets = (app_secret, app_key)

    def credentials(self, user_id: str) -> Dict[str, str]:
        """The three values that sign a request for a user, by header."""
        return {"App-Key": self._app_key, "User-ID": user_id, "Hash": self._hash(user_id)}


def checked_user_id(user_id: Union[str, int]) -> str:
    """A user's id as text.

    Raises:
        InvalidRequest: If no header can carry it as it is: the server would see another id than was signed.
    """
    text = str(user_id)
    if (
        not isinstance(user_id, (str, int))
        or not text
        or text != text.strip()
        or not (text.isascii() and text.isprintable())
    ):
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
        request.headers.update(self._signer.credentials(self._user_id))
        return request


class QuerySignature(HeaderSignature):
    """Sign with the query parameters app_key, user_id and hash, as the browser SDK does."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        credentials = self._signer.credentials(self._user_id)
        query = {name.lower().replace("-", "_"): value for name, value in credentials.items()}
        request.prepare_url(request.url, query)
        return request


class BearerToken(AuthBase):
    """Authenticate with a token. As an AuthBase it stands above what a .netrc file says."""

    def __init__(self, token: str) -> None:
        self.secrets = (token,)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.secrets[0]}"
        return request
