"""The command `manage.py integry_check`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...._client import SERVER
from ....errors import AuthenticationError, IntegryError, PermissionDenied
from ... import checks
from ..._clients import get_client


class Command(BaseCommand):
    """Asks the server if it accepts the app key, the signature and a user."""

    help = "Ask Integry's server if it accepts the app key, the signature and a user. The exit code is 0 if it does."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the id of the user."""
        parser.add_argument(
            "user_id", nargs="?", default="integry-check", help="The id of a user. Default: %(default)s"
        )

    def handle(self, *_: Any, user_id: str, **__: Any) -> None:
        """Check the settings, then list the user's connected apps.

        Raises:
            CommandError: If the settings are wrong, or the server does not accept them.
        """
        problems = checks.check_settings()
        for problem in problems:
            self.stderr.write(str(problem))
        if any(problem.is_serious() for problem in problems):
            message = "Nothing was sent: the settings have errors."
            raise CommandError(message)
        try:
            client = get_client().for_user(user_id)
            connected = [app.name for app in client.apps.list(connected_only=True)]
        except (AuthenticationError, PermissionDenied) as error:
            message = f"The server does not accept the app key or the signature. Check APP_KEY and APP_SECRET. {error}"
            raise CommandError(message) from error
        except (IntegryError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Server: {client.settings.base_url or SERVER}")
        self.stdout.write("App key and signature: accepted")
        apps = ", ".join(connected) or "none"
        self.stdout.write(self.style.SUCCESS(f"User {user_id}: accepted. Connected apps: {apps}"))
