"""Tests of announce(), with unittest."""

import os
import unittest
from unittest import mock

from announce import announce

from integry import Integry, ServerError
from integry.sandbox import Sandbox


class AnnounceTest(unittest.TestCase):
    """Each test has a sandbox of its own, in this process."""

    def setUp(self) -> None:
        """Start with a user who has connected Slack."""
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.close)
        self.sandbox.connect("slack")

    def test_a_message_is_posted(self) -> None:
        """The message has the name of the user."""
        self.assertTrue(announce(self.sandbox.client(), "Ann"))
        self.assertEqual(self.sandbox.calls[0].arguments["text"], "Ann signed up")

    def test_the_service_is_down(self) -> None:
        """The call is not sent again, because it may have run."""
        self.sandbox.fail(503)
        with self.assertRaises(ServerError) as caught:
            announce(self.sandbox.client(), "Ann")
        self.assertTrue(caught.exception.may_have_run)

    def test_a_client_from_the_environment(self) -> None:
        """A client without arguments finds a sandbox that listens on a port."""
        with Sandbox() as sandbox, mock.patch.dict(os.environ, sandbox.environment()), Integry() as integry:
            sandbox.connect("slack")
            self.assertTrue(announce(integry, "Ann"))
