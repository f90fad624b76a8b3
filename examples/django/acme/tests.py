"""Tests of the site, with a sandbox in place of the service."""

from django.contrib.auth import get_user_model
from django.test import TestCase

from integry.django.test import IntegrySandboxMixin

FORM = {"arguments-channel": "random", "arguments-text": "Hello, {name}!"}


class SiteTest(IntegrySandboxMixin, TestCase):
    """Tests as the user Ann."""

    def setUp(self) -> None:
        """Log in."""
        super().setUp()
        self.user = get_user_model().objects.create_user("ann", first_name="Ann")
        self.client.force_login(self.user)

    def test_visitors_log_in_first(self) -> None:
        """All pages need a user."""
        self.client.logout()
        for page in ("/", "/apps/", "/message/", "/channels/"):
            self.assertRedirects(self.client.get(page), f"/login/?next={page}")
        self.assertContains(self.client.get("/login/"), "with the password")

    def test_all_pages_have_the_policy(self) -> None:
        """Only files of this site may run."""
        for page in ("/", "/apps/", "/message/"):
            self.assertIn("script-src 'self';", self.client.get(page).headers["Content-Security-Policy"])

    def test_a_user_without_slack_connects_it(self) -> None:
        """The form, and the list of channels, lead to the page that connects Slack."""
        for response in (self.client.post("/message/", FORM), self.client.get("/channels/")):
            self.assertEqual(response.status_code, 302)
            self.assertTrue(response.headers["Location"].startswith("/apps/connect/slack/"))

    def test_a_message_is_posted(self) -> None:
        """The message is posted with the user's name, and reloading the page does not post it again."""
        self.integry_sandbox.connect("slack", user_id=self.user.pk)
        self.assertContains(self.client.post("/message/", {**FORM, "preview": "1"}), "Hello, Ann!")
        response = self.client.post("/message/", FORM, follow=True)
        self.assertRedirects(response, "/message/")
        self.assertContains(response, "Posted: Hello, Ann!")
        self.assertIntegryCalled("slack-post-message", channel="random", text="Hello, Ann!")
        self.assertEqual(len(self.integry_sandbox.calls), 1)

    def test_an_error_of_slack_is_shown(self) -> None:
        """Slack reports an unknown channel in a successful response. The form stays as it was filled in."""
        self.integry_sandbox.connect("slack", user_id=self.user.pk)
        response = self.client.post("/message/", {**FORM, "arguments-channel": "nowhere"})
        self.assertContains(response, "Slack answered: channel_not_found")
        self.assertContains(response, 'value="nowhere"')

    def test_channels_are_listed(self) -> None:
        """The async view lists the channels."""
        self.integry_sandbox.connect("slack", user_id=self.user.pk)
        self.assertContains(self.client.get("/channels/"), "#random")
