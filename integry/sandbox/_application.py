"""The WSGI application of the sandbox: finds the operation, checks who asks, lets go wrong what shall."""

from __future__ import annotations

import logging
from typing import Any, Callable, Dict, Iterable, Mapping, Union

from .._generated.operation import Operation
from .._generated.operations import OPERATIONS
from ._console import Console
from ._faults import Faults
from ._http import Answer, Refused, Request
from ._integry import IntegryAPI
from ._organisation import OrganisationAPI
from ._routes import Routes

log = logging.getLogger(__package__)

#: The browser SDK asks from pages of other origins.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*, Authorization",
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Expose-Headers": "X-Credits, X-Session-ID",
}


class Application:
    """Answers requests.

    Args:
        integry: The Integry API.
        organisation: The organisation-integrations API.
        console: The pages for people.
        operations: The operations to route by, by name.
    """

    def __init__(
        self,
        integry: IntegryAPI,
        organisation: OrganisationAPI,
        console: Console,
        operations: Mapping[str, Operation] = OPERATIONS,
    ) -> None:
        self.integry, self.organisation, self.console = integry, organisation, console
        self.routes, self.faults = Routes(operations), Faults()

    def __call__(self, environ: Dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        fault = self.faults.take(request.path)
        if fault is None:
            answer = self.answer(request)
            chunks: Iterable[bytes] = [answer.content()]
        else:
            answer, chunks = fault.answered(lambda: self.answer(request), request.patience)
        start_response(*answer.head())
        return chunks

    def answer(self, request: Request) -> Answer:
        """The answer to a request."""
        try:
            found = self.console.answer(request)
            if found is not None:
                return found
            answer = Answer(204) if request.method == "OPTIONS" else self._operation(request)
            if self.faults.concern_cursors and answer.status == 200:
                self.faults.turn(request.path, answer, request.cursor())
        except Refused as error:
            answer = error.answer
        except Exception as error:
            # Of a function that was replaced, mostly.
            log.exception("The sandbox failed at %s %s", request.method, request.path)
            answer = Answer(500, {"detail": f"The sandbox failed: {type(error).__name__}: {error}"})
        answer.headers.update(_CORS)
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
