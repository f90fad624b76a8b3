"""The control interface under `/_sandbox/`: faults, the journal and reset, as JSON, for scripts in any language."""

from __future__ import annotations

import hmac
from typing import Any, Callable, Dict, List, Optional

from attrs import asdict

from ._calling import Call
from ._faults import Fault, Faults
from ._guard import check_local, check_method
from ._http import Answer, Refused, Request, decoded
from ._journal import Journal, as_json
from ._store import Store

PREFIX = "/_sandbox"
#: Names of the fields that `POST /_sandbox/faults` takes.
_FAULT = ("status", "body", "kind", "times", "path", "retry_after", "delay")


class Control:
    """Answers the requests of the control interface.

    Args:
        token: The bearer token that requests must carry.
        store: Where the calls are.
        journal: Where the refused requests are.
        faults: The faults that wait.
        reset: Forgets all that happened.
    """

    def __init__(self, token: str, store: Store, journal: Journal, faults: Faults, reset: Callable[[], None]) -> None:
        self._token, self._store, self._journal, self._faults = token, store, journal, faults
        self._reset = reset
        self._resources: Dict[str, Dict[str, Callable[[Request], Answer]]] = {
            "faults": {"GET": self._list_faults, "POST": self._add_fault, "DELETE": self._clear_faults},
            "calls": {"GET": self._list_calls},
            "refused": {"GET": self._list_refused},
            "reset": {"POST": self._forget},
        }

    def answer(self, request: Request) -> Optional[Answer]:
        """Return the answer; None if the request is not for the control interface.

        Raises:
            Refused: If it comes from another machine or another site (403), has no token (401), or is wrong.
        """
        first, _, name = request.path[1:].partition("/")
        if f"/{first}" != PREFIX:
            return None
        check_local(request)
        self._authenticate(request)
        resource = self._resources.get(name.rstrip("/"))
        if resource is None:
            raise Refused(404, {"detail": f"There is no {request.path}, but {', '.join(self._resources)}."})
        check_method(request, *resource)
        return resource[request.method](request)

    def _authenticate(self, request: Request) -> None:
        given = request.header("Authorization").encode()
        if not hmac.compare_digest(given, f"Bearer {self._token}".encode()):
            message = "Send the header `Authorization: Bearer` with the control token that the sandbox printed."
            raise Refused(401, {"detail": message}, **{"WWW-Authenticate": "Bearer"})

    def _list_faults(self, _: Request) -> Answer:
        return Answer(body={"faults": [fault.to_dict() for fault in self._faults.waiting]})

    def _add_fault(self, request: Request) -> Answer:
        given = _object(request)
        unknown = sorted(set(given) - set(_FAULT))
        if unknown:
            raise Refused(400, {"detail": f"Unknown: {', '.join(unknown)}. A fault has {', '.join(_FAULT)}."})
        try:
            fault = Fault.of(**given)
        except ValueError as error:
            raise Refused(400, {"detail": f"{error}."}) from error
        self._faults.add(fault)
        return Answer(201, fault.to_dict())

    def _clear_faults(self, _: Request) -> Answer:
        self._faults.clear()
        return Answer(204)

    def _list_calls(self, request: Request) -> Answer:
        calls = [asdict(Call.of(record)) for record in self._store.find("call")]
        return Answer(body={"calls": _filtered(calls, request)})

    def _list_refused(self, request: Request) -> Answer:
        return Answer(body={"refused": _filtered(list(map(as_json, self._journal.refused)), request)})

    def _forget(self, _: Request) -> Answer:
        self._reset()
        return Answer(204)


def _filtered(items: List[Dict[str, Any]], request: Request) -> List[Dict[str, Any]]:
    """Return the items of the user and of the function that the query names."""
    wanted = {name: request.query[name] for name in ("user_id", "function") if request.query.get(name)}
    return [each for each in items if all(each[name] == value for name, value in wanted.items())]


def _object(request: Request) -> Dict[str, Any]:
    """Return the JSON object in a body, whatever its Content-Type: curl says that it is a form.

    Raises:
        Refused: If it is none.
    """
    try:
        found = decoded(request.content() or b"{}")
    except ValueError as error:
        raise Refused(400, {"detail": f"JSON parse error - {error}"}) from error
    if not isinstance(found, dict):
        raise Refused(400, {"detail": "The body must be a JSON object."})
    return found
