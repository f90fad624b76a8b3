"""What the tests of the facade have, here too."""

from tests.facade.conftest import _no_environment, answers, integry, organisation, serve
from tests.facade.test_ordinary_path import _no_bundle, listen, tls

__all__ = ["_no_bundle", "_no_environment", "answers", "integry", "listen", "organisation", "serve", "tls"]
