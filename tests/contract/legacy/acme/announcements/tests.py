"""The project's own tests, run by `manage.py test`, against a sandbox that the environment names."""

from importlib import import_module, metadata

from django.test import SimpleTestCase


class ViewsTest(SimpleTestCase):
    """What the views answer."""

    def test_a_call(self) -> None:
        """It reaches the sandbox."""
        response = self.client.post("/persons/Ann/", HTTP_X_USER="123456")
        self.assertEqual(response.json(), {"added": True, "status": 200})

    def test_an_app_that_is_not_connected(self) -> None:
        """The copy's own error is caught."""
        response = self.client.post("/announce/", HTTP_X_USER="123456")
        self.assertEqual(response.status_code, 409)
        self.assertIn("/connect/slack", response.json()["connect"])

    def test_the_surroundings(self) -> None:
        """No package is called `integry`, and the pins hold."""
        with self.assertRaises(ModuleNotFoundError):
            import_module("integry")
        installed = {name: metadata.version(name) for name in ("requests", "urllib3", "attrs", "cattrs")}
        pinned = {"requests": "2.22.0", "urllib3": "1.25.10", "attrs": "21.3.0", "cattrs": "1.10.0"}
        self.assertEqual(installed, pinned)
