"""The results of the organisation's operations."""

from __future__ import annotations

from attrs import define

from .._generated import models
from .._generated.models import Acknowledgement

__all__ = ["Acknowledgement", "Integration"]


@define
class Integration(models.Integration):
    """An integration of an organisation. Its fields are those of the generated model."""

    @property
    def display_name(self) -> str:
        """Its name: `name` where it was created or changed, `app_name` where it is listed; empty without either."""
        return self.name or self.app_name or ""
