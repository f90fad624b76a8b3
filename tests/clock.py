"""A clock for tests of what waits."""


class Clock:
    """A clock that waiting alone puts forward: how busy the machine is does not matter."""

    def __init__(self):
        self.now = 0.0

    def sleep(self, seconds):
        """Wait, at once."""
        self.now += seconds

    def monotonic(self):
        """The time."""
        return self.now
