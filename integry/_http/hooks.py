"""A user's hook on requests, where requests asks for an auth: it is shown the request as it is sent."""

from __future__ import annotations

from types import TracebackType
from typing import Callable, Optional

import requests
from requests.auth import AuthBase


class Hooked(AuthBase):
    """An auth that shows the finished request to a hook.

    Attributes:
        failure: What the hook raised: that is no failure of the request.
        traceback: Where, from the hook on.
    """

    def __init__(self, auth: AuthBase, hook: Optional[Callable[[requests.PreparedRequest], None]]) -> None:
        self._auth, self._hook = auth, hook
        self.failure: Optional[BaseException] = None
        self.traceback: Optional[TracebackType] = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request = self._auth(request)
        try:
            if self._hook:
                self._hook(request)
        except BaseException as error:
            self.failure, self.traceback = error, error.__traceback__ and error.__traceback__.tb_next
            raise
        return request
