"""Lazy imports, and locks that stay consistent across os.fork().

A forked child has only the thread that forked. A lock that another thread held is never released there.
"""

from __future__ import annotations

# Import logging first, so that it registers its fork handlers before import_lock below. os.fork() calls handlers that
# acquire locks in reverse order of registration, and must acquire import_lock before the lock of logging: modules
# acquire the lock of logging while they are imported.
import logging  # noqa: F401 (imported for the order)
import os
import sys
import threading
from importlib import import_module
from types import ModuleType
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

#: os.register_at_fork(), or a function that does nothing on Windows, which has no fork.
at_fork: Any = getattr(os, "register_at_fork", lambda **_: None)
#: Held during lazy imports. os.fork() waits for it; otherwise the child could deadlock on the import lock of a module
#: that another thread was importing.
import_lock = threading.RLock()
#: The modules that a client needs: all except the sandbox, the generator, vendor and testing.
CORE = frozenset(
    {
        *("_arguments", "_auth", "_base", "_base_url", "_client", "_generated", "_headers", "_http", "_organisation"),
        *("_resources", "_results", "_secrets", "_settings", "_hints", "_version", "errors", "tags"),
    }
)

#: The dependencies of these modules. They may be missing if the package was not installed with pip: in a git checkout,
#: or in a copy made by integry.vendor.
LIBRARIES = frozenset({"attr", "attrs", "cattr", "cattrs", "requests", "urllib3"})

at_fork(before=import_lock.acquire, after_in_parent=import_lock.release, after_in_child=import_lock.release)


def load(module: str, name: str = "") -> Any:
    """Import a module of this package, and return it or one of its attributes.

    Args:
        module: The name of the module relative to the package, such as `_resources.apps`. With `_generated.models`,
            `_generated.converter` is imported too, because models need it when they are first used.
        name: The name of an attribute; empty to return the module.

    Raises:
        ModuleNotFoundError: If a dependency or `_generated` is missing.
    """
    with import_lock:
        found = _import(f".{module}")
        if module == "_generated.models":
            _import("._generated.converter")
        return getattr(found, name) if name else found


def _import(name: str) -> ModuleType:
    """Import a module by its absolute name, or by its name relative to the package."""
    try:
        return import_module(name, __package__)
    except ModuleNotFoundError as error:
        raise explain(error) from None


def explain(error: ModuleNotFoundError) -> ModuleNotFoundError:
    """Return an error that says how to install a missing dependency, or how to get `_generated`.

    Errors about other missing modules are returned unchanged.
    """
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
    """Return `__getattr__` and `__dir__` for the package, which import its names on first use.

    Args:
        namespace: The globals of the package. A name in its `__all__` that is not in `modules` is the name of a module.
        modules: The names to export, by module.
    """
    where = {name: module for module, names in modules.items() for name in names}

    def getattribute(name: str) -> Any:
        """Import a name on first use."""
        if name not in where and name not in namespace["__all__"]:
            message = f"module {__package__!r} has no attribute {name!r}"
            raise AttributeError(message)
        value = namespace[name] = load(where[name], name) if name in where else load(name)
        return value

    def names() -> List[str]:
        return sorted({*namespace, *namespace["__all__"]})

    return getattribute, names


def preload() -> None:
    """Import all modules that a client needs now, instead of on first use.

    Call this function before a server forks its workers, so that the workers share the memory of the modules. Call it
    also in a process that keeps running while the package is upgraded, so that the process never mixes two versions.

    Raises:
        ModuleNotFoundError: If a dependency is missing.
    """
    # pkgutil takes a millisecond at each start of the command `integry`, which does not need it.
    from pkgutil import walk_packages

    with import_lock:
        for name in sorted(CORE):
            module = load(name)
            for found in walk_packages(getattr(module, "__path__", ()), f"{module.__name__}."):
                _import(found.name)
