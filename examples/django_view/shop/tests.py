"""Tests of the view, with a sandbox instead of the service."""

from unittest import mock

from django.test import SimpleTestCase

from integry.sandbox import Sandbox


class AnnounceTest(SimpleTestCase):
    """Tests of the view, with a client of a sandbox in this process."""

    def setUp(self) -> None:
        """Replace the client of the view by a client of the sandbox."""
        self.sandbox = Sandbox()
        self.addCleanup(self.sandbox.close)
        patch = mock.patch("shop.views.client", return_value=self.sandbox.client(max_retries=0))
        patch.start()
        self.addCleanup(patch.stop)

    def test_a_user_without_slack_is_sent_to_connect_it(self) -> None:
        """The response has the URL of the page where the user connects Slack."""
        response = self.client.post("/announce/7/")
        self.assertEqual(response.status_code, 409)
        self.assertIn("/connect/slack?user_id=7&", response.json()["connect"])

    def test_a_message_is_posted(self) -> None:
        """The message is posted for the user in the URL."""
        self.sandbox.connect("slack", user_id="7")
        self.assertEqual(self.client.post("/announce/7/").json(), {"posted": True})
        self.assertEqual([call.user_id for call in self.sandbox.calls], ["7"])

    def test_an_error_of_the_service_is_no_traceback(self) -> None:
        """An error of the service becomes a response with status 502, which says that the call may have run."""
        self.sandbox.connect("slack", user_id="7")
        self.sandbox.fail(503)
        response = self.client.post("/announce/7/")
        self.assertEqual(response.status_code, 502)
        self.assertTrue(response.json()["may_have_run"])
