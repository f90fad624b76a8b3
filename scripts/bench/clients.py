"""The measured clients. Each performs the same operations in the way that its documentation recommends.

General HTTP clients send precomputed signature headers, and decode JSON without models. A client's library is imported
when the client is created, so that the libraries of other clients do not count in its memory.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from importlib import import_module
from typing import Any, Callable, Dict

from .bodies import ARGUMENTS, FUNCTION, USER, VARIABLES

KEY, SECRET = "app-key", "app-secret"
#: The CA file of the server's certificate, for clients that are measured over TLS.
CA = os.environ.get("BENCH_CA", "")

PATHS = {
    "call": f"/functions/{FUNCTION}/call/",
    "get": f"/functions/{FUNCTION}/get/",
    "functions": "/functions/list/",
    "apps": "/apps/list/",
}
BODIES: Dict[str, Any] = {"call": {**ARGUMENTS, "_variables": VARIABLES}}


class Skipped(Exception):  # noqa: N818 (not an error: the client is skipped)
    """A client cannot be measured. The message is the reason."""


def signature() -> Dict[str, str]:
    """Return the headers that sign a request."""
    digest = hmac.new(SECRET.encode(), USER.encode(), hashlib.sha256).hexdigest()
    return {"App-Key": KEY, "User-ID": USER, "Hash": digest}


class Client:
    """Base class of the clients.

    Attributes:
        url: The URL of the server.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def operation(self, kind: str) -> Callable[[], Any]:
        """Return a function that performs one operation: `call`, `get`, `functions` or `apps`."""
        post, url, body, headers = self.poster(), self.url + PATHS[kind], BODIES.get(kind, {}), signature()
        return lambda: post(url, body, headers)

    def poster(self) -> Callable[[str, Any, Dict[str, str]], Any]:
        """Return a function that posts a JSON body, and returns the decoded response."""
        raise NotImplementedError  # only needed by clients that do not override `operation`

    def repeat(self, kind: str, count: int) -> None:
        """Perform an operation repeatedly."""
        operation = self.operation(kind)
        for _ in range(count):
            operation()

    def walk(self, total: int) -> int:
        """Iterate over a long listing of functions, page by page, and return the number of functions."""
        post, headers, seen = self.poster(), signature(), 0
        body: Dict[str, str] = {}
        while True:
            page = post(f"{self.url}/functions/list/?app={total}", body, headers)
            seen += sum(1 for function in page["functions"] if function["name"])
            if page["_cursor"] is None:
                return seen
            body = {"_cursor": page["_cursor"]}


class RequestsSession(Client):
    """A session of requests, used as its documentation says. Other clients are compared to this client."""

    library = "requests"

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.session = import_module(self.library).Session()
        if CA and url.startswith("https"):
            self.session.verify = CA

    def poster(self) -> Callable[[str, Any, Dict[str, str]], Any]:
        """Return a function with the code that a user of the library would write."""
        session = self.session
        return lambda url, body, headers: session.post(url, json=body, headers=headers).json()


class Niquests(RequestsSession):
    """A fork of requests."""

    library = "niquests"


class RequestsPost(Client):
    """`requests.post`, which opens a new connection for each call."""

    def poster(self) -> Callable[[str, Any, Dict[str, str]], Any]:
        """Return a function with the code that a user of the library would write."""
        import requests

        return lambda url, body, headers: requests.post(url, json=body, headers=headers).json()  # noqa: S113 (users write it without a timeout)


class Urllib3(Client):
    """A pool manager of urllib3."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        import urllib3

        self.pool = urllib3.PoolManager()

    def poster(self) -> Callable[[str, Any, Dict[str, str]], Any]:
        """Return a function with the code that a user of urllib3 would write. Its `json=` needs urllib3 2."""
        pool = self.pool

        def post(url: str, body: Any, headers: Dict[str, str]) -> Any:
            sent = {"Content-Type": "application/json", **headers}
            return json.loads(pool.request("POST", url, body=json.dumps(body), headers=sent).data)

        return post


class Httpx(Client):
    """A client of httpx."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        import ssl

        import httpx

        self.client = httpx.Client(verify=ssl.create_default_context(cafile=CA) if CA else True)

    def poster(self) -> Callable[[str, Any, Dict[str, str]], Any]:
        """Return a function with the code that a user of the library would write."""
        client = self.client
        return lambda url, body, headers: client.post(url, json=body, headers=headers).json()


