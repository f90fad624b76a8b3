# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""The function that reads JSON from outside: `json.loads`, made safe for Python 3.8.

Python 3.8 may end the whole process ("Cannot recover from stack overflow") if the garbage collector runs while deeply
nested JSON is read. A text that somebody else wrote must not do that.
"""

import json
import re
import sys
from itertools import accumulate
from types import FrameType
from typing import Any, Optional, Union

#: Number of stack frames that stay free, for the finalizers that the garbage collector calls.
_FREE_FRAMES = 150
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_NO_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[^][{}"]+', re.DOTALL)


def checked_loads(text: Union[str, bytes, bytearray], **options: Any) -> Any:
    """Return the value of a JSON text. Texts that are nested too deeply are refused before they are read.

    Args:
        text: The text.
        **options: The options of `json.loads`.

    Raises:
        ValueError: If the text is not JSON.
        RecursionError: If the text is nested too deeply.
    """
    if not isinstance(text, str):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    # Counting is fast, and enough for almost every text.
    if text.count("[") + text.count("{") >= _FREE_FRAMES and _depth(text) > _free_depth():
        message = "maximum recursion depth exceeded while decoding a JSON object"
        raise RecursionError(message)
    return json.loads(text, **options)


def _depth(text: str) -> int:
    """Return the number of brackets that are open at the same time at most."""
    return max(accumulate(map(_STEPS.__getitem__, _NO_BRACKETS.sub("", text))), default=0)


def _free_depth() -> int:
    """Return the depth that json.loads can read from here, with frames to spare."""
    frame: Optional[FrameType] = sys._getframe()  # noqa: SLF001 (the documented way to the current frame)
    used = 0
    while frame is not None:
        frame, used = frame.f_back, used + 1
    # A call of a function may count twice, because calls by C code count too.
    return max(_FREE_FRAMES, sys.getrecursionlimit() - _FREE_FRAMES - 2 * used)


loads = checked_loads if sys.version_info < (3, 9) else json.loads
