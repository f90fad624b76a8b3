"""Tests of announce(), with unittest."""

import os
import unittest
from unittest import mock

from announce import announce

from integry import Integry, ServerError
from integry.sandbox import Sandbox


class AnnounceTest(unittest.TestCase):
    """Tests of announce(), each with a sandbox of its own in this process."""

    def setUp(self) -> None:
        """Start with a user who has connected Slack."""
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.close)
        self.sandbox.connect("slack")

    def test_a_message_is_posted(self) -> None:
        """announce() posts a message with the name of the user."""
        self.assertTrue(announce(self.sandbox.client(), "Ann"))
        self.assertEqual(self.sandbox.calls[0].arguments["text"], "Ann signed up")

    def test_the_service_is_down(self) -> None:
        """A call that failed with status 503 is not sent again, because the call may have run."""
        self.sandbox.fail(503)
        with self.assertRaises(ServerError) as caught:
            announce(self.sandbox.client(), "Ann")
        self.assertTrue(caught.exception.may_have_run)

    def test_a_client_from_the_environment(self) -> None:
        """A client without arguments uses the sandbox in the environment variables."""
        with Sandbox() as sandbox, mock.patch.dict(os.environ, sandbox.environment()), Integry() as integry:
            sandbox.connect("slack")
            self.assertTrue(announce(integry, "Ann"))
