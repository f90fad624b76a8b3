"""A faster import of openapi-python-client, without parts that take long and that the generator does not use."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Iterator


class _Deferred(ModuleType):
    """A module that imports the package of the same name when one of its attributes is used."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


@contextmanager
def deferred(*names: str) -> Iterator[None]:
    """Import packages only when they are used, if a module that is imported in the block imports them.

    Args:
        names: The names of the packages. Those that were imported before the block stay as they are.
    """
    added = {name: _Deferred(name) for name in names if name not in sys.modules}
    sys.modules.update(added)
    try:
        yield
    finally:
        for name, module in added.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


#: The modules with openapi-python-client's pydantic models.
_MODELS = "openapi_python_client.schema.openapi_schema_pydantic"


@contextmanager
def without_models() -> Iterator[None]:
    """Import openapi-python-client with the classes of `_objects` in place of its pydantic models.

    Its own command cannot be used in this process afterwards. If it was imported before the block, nothing changes.
    """
    from . import _objects

    is_new = "openapi_python_client" not in sys.modules
    if is_new:
        sys.modules[_MODELS] = _objects
    try:
        yield
    finally:
        if is_new:
            del sys.modules[_MODELS]
