"""Tests of the project for `manage.py test`, against the sandbox that the environment names."""

from importlib import import_module, metadata

from django.test import SimpleTestCase


class ViewsTest(SimpleTestCase):
    """Tests of the views."""

    def test_a_view_can_call_a_function(self) -> None:
        """A call of a view reaches the sandbox."""
        response = self.client.post("/persons/Ann/", HTTP_X_USER="123456")
        self.assertEqual(response.json(), {"added": True, "status": 200})

    def test_an_unconnected_app_returns_the_connect_url(self) -> None:
        """The view catches AppNotConnected of the vendored copy, and returns the connect URL."""
        response = self.client.post("/announce/", HTTP_X_USER="123456")
        self.assertEqual(response.status_code, 409)
        self.assertIn("/connect/slack", response.json()["connect"])

    def test_the_environment_is_the_expected_one(self) -> None:
        """No package named `integry` is installed, and the pinned versions are."""
        with self.assertRaises(ModuleNotFoundError):
            import_module("integry")
        installed = {name: metadata.version(name) for name in ("requests", "urllib3", "attrs", "cattrs")}
        pinned = {"requests": "2.22.0", "urllib3": "1.25.10", "attrs": "21.3.0", "cattrs": "1.10.0"}
        self.assertEqual(installed, pinned)