class Stock(Client):
    """The client that openapi-python-client generates from openapi.yaml with its own templates, on httpx."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.client = import_module("stock.client").Client(base_url=url, headers=signature())

    def operation(self, kind: str) -> Callable[[], Any]:
        """Return a function that performs one operation, with models for both request and response."""
        models = import_module("stock.models")
        module, body, path = {
            "call": ("functions.call_function", models.CallRequest, (FUNCTION,)),
            "get": ("functions.get_function", models.GetFunctionRequest, (FUNCTION,)),
            "functions": ("functions.list_functions", models.PageRequest, ()),
            "apps": ("apps.list_apps", models.PageRequest, ()),
        }[kind]
        sync, sent, client = import_module(f"stock.api.{module}").sync, BODIES.get(kind, {}), self.client
        return lambda: sync(*path, client=client, body=body.from_dict(sent))


class Ours(Client):
    """This package, with signing, retries, masking and a deadline."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.client = self.create_client(url)

    def create_client(self, url: str) -> Any:
        """Return a client with usual options."""
        from integry import Integry

        verify = CA if url.startswith("https") else None
        return Integry(KEY, SECRET, user_id=USER, base_url=url, deadline=60, verify=verify)

    def operation(self, kind: str) -> Callable[[], Any]:
        """Return a function that performs one operation."""
        client = self.client
        made: Dict[str, Callable[[], Any]] = {
            "call": lambda: client.functions.call(FUNCTION, ARGUMENTS, variables=VARIABLES),
            "get": lambda: client.functions.get(FUNCTION),
            # Look the resource up in each operation, because users write `client.functions.list()`.
            "functions": lambda: client.functions.list(USER),
            "apps": lambda: client.apps.list(USER),
        }
        return made[kind]

    def walk(self, total: int) -> int:
        """Iterate over the first page, which fetches the next pages, and return the number of functions."""
        return sum(1 for function in self.client.functions.list(app=str(total)) if function.name)


class OursWithSession(Ours):
    """This package, with a session of the user."""

    def create_client(self, url: str) -> Any:
        """Return a client with a plain session."""
        import requests

        from integry import Integry

        return Integry(KEY, SECRET, user_id=USER, base_url=url, deadline=60, session=requests.Session())


class Vendor(Client):
    """The vendor's own SDK, which is asynchronous. All operations share one event loop."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        import asyncio

        self.loop = asyncio.new_event_loop()
        self.client = import_module("integry").Integry(KEY, SECRET)
        self.client.base_url = url

    def operation(self, kind: str) -> Callable[[], Any]:
        """Return a function that returns a coroutine for one operation."""
        functions, apps = self.client.functions, self.client.apps
        made: Dict[str, Callable[[], Any]] = {
            "call": lambda: functions.call(FUNCTION, ARGUMENTS, USER, VARIABLES),
            "get": lambda: functions.get(FUNCTION, USER),
            "functions": lambda: functions.list(USER),
            "apps": lambda: apps.list(USER),
        }
        return made[kind]

    def repeat(self, kind: str, count: int) -> None:
        """Await the operations one after another."""

        async def all_of_them() -> None:
            operation = self.operation(kind)
            for _ in range(count):
                await operation()

        self.loop.run_until_complete(all_of_them())

    def walk(self, total: int) -> int:
        """Iterate over the SDK's listing, which fetches the next pages, and return the number of functions."""

        async def counted() -> int:
            seen = 0
            async for function in self.client.functions.list(USER, app=str(total)):
                seen += bool(function.name)
            return seen

        return self.loop.run_until_complete(counted())


class VendorBlocking(Vendor):
    """The vendor's SDK with its only blocking method, `call_sync`."""

    def repeat(self, kind: str, count: int) -> None:
        """Perform calls. Other operations have no blocking method."""
        if kind != "call":
            message = "only calls have a blocking method"
            raise Skipped(message)
        for _ in range(count):
            self.client.functions.call_sync(FUNCTION, ARGUMENTS, USER, VARIABLES)


CLIENTS: Dict[str, Callable[[str], Client]] = {
    "requests": RequestsSession,
    "requests.post": RequestsPost,
    "urllib3": Urllib3,
    "httpx": Httpx,
    "niquests": Niquests,
    "stock": Stock,
    "vendor": Vendor,
    "vendor-sync": VendorBlocking,
    "ours": Ours,
    "ours-session": OursWithSession,
}
