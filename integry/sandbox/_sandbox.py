"""The class `Sandbox`, which tests and the command use to run a sandbox."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, TypeVar, Union

import requests

from .._auth import checked_user_id
from .._client import Integry
from .._hints import UserID
from .._organisation import Organisation
from .._results.apps import ConnectedAccount
from .._secrets import Secret
from .._settings import check_secrets
from ._adapter import WSGIAdapter
from ._calling import Call, check_installed
from ._catalogue import Function
from ._consent import origins_of
from ._faults import Fault
from ._server import Server
from ._state import IN_PROCESS, USER, State

S = TypeVar("S", bound="Sandbox")

#: The organisation of the documentation's examples.
ORGANISATION = "0192202e-b6f3-7d23-8025-3f60675cc031"


class Sandbox:
    """A local emulation of both APIs. As a context manager, a sandbox serves them on a real port.

    Before `start`, and without a context manager, there is no server: `client` and `session` call the sandbox within
    the process.

    Example:
        ```python
        from integry.sandbox import Sandbox

        with Sandbox() as sandbox:
            sandbox.connect("slack", user_id="123456")
            integry = sandbox.client(user_id="123456")
            integry.functions.call("slack-post-message", {"channel": "random", "text": "Hi"})
            assert sandbox.calls[-1].function == "slack-post-message"
        ```

    Args:
        app_key: The app key that requests must carry (default: "sandbox-app-key").
        app_secret: The app secret that requests must be signed with (default: "sandbox-app-secret").
        token: The bearer token for organisations (default: "sandbox-organisation-token").
        db: The path of an SQLite file for the state (default: in memory).
        port: The port; 0 for any free one.
        host: The address to listen on. Only this machine can reach the default.
        empty: True to start without the documentation's connected account.
        fetch: True to fetch JSON documents of custom integrations, from loopback addresses only.
        control_token: The bearer token for `/_sandbox/` (default: "sandbox-control-token").
        allow_return: One or several URLs of your application. After an account is connected, the page where users
            connect accounts redirects to the URL in its parameter `next`, if its origin is allowed (default: none is).

    Attributes:
        app_key: The app key.
        app_secret: The app secret.
        organisation_token: The bearer token for organisations.
        control_token: The bearer token for `/_sandbox/`.

    Raises:
        ConfigurationError: If `jsonschema` is not installed, `allow_return` is not an absolute http URL, or a
            credential cannot be sent in a header.
        StoreError: If `db` cannot be opened, or belongs to another program.
    """

    def __init__(
        self,
        app_key: Optional[str] = None,
        app_secret: Optional[str] = None,
        token: Optional[str] = None,
        db: Optional[str] = None,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        empty: bool = False,
        fetch: bool = False,
        control_token: Optional[str] = None,
        allow_return: Union[str, Sequence[str]] = (),
    ) -> None:
        # Wrap the secrets first: error reporters show the arguments of the functions in a traceback.
        given = {
            "app_key": Secret(app_key),
            "app_secret": Secret(app_secret),
            "token": Secret(token),
            "control_token": Secret(control_token),
        }
        app_key = app_secret = token = control_token = None
        check_installed()
        check_secrets("Sandbox", {name: value for name, value in given.items() if value})
        returns = origins_of([allow_return] if isinstance(allow_return, str) else allow_return)
        self._host, self._port = host, port
        self._state = State(db, given, empty=empty, fetch=fetch, returns=returns)
        self.application = self._state.application
        credentials = self._state.credentials
        self.app_key, self.app_secret = credentials["app_key"], credentials["app_secret"]
        self.organisation_token, self.control_token = credentials["token"], credentials["control_token"]
        self._server: Optional[Server] = None

    def __repr__(self) -> str:
        return f"Sandbox(url={self.url!r})"

    def start(self: S) -> S:
        """Start to serve on the port, in background threads.

        Returns:
            The sandbox itself.

        Raises:
            OSError: If the port is taken.
        """
        if self._server is None:
            self._server = Server(self.application, self._host, self._port)
        return self

    def close(self) -> None:
        """Stop the server, and close the database."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self._state.store.close()

    def __enter__(self: S) -> S:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The base URL of the Integry API."""
        if self._server is None:
            return IN_PROCESS
        # Not every platform can connect to a wildcard address, 0.0.0.0 or ::, so return the loopback address instead.
        name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._server.server_name, self._server.server_name)  # noqa: S104 (nothing listens here)
        return f"http://{f'[{name}]' if ':' in name else name}:{self._server.server_port}"

    @property
    def organisation_url(self) -> str:
        """The base URL of the organisation-integrations API."""
        return f"{self.url}/api/v1"

    def environment(self) -> Dict[str, str]:
        """Return the environment variables that make clients of this package use the sandbox.

        Raises:
            ValueError: If the server is not started: clients would need `session()` too.
        """
        if self._server is None:
            message = "The sandbox has no server: call start(), or pass session=sandbox.session(), base_url=sandbox.url"
            raise ValueError(message)
        return {
            "INTEGRY_BASE_URL": self.url,
            "INTEGRY_APP_KEY": self.app_key,
            "INTEGRY_APP_SECRET": self.app_secret,
            "INTEGRY_USER_ID": USER,
            "INTEGRY_ORGANISATION_BASE_URL": self.organisation_url,
            "INTEGRY_ORGANISATION_TOKEN": self.organisation_token,
            "INTEGRY_SANDBOX_TOKEN": self.control_token,
        }

    def session(self) -> requests.Session:
        """Return a requests session that reaches the sandbox at `url`, without a socket if there is no server."""
        session = requests.Session()
        # Ignore proxies and other settings in the environment.
        session.trust_env = False
        if self._server is None:
            session.mount(IN_PROCESS, WSGIAdapter(self.application))
        return session

    def client(self, user_id: Optional[UserID] = USER, **options: Any) -> Integry:
        """Return a client of the sandbox's Integry API.

        Args:
            user_id: The user that requests are signed for.
            **options: Other arguments of `Integry`.
        """
        given = {"base_url": self.url, "allow_insecure": True, "session": self._session_for(options), **options}
        return Integry(self.app_key, self.app_secret, user_id=user_id, **given)

    def organisation(self, organisation_id: str = ORGANISATION, **options: Any) -> Organisation:
        """Return a client of the sandbox's organisation-integrations API.

        Args:
            organisation_id: The organisation, any UUID.
            **options: Other arguments of `Organisation`.
        """
        session = self._session_for(options)
        given = {"base_url": self.organisation_url, "allow_insecure": True, "session": session, **options}
        return Organisation(organisation_id, self.organisation_token, **given)

    def _session_for(self, options: Mapping[str, Any]) -> Optional[requests.Session]:
        """Return a session for a client; None if the sandbox has a server, or if the caller passed a session."""
        return self.session() if self._server is None and "session" not in options else None

    def connect(self, app: str, *, user_id: UserID = USER, display_name: str = "") -> ConnectedAccount:
        """Connect an account of a user, as the consent page at the app's `login_url` does.

        Args:
            app: The name of the app.
            user_id: The user.
            display_name: The name of the account (default: made from user and app).

        Returns:
            The new account.

        Raises:
            ValueError: If the app does not exist.
        """
        if app not in self._state.catalogue.apps:
            message = f"The app {app!r} does not exist: add it with add_app()"
            raise ValueError(message)
        record = self._state.integry.connect(checked_user_id(user_id), app, display_name)
        return ConnectedAccount.from_dict({"id": record.id, **record.value})

    @property
    def calls(self) -> List[Call]:
        """The function calls so far, the oldest first, without calls that were refused."""
        return [Call.of(record) for record in self._state.store.find("call")]

    def add_app(self, name: str, title: str = "", **more: Any) -> None:
        """Add an app, with its function for passthrough requests.

        Args:
            name: The name of the app.
            title: The title of the app (default: made from the name).
            **more: Further fields of the app, such as `icon_url`.
        """
        self._state.catalogue.add_app(name, title, **more)

    def add_function(
        self,
        name: str,
        run: Callable[..., Any],
        *,
        app: Optional[str] = None,
        parameters: Optional[Dict[str, Any]] = None,
        description: str = "",
        type: str = "ACTION",  # noqa: A002 (the API's word)
    ) -> None:
        """Add a function, or replace the behaviour of an existing one.

        Args:
            name: The name of the function.
            run: A function that is called with an `Invocation`, and returns a `Result` or the output alone.
            app: The name of the app; required for a new function.
            parameters: The JSON schema of the arguments (default: any object).
            description: The description of the function.
            type: QUERY, ACTION or PASSTHROUGH.

        Raises:
            ValueError: If the app does not exist, the function does not and `app` is missing, or `parameters` is not a
                valid JSON schema.
        """
        if app is None and name not in self._state.catalogue.functions:
            message = f"The function {name!r} does not exist: pass app= to add a new one"
            raise ValueError(message)
        if app is None:
            self._state.catalogue.replace(name, run)
        else:
            schema = {"type": "object", "properties": {}, "required": []} if parameters is None else parameters
            self._state.catalogue.add(Function(name, app, type, description, schema, run))

    def fail(
        self,
        status: Optional[int] = None,
        body: Any = None,
        *,
        kind: str = "",
        times: int = 1,
        path: str = "",
        retry_after: Union[str, int, None] = None,
        delay: float = 0.0,
    ) -> None:
        """Inject a fault into the next requests. Several faults take effect one after the other.

        Args:
            status: The HTTP status to respond with; the request is not processed then.
            body: The body to send with `status`: text as HTML, bytes unchanged, all else as JSON.
            kind: `reset` (before the response), `reset_mid_body` (in the middle of the body), `truncated`,
                `invalid_json`, `drip`, `repeated_cursor` or `empty_last_page`.
            times: Number of requests that fail; for the last two kinds, number of responses that are changed.
            path: A part of the path; requests to other paths do not fail.
            retry_after: The header Retry-After: seconds, or a date.
            delay: Seconds to wait before the response.

        Raises:
            ValueError: If an argument has a wrong value.
        """
        self._state.faults.add(Fault.of(status, body, retry_after, kind=kind, times=times, path=path, delay=delay))

    def reset(self) -> None:
        """Delete all state, calls and faults. Apps and functions that were added stay."""
        self._state.reset()
