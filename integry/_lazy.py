"""Imports that wait until they are needed, and locks that stay consistent across os.fork().

A child has only the thread that forked: a lock that another thread held is never released there.
"""

from __future__ import annotations

# os.fork() acquires locks in reverse order of registration. import_lock must come before the lock of logging, which
# modules acquire while they are imported; so logging is imported first.
import logging  # noqa: F401
import os
import threading
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

#: `os.register_at_fork`; Windows has no fork.
at_fork: Any = getattr(os, "register_at_fork", lambda **_: None)
#: Held during lazy imports. os.fork() waits for it; otherwise the child could deadlock on the import lock of a module
#: that another thread was importing.
import_lock = threading.RLock()
#: The modules that a client needs: everything but the extras and the command-line tools.
CORE = frozenset(
    {
        *("_arguments", "_auth", "_base", "_base_url", "_client", "_generated", "_headers", "_http", "_organisation"),
        *("_resources", "_results", "_secrets", "_settings", "_hints", "_version", "errors", "tags"),
    }
)

at_fork(before=import_lock.acquire, after_in_parent=import_lock.release, after_in_child=import_lock.release)


def load(module: str, name: str = "") -> Any:
    """Return a module of this package, or a name in it, imported when it is first asked for.

    Args:
        module: The name of the module inside the package, such as `_resources.apps`.
        name: A name in the module. Models come with their converter, which they would import with their first use.
    """
    with import_lock:
        found = import_module(f".{module}", __package__)
        if module == "_generated.models":
            import_module("._generated.converter", __package__)
        return getattr(found, name) if name else found


def preload() -> None:
    """Import all modules of the core at once, instead of each with the first call that needs it.

    Call it before a server forks its workers, so that they share the memory; and in a process that goes on while its
    packages are replaced, so that it never mixes two versions.
    """
    with import_lock:
        for name in sorted(CORE):
            module = load(name)
            for found in walk_packages(getattr(module, "__path__", ()), f"{module.__name__}."):
                import_module(found.name)
