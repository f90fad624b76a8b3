"""A local emulation of both APIs, for tests and demonstrations: it behaves as documented, and keeps state.

`python -m integry.sandbox` serves it from the command line, and `Sandbox` from Python. Both need the extra `sandbox`.
"""

from ._calling import Call, Invocation, Result
from ._faults import Fault
from ._sandbox import Sandbox

#: Deprecated aliases of `Invocation` and `Result`.
Called, Outcome = Invocation, Result

__all__ = ["Call", "Called", "Fault", "Invocation", "Outcome", "Result", "Sandbox"]
