"""The options and settings of a run of the command, and the clients that they make."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, NamedTuple, Optional, Tuple

from . import _toml
from ._errors import CONFIGURATION, CommandError
from ._keyring import Keyring

if TYPE_CHECKING:
    from .. import Integry, Organisation

DEFAULT_PROFILE = "default"


class Setting(NamedTuple):
    """A setting of a profile.

    Attributes:
        help: A short description.
        variable: The environment variable that goes before the profile; may be empty.
        option: The name of the option that goes before both; may be empty.
        secret: True if the value must not be shown.
    """

    help: str
    variable: str = ""
    option: str = ""
    secret: bool = False


SETTINGS = {
    "app-key": Setting("the app key", "INTEGRY_APP_KEY", secret=True),
    "app-secret": Setting("the app secret", "INTEGRY_APP_SECRET", secret=True),
    "user": Setting("the user's id", "INTEGRY_USER_ID", "user"),
    "base-url": Setting("the base URL", "INTEGRY_BASE_URL", "base_url"),
    "integration": Setting("the integration of calls", "INTEGRY_INTEGRATION_ID"),
    "organisation": Setting("the organisation's id", "INTEGRY_ORGANISATION_ID", "organisation"),
    "organisation-token": Setting("the organisation's token", "INTEGRY_ORGANISATION_TOKEN", secret=True),
    "organisation-base-url": Setting(
        "the base URL of the organisation's API", "INTEGRY_ORGANISATION_BASE_URL", "base_url"
    ),
    "timeout": Setting("seconds to wait", "INTEGRY_TIMEOUT", "timeout"),
    "keyring": Setting("true to ask the system's keyring"),
}


class State:
    """The options of a run of the command, and the settings of its profile.

    Attributes:
        options: The options that were given, by name.
        keyring: The system's keyring.
    """

    def __init__(self) -> None:
        self.options: Dict[str, Any] = {}
        self.keyring = Keyring()
        self._profiles: Optional[Dict[str, Dict[str, Any]]] = None

    def flag(self, name: str) -> bool:
        """Return True if an option without a value was given."""
        return bool(self.options.get(name))

    @property
    def profile_name(self) -> str:
        """The name of the profile: from --profile, INTEGRY_PROFILE, or `default`."""
        return self.options.get("profile") or os.environ.get("INTEGRY_PROFILE") or DEFAULT_PROFILE

    def profiles(self) -> Dict[str, Dict[str, Any]]:
        """Return the profiles of the configuration.

        Raises:
            CommandError: If the configuration cannot be used.
        """
        if self._profiles is None:
            self._profiles = _toml.read(_toml.path())
        return self._profiles

    def profile(self) -> Dict[str, Any]:
        """Return the settings of the profile.

        Raises:
            CommandError: If a profile was named that does not exist.
        """
        found, name = self.profiles(), self.profile_name
        if name not in found and name != DEFAULT_PROFILE:
            known = ", ".join(sorted(found)) or "none"
            message = f"There is no profile {name!r} in {_toml.path()}. Profiles: {known}."
            raise CommandError(message, CONFIGURATION)
        return found.get(name, {})

    def find(self, name: str) -> Tuple[Optional[str], str]:
        """Return a setting, and where it comes from: an option, the environment, the profile or the keyring."""
        setting = SETTINGS[name]
        if setting.option and self.options.get(setting.option) is not None:
            return str(self.options[setting.option]), f"option --{setting.option.replace('_', '-')}"
        if setting.variable and os.environ.get(setting.variable):
            return os.environ[setting.variable], f"environment {setting.variable}"
        profile = self.profile()
        if profile.get(name) not in (None, ""):
            value = profile[name]
            return (str(value).lower() if isinstance(value, bool) else str(value)), f"profile {self.profile_name}"
        if setting.secret and profile.get("keyring") is True:
            found = self.keyring.get(self.profile_name, name)
            if found:
                return found, "keyring"
        return None, ""

    def value(self, name: str) -> Optional[str]:
        """Return a setting, or None."""
        return self.find(name)[0]

    def required(self, name: str) -> str:
        """Return a setting.

        Raises:
            CommandError: If it is not set.
        """
        value = self.value(name)
        if value is None:
            setting = SETTINGS[name]
            option = f"pass --{setting.option}, " if setting.option else ""
            message = (
                f"{setting.help[0].upper()}{setting.help[1:]} is missing: {option}set {setting.variable}, "
                f"or run `integry config set {name}`.{'' if self.keyring.seconds else ' The keyring did not answer.'}"
            )
            raise CommandError(message, CONFIGURATION)
        return value

    def _common(self) -> Dict[str, Any]:
        """Return the arguments that both clients take."""
        if self.options.get("verbose"):
            from ._logging import show_log

            show_log()
        given: Dict[str, Any] = {"log_bodies": self.options.get("verbose", 0) > 1}
        timeout = self.value("timeout")
        if timeout is not None:
            try:
                given["timeout"] = float(timeout)
            except ValueError:
                message = f"timeout must be a number of seconds, got {timeout!r}"
                raise CommandError(message, CONFIGURATION) from None
        return given

    def client(self, *, needs_user: bool = True, **options: Any) -> Integry:
        """Return a client of Integry.

        Args:
            needs_user: False if the command can do without a user.
            **options: Further arguments of the client.

        Raises:
            CommandError: If a setting is missing.
        """
        from .. import Integry

        return Integry(
            self.required("app-key"),
            self.required("app-secret"),
            user_id=self.required("user") if needs_user else self.value("user"),
            base_url=self.value("base-url"),
            integration_id=self.value("integration"),
            **{**self._common(), **options},
        )

    def organisation(self, **options: Any) -> Organisation:
        """Return a client of the organisation-integrations API.

        Raises:
            CommandError: If a setting is missing.
        """
        from .. import Organisation

        return Organisation(
            self.required("organisation"),
            self.required("organisation-token"),
            base_url=self.value("organisation-base-url"),
            **{**self._common(), **options},
        )

    def export(self) -> None:
        """Put the settings into the environment, for commands that are handed on.

        Raises:
            CommandError: If the configuration cannot be used.
        """
        for name, setting in SETTINGS.items():
            value = self.value(name) if setting.variable else None
            if value is not None:
                os.environ[setting.variable] = value
