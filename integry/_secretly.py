"""Functions that are called with secrets, and do not show them when they fail."""

from __future__ import annotations

import sys
from functools import wraps
from typing import TYPE_CHECKING, Callable, TypeVar

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

T = TypeVar("T")


def secretly(function: Callable[P, T]) -> Callable[P, T]:
    """A function whose arguments are not in the frames of what it raises: what reports errors would show them."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        handled = sys.exc_info()[1]
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            # Here, as a client is made in a tenth of the time that the models take.
            from ._generated.errors import forget

            forget(error, handled)
            del args, kwargs
            raise

    return call
