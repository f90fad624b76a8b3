"""Authentication: HMAC signatures and bearer tokens, as AuthBase classes of requests."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache, partial
from typing import Any, Optional, Tuple, Union
from urllib.parse import urljoin, urlsplit

from requests import PreparedRequest, Response
from requests.auth import AuthBase

from . import _settings
from ._arguments import is_id, plain_text
from ._hints import UserID
from ._secrets import Secret, SecretText, mask_signed_urls
from .errors import InvalidRequest

#: Number of users whose hashes are cached.
CACHED_USERS = 1024
#: The headers that sign a request.
SIGNATURE_HEADERS = ("App-Key", "User-ID", "Hash")


def sign(app_secret: SecretText, user_id: Union[UserID, bytes]) -> str:
    """Return the hash that authenticates requests for a user.

    Example:
        ```python
        from integry import sign

        headers = {"User-ID": "123456", "Hash": sign("app secret", "123456")}
        ```

    Args:
        app_secret: The app secret: a str, which is encoded as UTF-8, bytes, or an object with a method
            `get_secret_value`, such as pydantic's SecretStr.
        user_id: The user's id in your app. An int or a UUID is converted to a string.

    Returns:
        The HMAC-SHA256 of the user's id, keyed with the app secret, as 64 lower-case hexadecimal digits.

    Raises:
        InvalidRequest: If an argument has another type, is empty, or cannot be encoded as UTF-8.
    """
    # Hide the secret first: error reporters such as Sentry show the arguments of functions in tracebacks.
    secret = Secret(app_secret)
    app_secret = ""
    text = user_id if isinstance(user_id, bytes) else _encode(_user_text(user_id))
    key = _key(secret)
    if not key or not text:
        del key
        message = (
            "app_secret and user_id must be strings that UTF-8 can encode, and not empty: a hash for an empty id would "
            "be valid for every anonymous visitor. An int as user_id must have no more digits than Python converts."
        )
        raise InvalidRequest(message)
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def _key(secret: Secret) -> Optional[bytes]:
    """Return an app secret as bytes, or None if it cannot be encoded.

    Raises:
        InvalidRequest: If the secret has another type.
    """
    value: Any = secret.get_secret_value()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if secret.type_error():
        del value
        message = f"app_secret {secret.type_error()}"
        raise InvalidRequest(message)
    return _encode(value)


def _encode(text: Optional[str]) -> Optional[bytes]:
    """Return a string as UTF-8, or None if it cannot be encoded.

    The UnicodeEncodeError is not raised, because it would show the string, which may be a secret.
    """
    try:
        return None if text is None else text.encode()
    except ValueError:
        return None


def _user_text(user_id: Any) -> Optional[str]:
    """Return a user's id as a string, or None if it is an int that is too long to convert.

    Raises:
        InvalidRequest: If the id is None, or neither a str, an int nor a UUID.
    """
    if user_id is None:
        message = "user_id is None. Anonymous users have no id, and requests cannot be signed for them."
        raise InvalidRequest(message)
    if not is_id(user_id):
        message = f"user_id must be a str, an int or a UUID, got {type(user_id).__name__}"
        raise InvalidRequest(message)
    try:
        return plain_text(user_id)
    except ValueError:
        return None


class Signer:
    """The credentials of an app, which sign requests for its users."""

    def __init__(self, app_key: Secret, app_secret: Secret) -> None:
        self._app_key = app_key
        self.sign = lru_cache(CACHED_USERS)(partial(sign, app_secret))

    @property
    def app_key(self) -> str:
        """The app key, from a Secret. Error reporters would show a plain attribute, but do not evaluate properties."""
        return self._app_key.get_secret_value()

    def credentials(self, user_id: str) -> Tuple[str, str, str]:
        """Return the values of `SIGNATURE_HEADERS` for a user."""
        return self.app_key, user_id, self.sign(user_id)


def checked_user_id(user_id: UserID) -> str:
    """Return a user's id as a string, after a check that it can be sent in a header.

    Raises:
        InvalidRequest: If the id cannot be sent in a header unchanged. The server would get another id than was signed.
    """
    text = _user_text(user_id)
    if text is None:
        message = "user_id cannot be converted to a string: it has more digits than Python converts"
        raise InvalidRequest(message)
    if not text or text != text.strip() or not (text.isascii() and text.isprintable()):
        message = (
            f"user_id {text!r} cannot be sent in a header: it must be printable ASCII, not empty, and without spaces "
            "at its ends. Use another id of the user, such as a number or a UUID."
        )
        raise InvalidRequest(message)
    return text


class HeaderSignature(AuthBase):
    """A signature in the headers App-Key, User-ID and Hash.

    Attributes:
        user_id: The user's id.
    """

    def __init__(self, signer: Signer, user_id: str) -> None:
        self._signer, self.user_id = signer, user_id

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        # Set the items one by one: CaseInsensitiveDict.update() is three times slower.
        for name, value in zip(SIGNATURE_HEADERS, self._signer.credentials(self.user_id)):
            request.headers[name] = value
        return request


class IntegryAuth(HeaderSignature):
    """Authentication for plain `requests`: it signs requests to the Integry API for a user.

    The credentials are removed before a redirect to another server is followed.

    Example:
        ```python
        import requests

        from integry import IntegryAuth

        session = requests.Session()
        session.auth = IntegryAuth("app key", "app secret", user_id="123456")
        ```

    Args:
        app_key: The app key.
        app_secret: The app secret. It signs requests, and is never sent.
        user_id: The user's id in your app. An int or a UUID is sent as a string.

    Raises:
        ConfigurationError: If the app key or the app secret is not a string, or cannot be sent in a header.
        InvalidRequest: If the user's id cannot be sent in a header.
    """

    def __init__(self, app_key: SecretText, app_secret: SecretText, user_id: UserID) -> None:
        key, secret = Secret(app_key), Secret(app_secret)
        # Clear the arguments: error reporters show the arguments of functions in tracebacks.
        app_key = app_secret = ""
        _settings.check_secrets("IntegryAuth", {"app_key": key, "app_secret": secret})
        super().__init__(Signer(key, secret), checked_user_id(user_id))

    def __repr__(self) -> str:
        # Use getattr(): error reporters call repr() even if the constructor failed before it set user_id.
        return f"IntegryAuth(user_id={getattr(self, 'user_id', None)!r})"

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.hooks["response"].append(_strip_on_cross_origin_redirect)
        return super().__call__(request)


def _strip_on_cross_origin_redirect(response: Response, **_: Any) -> None:
    """Remove the credentials before a redirect to another server. requests itself removes only Authorization."""
    request, target = response.request, response.headers.get("location", "")
    if response.is_redirect and urlsplit(urljoin(str(request.url), target))[:2] != urlsplit(str(request.url))[:2]:
        for name in SIGNATURE_HEADERS:
            request.headers.pop(name, None)


class QuerySignature(HeaderSignature):
    """A signature in the query parameters app_key, user_id and hash, as Integry's browser SDK sends it."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        mask_signed_urls()
        names = (name.lower().replace("-", "_") for name in SIGNATURE_HEADERS)
        request.prepare_url(str(request.url), dict(zip(names, self._signer.credentials(self.user_id))))
        return request


class BearerToken(AuthBase):
    """A bearer token in the header Authorization. Without an AuthBase, requests could replace it from .netrc."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        return request
