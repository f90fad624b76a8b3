"""A local emulation of both APIs, for tests and demonstrations: it behaves as documented, and keeps state.

`python -m integry.sandbox` serves it from the command line, and `Sandbox` from Python. Both need the extra `sandbox`.

`Called` and `Outcome` are deprecated names of `Invocation` and `Result`. Use the new names.
"""

from ._calling import Call, Invocation, Result
from ._faults import Fault
from ._sandbox import Sandbox

#: Deprecated alias of `Invocation`.
Called = Invocation
#: Deprecated alias of `Result`.
Outcome = Result

__all__ = ["Call", "Called", "Fault", "Invocation", "Outcome", "Result", "Sandbox"]
