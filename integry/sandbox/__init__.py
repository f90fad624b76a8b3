"""Both APIs on your machine: a server that behaves as documented, with state, for trying, testing and demonstrating.

`python -m integry.sandbox` serves it; `Sandbox` does in Python. It needs the extra `sandbox`.
"""

from ._calling import Call, Called, Outcome
from ._faults import Fault
from ._sandbox import Sandbox

__all__ = ["Call", "Called", "Fault", "Outcome", "Sandbox"]
