"""A client that answers without a network, and records the calls that it gets."""

import threading

from integry import FunctionResult
from integry.bulk import Call


def calls(number):
    """Return calls with the arguments `{"n": 0}`, `{"n": 1}` and so on."""
    return [Call("f", {"n": n}) for n in range(number)]


class FakeClient:
    """A client whose functions return their arguments.

    Args:
        answer: A function that takes the number in the arguments, and returns a result or raises an error.
    """

    def __init__(self, answer=None):
        self.answer = answer or (lambda n: FunctionResult(200, {"n": n}))
        self.functions = self
        self.called = []
        self.most_at_once = self._at_once = 0
        self._lock = threading.Lock()

    def call(self, name, arguments, **options):
        """Return the answer to a call."""
        with self._lock:
            self.called.append(arguments["n"])
            self.last = (name, arguments, options)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return self.answer(arguments["n"])
        finally:
            with self._lock:
                self._at_once -= 1
