"""Imports that wait until they are needed, and locks that stay consistent across os.fork().

A child has only the thread that forked: a lock that another thread held is never released there.
"""

from __future__ import annotations

# os.fork() acquires locks in reverse order of registration. import_lock must come before the lock of logging, which
# modules acquire while they are imported; so logging is imported first.
import logging  # noqa: F401
import os
import sys
import threading
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

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

#: What the core is installed with. Checkouts and copies on the path may lack it.
LIBRARIES = frozenset({"attr", "attrs", "cattr", "cattrs", "requests", "urllib3"})

at_fork(before=import_lock.acquire, after_in_parent=import_lock.release, after_in_child=import_lock.release)


def load(module: str, name: str = "") -> Any:
    """Return a module of this package, or a name in it, imported when it is first asked for.

    Args:
        module: The name of the module inside the package, such as `_resources.apps`.
        name: A name in the module. Models come with their converter, which they would import with their first use.

    Raises:
        ModuleNotFoundError: If a library that the package needs is not installed, or its generated layer is missing.
    """
    with import_lock:
        found = _import(f".{module}")
        if module == "_generated.models":
            _import("._generated.converter")
        return getattr(found, name) if name else found


def _import(name: str) -> ModuleType:
    """Import a module, absolute or relative to the package."""
    try:
        return import_module(name, __package__)
    except ModuleNotFoundError as error:
        raise explain(error) from None


def explain(error: ModuleNotFoundError) -> ModuleNotFoundError:
    """Return an error that says how to install what is missing; or the same one, if that is not known."""
    if error.name in LIBRARIES:
        message = (
            f"{__package__} needs {error.name}, which is not installed for {sys.executable}. Install it with pip, "
            "or, for a copy made by integry.vendor, copy attrs and cattrs along with --with-deps."
        )
    elif error.name == f"{__package__}._generated":
        message = (
            f"{error.name} is missing. In a checkout it is a symbolic link to generated/, which git on Windows makes "
            "only in developer mode, with `git clone -c core.symlinks=true`. Or install the package: pip install PATH"
        )
    else:
        return error
    return ModuleNotFoundError(message, name=error.name)


def attach(
    namespace: Dict[str, Any], modules: Mapping[str, Sequence[str]]
) -> Tuple[Callable[[str], Any], Callable[[], List[str]]]:
    """Return the `__getattr__` and `__dir__` of the package, which import names when they are first asked for.

    Args:
        namespace: The package's globals; names in its `__all__` that no module is listed for are modules.
        modules: The names in each module.
    """
    where = {name: module for module, names in modules.items() for name in names}

    def getattribute(name: str) -> Any:
        """Import a name when it is first asked for."""
        if name not in where and name not in namespace["__all__"]:
            message = f"module {__package__!r} has no attribute {name!r}"
            raise AttributeError(message)
        value = namespace[name] = load(where[name], name) if name in where else load(name)
        return value

    def names() -> List[str]:
        return sorted({*namespace, *namespace["__all__"]})

    return getattribute, names


def preload() -> None:
    """Import all modules of the core at once, instead of each with the first call that needs it.

    Call it before a server forks its workers, so that they share the memory; and in a process that goes on while its
    packages are replaced, so that it never mixes two versions.
    """
    with import_lock:
        for name in sorted(CORE):
            module = load(name)
            for found in walk_packages(getattr(module, "__path__", ()), f"{module.__name__}."):
                _import(found.name)
