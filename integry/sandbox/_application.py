"""The WSGI application of the sandbox: pages, control interface, and the operations of both APIs with their faults."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Protocol, Sequence, Tuple, TypeVar, Union

from .._generated.operation import Operation
from .._generated.operations import OPERATIONS
from ._faults import Faults
from ._http import HTTPError, Request, Response
from ._integry import IntegryAPI
from ._journal import Journal
from ._organisation import OrganisationAPI
from ._routes import Routes

log = logging.getLogger(__package__)

A = TypeVar("A", bound=Optional[Response])

#: Response headers that allow requests from pages of other origins (CORS), for the browser SDK.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*, Authorization",
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Expose-Headers": "X-Credits, X-Session-ID",
}


class Interface(Protocol):
    """A part of the sandbox that is not one of the two APIs: the console, or the control interface."""

    def answer(self, request: Request) -> Optional[Response]:
        """Return the response; None if the request is for another interface."""
        ...


class Application:
    """The WSGI application that the sandbox's server, or the client's adapter in the same process, calls.

    Args:
        integry: The Integry API.
        organisation: The organisation-integrations API.
        interfaces: The console and the control interface. Faults do not apply to them.
        journal: The journal that refused requests are recorded in.
        faults: The faults that apply to requests of the APIs.
        operations: The operations to route to, by name.
    """

    def __init__(
        self,
        integry: IntegryAPI,
        organisation: OrganisationAPI,
        interfaces: Sequence[Interface],
        journal: Journal,
        faults: Faults,
        operations: Mapping[str, Operation] = OPERATIONS,
    ) -> None:
        self.integry, self.organisation, self.interfaces = integry, organisation, interfaces
        self.journal, self.faults, self.routes = journal, faults, Routes(operations)

    def __call__(self, environ: Dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        response = _handle_errors(self._interface_response, request)
        answer, chunks = self._with_fault(request) if response is None else (response, [response.content()])
        start_response(*answer.head())
        return chunks

    def _interface_response(self, request: Request) -> Optional[Response]:
        answers = (interface.answer(request) for interface in self.interfaces)
        return next((answer for answer in answers if answer is not None), None)

    def _with_fault(self, request: Request) -> Tuple[Response, Iterable[bytes]]:
        fault = self.faults.pop(request.path)
        if fault is None:
            answer = self.answer(request)
            return answer, [answer.content()]
        self.journal.record_fault(request, self._function_of(request), fault)
        return fault.apply(lambda: self.answer(request), request.client_timeout)

    def answer(self, request: Request) -> Response:
        """Return the response of one of the two APIs, and record a refused request in the journal."""
        answer = _handle_errors(self._api, request)
        if answer.status >= 400:
            self.journal.record_refusal(request, self._function_of(request), answer)
        answer.headers.update(_CORS)
        return answer

    def _api(self, request: Request) -> Response:
        answer = Response(204) if request.method == "OPTIONS" else self._operation(request)
        if self.faults.has_cursor_fault and answer.status == 200:
            self.faults.apply_cursor_fault(request.path, answer, request.cursor())
        return answer

    def _operation(self, request: Request) -> Response:
        if request.path.rstrip("/") == "/verify-sdk-config":
            # The first request of the browser SDK, which is not documented.
            self.integry.authenticated(request, "apps")
            return Response(body={"config_verified": True, "meta": {"app": {"name": "sandbox"}, "storage": {}}})
        operation, ids = self.routes.find(request.method, request.path)
        has_token = any(credential.parameter == "Authorization" for credential in operation.security)
        api: Union[IntegryAPI, OrganisationAPI] = self.organisation if has_token else self.integry
        if not hasattr(api, f"do_{operation.name}"):
            raise HTTPError(501, {"detail": f"The sandbox does not implement {operation.name} yet."})
        return api.answer(operation, request, ids)

    def _function_of(self, request: Request) -> str:
        """Return the name of the function that a request calls; empty if it calls no function."""
        with suppress(HTTPError):
            return self.routes.find(request.method, request.path)[1].get("function_name", "")
        return ""


def _handle_errors(answer: Callable[[Request], A], request: Request) -> Union[A, Response]:
    """Return the response of a handler to a request, or an error response if the handler fails."""
    try:
        return answer(request)
    except HTTPError as error:
        return error.response
    except Exception as error:
        # The usual cause is a function that the user added.
        log.exception("The sandbox failed at %s %s", request.method, request.path)
        return Response(500, {"detail": f"The sandbox failed: {type(error).__name__}: {error}"})
