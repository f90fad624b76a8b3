"""What the tests of the facade have, here too."""

from tests.facade.conftest import _no_environment, serve

__all__ = ["_no_environment", "serve"]
