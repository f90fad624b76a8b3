"""The control interface at `/_sandbox/`, for tests in any language. Bodies are JSON.

The control interface queues faults, which are simulated failures, lists the calls and the refused requests, and resets
the sandbox.
"""

from __future__ import annotations

import hmac
from typing import Any, Callable, Dict, List, Optional

from attrs import asdict

from ._calling import Call
from ._faults import Fault, Faults
from ._guard import check_local, check_method
from ._http import HTTPError, Request, Response, parse_json
from ._journal import Journal, as_json
from ._store import Store

PREFIX = "/_sandbox"
#: Names of the fields that `POST /_sandbox/faults` takes.
_FAULT = ("status", "body", "kind", "times", "path", "retry_after", "delay")


class Control:
    """The handler of the control interface.

    Args:
        token: The bearer token that requests must have.
        store: The store that has the calls.
        journal: The journal that has the refused requests.
        faults: The queue of faults.
        reset: A function that resets the sandbox.
    """

    def __init__(self, token: str, store: Store, journal: Journal, faults: Faults, reset: Callable[[], None]) -> None:
        self._token, self._store, self._journal, self._faults = token, store, journal, faults
        self._reset = reset
        self._resources: Dict[str, Dict[str, Callable[[Request], Response]]] = {
            "faults": {"GET": self._list_faults, "POST": self._add_fault, "DELETE": self._clear_faults},
            "calls": {"GET": self._list_calls},
            "refused": {"GET": self._list_refused},
            "reset": {"POST": self._reset_sandbox},
        }

    def answer(self, request: Request) -> Optional[Response]:
        """Return the response; None if the request is not for the control interface.

        Raises:
            HTTPError: If the request comes from another machine or origin (403), lacks the token (401), or is invalid.
        """
        first, _, name = request.path[1:].partition("/")
        if f"/{first}" != PREFIX:
            return None
        check_local(request)
        self._authenticate(request)
        resource = self._resources.get(name.rstrip("/"))
        if resource is None:
            raise HTTPError(404, {"detail": f"There is no {request.path}: use one of {', '.join(self._resources)}."})
        check_method(request, *resource)
        return resource[request.method](request)

    def _authenticate(self, request: Request) -> None:
        given = request.header("Authorization").encode()
        if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            message = "Send the header `Authorization: Bearer TOKEN` with the control token that the sandbox printed."
            raise HTTPError(401, {"detail": message}, **{"WWW-Authenticate": "Bearer"})

    def _list_faults(self, _: Request) -> Response:
        return Response(body={"faults": [fault.to_dict() for fault in self._faults.waiting]})

    def _add_fault(self, request: Request) -> Response:
        given = _object(request)
        unknown = sorted(set(given) - set(_FAULT))
        if unknown:
            raise HTTPError(400, {"detail": f"Unknown fields: {', '.join(unknown)}. A fault has {', '.join(_FAULT)}."})
        try:
            fault = Fault.of(**given)
        except ValueError as error:
            raise HTTPError(400, {"detail": f"{error}."}) from error
        self._faults.add(fault)
        return Response(201, fault.to_dict())

    def _clear_faults(self, _: Request) -> Response:
        self._faults.clear()
        return Response(204)

    def _list_calls(self, request: Request) -> Response:
        calls = [asdict(Call.of(record)) for record in self._store.find("call")]
        return Response(body={"calls": _filter(calls, request)})

    def _list_refused(self, request: Request) -> Response:
        return Response(body={"refused": _filter(list(map(as_json, self._journal.refused)), request)})

    def _reset_sandbox(self, _: Request) -> Response:
        self._reset()
        return Response(204)


def _filter(items: List[Dict[str, Any]], request: Request) -> List[Dict[str, Any]]:
    """Return the items that match the query parameters `user_id` and `function`."""
    wanted = {name: request.query[name] for name in ("user_id", "function") if request.query.get(name)}
    return [each for each in items if all(each[name] == value for name, value in wanted.items())]


def _object(request: Request) -> Dict[str, Any]:
    """Return the JSON object in a body. The Content-Type is ignored, because curl sends the one of a form by default.

    Raises:
        HTTPError: If the body is not a JSON object.
    """
    try:
        found = parse_json(request.content() or b"{}")
    except ValueError as error:
        raise HTTPError(400, {"detail": f"JSON parse error - {error}"}) from error
    if not isinstance(found, dict):
        raise HTTPError(400, {"detail": "The body must be a JSON object."})
    return found
