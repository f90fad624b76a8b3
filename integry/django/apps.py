"""The configuration of the app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class IntegryConfig(AppConfig):
    """The configuration of the app, with the label `integry`."""

    # The name of this package, which can be copied under other names.
    name = __package__ or ""
    label = "integry"
    verbose_name = gettext_lazy("Integry")
    default = True

    def ready(self) -> None:
        """Register the system checks."""
        from . import checks  # noqa: F401 (the import registers them)
