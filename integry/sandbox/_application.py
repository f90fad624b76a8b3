"""The WSGI application of the sandbox: pages, control interface, and the operations of both APIs with their faults."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Protocol, Sequence, Tuple, TypeVar, Union

from .._generated.operation import Operation
from .._generated.operations import OPERATIONS
from ._faults import Faults
from ._http import Answer, Refused, Request
from ._integry import IntegryAPI
from ._journal import Journal
from ._organisation import OrganisationAPI
from ._routes import Routes

log = logging.getLogger(__package__)

A = TypeVar("A", bound=Optional[Answer])

#: The browser SDK asks from pages of other origins.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*, Authorization",
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Expose-Headers": "X-Credits, X-Session-ID",
}


class Interface(Protocol):
    """The pages for people, or the control interface: what is the sandbox's own, and no API."""

    def answer(self, request: Request) -> Optional[Answer]:
        """Return the answer; None if the request is for another interface."""
        ...


class Application:
    """Answers requests.

    Args:
        integry: The Integry API.
        organisation: The organisation-integrations API.
        interfaces: The pages for people, and the control interface. No fault concerns them.
        journal: Where refused requests are noted.
        faults: The faults that wait for requests of the APIs.
        operations: The operations to route by, by name.
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
        own = _guarded(self._own, request)
        answer, chunks = self._faulted(request) if own is None else (own, [own.content()])
        start_response(*answer.head())
        return chunks

    def _own(self, request: Request) -> Optional[Answer]:
        answers = (interface.answer(request) for interface in self.interfaces)
        return next((answer for answer in answers if answer is not None), None)

    def _faulted(self, request: Request) -> Tuple[Answer, Iterable[bytes]]:
        fault = self.faults.take(request.path)
        if fault is None:
            answer = self.answer(request)
            return answer, [answer.content()]
        self.journal.note_fault(request, self._function_of(request), fault)
        return fault.answered(lambda: self.answer(request), request.patience)

    def answer(self, request: Request) -> Answer:
        """Return the answer of an API."""
        answer = _guarded(self._api, request)
        if answer.status >= 400:
            self.journal.note_refusal(request, self._function_of(request), answer)
        answer.headers.update(_CORS)
        return answer

    def _api(self, request: Request) -> Answer:
        answer = Answer(204) if request.method == "OPTIONS" else self._operation(request)
        if self.faults.concern_cursors and answer.status == 200:
            self.faults.turn(request.path, answer, request.cursor())
        return answer

    def _operation(self, request: Request) -> Answer:
        if request.path.rstrip("/") == "/verify-sdk-config":
            # Not documented: what the browser SDK asks first.
            self.integry.authenticated(request, "apps")
            return Answer(body={"config_verified": True, "meta": {"app": {"name": "sandbox"}, "storage": {}}})
        operation, ids = self.routes.find(request.method, request.path)
        has_token = any(credential.parameter == "Authorization" for credential in operation.security)
        api: Union[IntegryAPI, OrganisationAPI] = self.organisation if has_token else self.integry
        if not hasattr(api, f"do_{operation.name}"):
            raise Refused(501, {"detail": f"The sandbox does not do {operation.name} yet."})
        return api.answer(operation, request, ids)

    def _function_of(self, request: Request) -> str:
        """Return the function that a request names; empty if it names none."""
        with suppress(Refused):
            return self.routes.find(request.method, request.path)[1].get("function_name", "")
        return ""


def _guarded(answer: Callable[[Request], A], request: Request) -> Union[A, Answer]:
    """Return an answer, also where a request is refused or a function of the user raises."""
    try:
        return answer(request)
    except Refused as error:
        return error.answer
    except Exception as error:
        # Mostly of a function that was replaced.
        log.exception("The sandbox failed at %s %s", request.method, request.path)
        return Answer(500, {"detail": f"The sandbox failed: {type(error).__name__}: {error}"})
