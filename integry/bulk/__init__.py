"""Many calls of functions: in threads, with a journal that survives a kill, a rate limit, and an outcome for each call.

`run` makes the calls, and `python -m integry.bulk` does so from the command line.
"""

from ._call import Call
from ._history import JournalError, summary
from ._outcome import DONE, FAILED, UNKNOWN, Outcome
from ._rate import Limiter, RateLimit
from ._run import run

__all__ = ["DONE", "FAILED", "UNKNOWN", "Call", "JournalError", "Limiter", "Outcome", "RateLimit", "run", "summary"]
