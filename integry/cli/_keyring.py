"""Secrets in the system's keyring, if there is one."""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib import import_module
from typing import Any, Callable, List, Optional

SERVICE = "integry-requests"
#: Seconds to wait for the keyring. Over ssh, a D-Bus keyring may wait forever for a window.
SECONDS = 3.0


class Keyring:
    """The keyring of a run of the command. One that does not exist, fails or hangs is like an empty one.

    Attributes:
        seconds: Seconds to wait for it; 0 after it did not answer once.
    """

    def __init__(self) -> None:
        self.seconds = SECONDS

    def _ask(self, function: Callable[[Any], Any]) -> Any:
        """Return what a function of the keyring returns, or None."""
        answers: List[Any] = []

        def run() -> None:
            # Backends raise errors of all kinds. The file is used instead. An import statement would need types.
            with suppress(Exception):
                answers.append(function(import_module("keyring")))

        if self.seconds:
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            thread.join(self.seconds)
            self.seconds = 0.0 if thread.is_alive() else self.seconds
        return answers[0] if answers else None

    def get(self, profile: str, name: str) -> Optional[str]:
        """Return a secret of a profile, or None."""
        found = self._ask(lambda keyring: keyring.get_password(SERVICE, f"{profile}/{name}"))
        return found if isinstance(found, str) else None

    def keep(self, profile: str, name: str, value: str) -> bool:
        """Keep a secret of a profile. Return False if no keyring works."""

        def write(keyring: Any) -> bool:
            keyring.set_password(SERVICE, f"{profile}/{name}", value)
            return bool(keyring.get_password(SERVICE, f"{profile}/{name}") == value)

        return bool(self._ask(write))

    def forget(self, profile: str, name: str) -> None:
        """Delete a secret of a profile, if it is there."""
        self._ask(lambda keyring: keyring.delete_password(SERVICE, f"{profile}/{name}"))
