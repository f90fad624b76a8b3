"""A fake clock for tests of code that waits."""


class Clock:
    """A clock that only sleep() moves forward, so that the load of the machine has no effect."""

    def __init__(self):
        self.now = 0.0

    def sleep(self, seconds):
        """Move the clock forward, and return at once."""
        self.now += seconds

    def monotonic(self):
        """Return the seconds that were slept so far."""
        return self.now
