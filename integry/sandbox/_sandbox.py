"""The sandbox in Python."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, TypeVar, Union

import requests

from .._auth import checked_user_id
from .._client import Integry
from .._hints import UserID
from .._organisation import Organisation
from .._results.apps import ConnectedAccount
from .._secrets import Secret
from ._adapter import WSGIAdapter
from ._calling import Call, check_installed
from ._catalogue import Function
from ._consent import origins_of
from ._faults import Fault
from ._server import Server
from ._state import IN_PROCESS, USER, State

S = TypeVar("S", bound="Sandbox")

#: An organisation of the documentation's examples.
ORGANISATION = "0192202e-b6f3-7d23-8025-3f60675cc031"


class Sandbox:
    """Both APIs on this machine, behaving as documented. As a context manager it serves them on a real port.

    Without `start` there is no server: `client` and `session` call it in this process then.

    Args:
        app_key: The app key that requests must carry (default: "sandbox-app-key").
        app_secret: The app secret that they must be signed with (default: "sandbox-app-secret").
        token: The bearer token for organisations (default: "sandbox-organisation-token").
        db: A file for the state; it is kept in memory without one.
        port: The port; 0 for any that is free.
        host: The address to listen at. Only this machine can reach the default.
        empty: True to begin without the documentation's connected account.
        fetch: True to fetch JSON documents of custom integrations, from this machine only.
        control_token: The bearer token for `/_sandbox/` (default: "sandbox-control-token").
        allow_return: A URL or several: the consent page leads back to pages of their origins, which its parameter
            `next` names. It leads nowhere by default.

    Attributes:
        app_key: The app key.
        app_secret: The app secret.
        organisation_token: The bearer token for organisations.
        control_token: The bearer token for `/_sandbox/`.

    Raises:
        ConfigurationError: If `jsonschema` is not installed, or `allow_return` has no origin.
        StoreError: If the file cannot be used.
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
        # First of all: tracebacks show the arguments of a function.
        given = {
            "app_key": Secret(app_key),
            "app_secret": Secret(app_secret),
            "token": Secret(token),
            "control_token": Secret(control_token),
        }
        app_key = app_secret = token = control_token = None
        check_installed()
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
        """Serve on a port, in threads of its own.

        Raises:
            OSError: If the port is taken.
        """
        if self._server is None:
            self._server = Server(self.application, self._host, self._port)
        return self

    def close(self) -> None:
        """Stop serving, and close the file."""
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
        """Where the Integry API is."""
        if self._server is None:
            return IN_PROCESS
        # All addresses are no address to ask, but this machine's is among them.
        name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._server.server_name, self._server.server_name)  # noqa: S104 (it is not listened at here)
        return f"http://{f'[{name}]' if ':' in name else name}:{self._server.server_port}"

    @property
    def organisation_url(self) -> str:
        """Where the organisation-integrations API is."""
        return f"{self.url}/api/v1"

    def environment(self) -> Dict[str, str]:
        """The environment variables with which clients of this package find their way here.

        Raises:
            ValueError: If there is no server: clients in this process need `session()` too.
        """
        if self._server is None:
            message = "There is no server: start() one, or pass session=sandbox.session(), base_url=sandbox.url"
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
        """A session of requests for which the sandbox is at `url`, without a socket if it does not serve."""
        session = requests.Session()
        # Nothing of the environment applies, such as proxies.
        session.trust_env = False
        if self._server is None:
            session.mount(IN_PROCESS, WSGIAdapter(self.application))
        return session

    def client(self, user_id: Optional[UserID] = USER, **options: Any) -> Integry:
        """A client of the Integry API here.

        Args:
            user_id: The user for whom requests are made.
            **options: Other arguments of `Integry`.
        """
        given = {"base_url": self.url, "allow_insecure": True, "session": self._session_for(options), **options}
        return Integry(self.app_key, self.app_secret, user_id=user_id, **given)

    def organisation(self, organisation_id: str = ORGANISATION, **options: Any) -> Organisation:
        """A client of the organisation-integrations API here.

        Args:
            organisation_id: The organisation, any UUID.
            **options: Other arguments of `Organisation`.
        """
        session = self._session_for(options)
        given = {"base_url": self.organisation_url, "allow_insecure": True, "session": session, **options}
        return Organisation(organisation_id, self.organisation_token, **given)

    def _session_for(self, options: Mapping[str, Any]) -> Optional[requests.Session]:
        """A session where one is needed: served, the client's own does."""
        return self.session() if self._server is None and "session" not in options else None

    def connect(self, app: str, *, user_id: UserID = USER, display_name: str = "") -> ConnectedAccount:
        """Connect an account of a user, as the page at the app's `login_url` does.

        Args:
            app: The name of the app.
            user_id: The user.
            display_name: What the account is called.

        Raises:
            ValueError: If there is no such app.
        """
        if app not in self._state.catalogue.apps:
            message = f"There is no app {app!r}: add it first"
            raise ValueError(message)
        record = self._state.integry.connect(checked_user_id(user_id), app, display_name)
        return ConnectedAccount.from_dict({"id": record.id, **record.value})

    @property
    def calls(self) -> List[Call]:
        """The functions that were called, the oldest first; what was refused is not among them, as documented."""
        return [Call.of(record) for record in self._state.store.find("call")]

    def add_app(self, name: str, title: str = "", **more: Any) -> None:
        """Add an app, with its function for passthrough requests.

        Args:
            name: Its name.
            title: Its title.
            **more: Further fields of it.
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
        """Add a function, or let one that is there do something else.

        Args:
            name: Its name.
            run: Called with a `Called`; gives an `Outcome`, or the output alone.
            app: The name of its app; without it the function must be known already.
            parameters: The JSON schema of its arguments.
            description: What it does.
            type: QUERY, ACTION or PASSTHROUGH.

        Raises:
            ValueError: If the function or its app is not known.
        """
        if app is None and name not in self._state.catalogue.functions:
            message = f"There is no function {name!r}: say the app of a new one with app="
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
        """Let the next requests go wrong. Several such orders are followed one after the other.

        Args:
            status: The HTTP status to answer; nothing else is done then.
            body: The body to answer with it: text is HTML, bytes are sent as they are, all else as JSON.
            kind: `reset` (before the answer), `reset_amid` (the body), `truncated`, `invalid_json`, `drip`,
                `repeated_cursor` or `empty_last_page`.
            times: How many requests are meant; of faults of cursors, how many answers are changed.
            path: Only those whose path contains this.
            retry_after: The header Retry-After: seconds, or a date.
            delay: Seconds to wait first.

        Raises:
            ValueError: If an argument has a wrong value.
        """
        fault = Fault.of(status, body, retry_after, kind=kind, times=times, path=path, delay=delay)
        self._state.faults.add(fault)

    def reset(self) -> None:
        """Forget all that happened: state, calls, faults. Apps and functions that were added stay."""
        self._state.reset()
