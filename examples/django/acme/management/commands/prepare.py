"""`manage.py prepare`: create the database and the users of the demonstration."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand

#: The password of all users of the demonstration.
PASSWORD = "demo"  # noqa: S105 (a password that the login page shows)
USERS = {"ann": "Ann", "ben": "Ben"}


class Command(BaseCommand):
    """The command."""

    help = "Create the database and the users of the demonstration."

    def handle(self, **_: Any) -> None:
        """Create what is missing."""
        call_command("migrate", verbosity=0)
        users = get_user_model().objects
        for name, first_name in USERS.items():
            if not users.filter(username=name).exists():
                users.create_user(name, password=PASSWORD, first_name=first_name)
