"""The guard of event loops: clients of this app refuse to block one."""

from __future__ import annotations

from typing import Any, Optional

from django.utils.asyncio import async_unsafe

from .._settings import RequestHook

MESSAGE = (
    "This call of Integry would block the event loop, and was not sent. "
    "Use sync_to_async: await sync_to_async(client.functions.call)(name, arguments)"
)


@async_unsafe(MESSAGE)
def refuse_event_loop(_: Any) -> None:
    """Raise SynchronousOnlyOperation in a thread that runs an event loop. A client calls it before it sends."""


class _GuardedHook:
    """An `on_request` that refuses event loops, and then calls another hook."""

    def __init__(self, hook: RequestHook) -> None:
        self._hook = hook

    def __call__(self, request: Any) -> None:
        refuse_event_loop(request)
        self._hook(request)


def guarded(hook: Optional[RequestHook]) -> RequestHook:
    """Return an `on_request` that refuses event loops, and then calls another hook if there is one."""
    if hook is None:
        return refuse_event_loop
    return hook if hook is refuse_event_loop or isinstance(hook, _GuardedHook) else _GuardedHook(hook)
