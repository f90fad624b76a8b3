"""Tests of code that calls functions: a sandbox that the clients of a Django project call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test.utils import override_settings

from ..sandbox import Sandbox
from ..sandbox._calling import Call

if TYPE_CHECKING:
    from django.test import SimpleTestCase

    _TestCase = SimpleTestCase
else:
    _TestCase = object

__all__ = ["DjangoSandbox", "IntegrySandboxMixin"]


class DjangoSandbox(Sandbox):
    """A sandbox for the tests of a Django project. It takes the arguments of `Sandbox`."""

    def settings(self) -> override_settings:
        """Return a context manager in which INTEGRY leads to the sandbox, which must be started.

        The credentials, the URLs and CLIENT are replaced, so that no test reaches the real service. Other keys stay.
        """
        changes = {
            "APP_KEY": self.app_key,
            "APP_SECRET": self.app_secret,
            "BASE_URL": self.url,
            "ORGANISATION_TOKEN": self.organisation_token,
            "ORGANISATION_BASE_URL": self.organisation_url,
            "CLIENT": None,
        }
        return override_settings(INTEGRY={**getattr(settings, "INTEGRY", {}), **changes})

    def assertIntegryCalled(self, name: str, /, **arguments: Any) -> Call:  # noqa: N802 (a name as in unittest)
        """Assert that a function was called with these arguments, among others.

        Args:
            name: The name of the function.
            **arguments: The values of some or all of its arguments, with tags replaced.

        Returns:
            The last such call, with all arguments, the user and the result.

        Raises:
            AssertionError: If there is no such call. The message lists the calls.
        """
        calls = self.calls
        for call in reversed(calls):
            given = {key: call.arguments[key] for key in arguments if key in call.arguments}
            if call.function == name and given == arguments:
                return call
        wanted = f"{name}({_listed(arguments)})"
        seen = "".join(f"\n  {call.function}({_listed(call.arguments)}) of user {call.user_id}" for call in calls)
        message = f"{wanted} was not called. The sandbox got {f'these calls:{seen}' if calls else 'no call'}"
        raise AssertionError(message)


def _listed(arguments: Any) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())


class IntegrySandboxMixin(_TestCase):
    """A mixin for test cases of Django. The clients of the project call a sandbox on a free port of this machine.

    Example:
        ```python
        from django.test import TestCase
        from integry.django.test import IntegrySandboxMixin

        class AnnounceTest(IntegrySandboxMixin, TestCase):
            def test_announcing(self):
                self.integry_sandbox.connect("slack", user_id=self.user.pk)
                self.client.post("/announce/", {"text": "Hello"})
                self.assertIntegryCalled("slack-post-message", channel="general", text="Hello")
        ```

    Attributes:
        integry_sandbox: The sandbox of the test case. Each test begins without calls, accounts and faults.
    """

    integry_sandbox: DjangoSandbox

    @classmethod
    def setUpClass(cls) -> None:
        """Start the sandbox."""
        cls.integry_sandbox = DjangoSandbox().start()
        cls.addClassCleanup(cls.integry_sandbox.close)
        override = cls.integry_sandbox.settings()
        override.enable()
        cls.addClassCleanup(override.disable)
        super().setUpClass()

    def setUp(self) -> None:
        """Reset the sandbox."""
        self.integry_sandbox.reset()
        super().setUp()

    def assertIntegryCalled(self, name: str, /, **arguments: Any) -> Call:  # noqa: N802 (a name as in unittest)
        """Assert that a function was called with these arguments, among others; see `DjangoSandbox`."""
        return self.integry_sandbox.assertIntegryCalled(name, **arguments)
