"""What a fork must not cut in two: a child has no other threads, so what they were at is never finished there."""

from __future__ import annotations

import os
import threading
from typing import Any

#: `os.register_at_fork`; Windows has no forks.
at_fork: Any = getattr(os, "register_at_fork", lambda **_: None)
#: Held where something is imported late, as by a first call. A fork waits for it: a child would wait for ever for the
#: module that a thread of its parent was importing.
importing = threading.RLock()

at_fork(before=importing.acquire, after_in_parent=importing.release, after_in_child=importing.release)
