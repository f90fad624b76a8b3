"""Integrations and their settings: the generated models of the organisation-integrations API."""

# pyright: reportGeneralTypeIssues=false, reportIncompatibleVariableOverride=false
# The line above disables two rules of pyright, because the classes below narrow the types of inherited fields to the
# documented types.

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from .._generated import models
from .._generated.models import Acknowledgement

__all__ = ["Acknowledgement", "ChannelSetting", "Integration", "IntegrationSetting"]


@define(auto_attribs=False, repr=False)
class Integration(models.Integration):
    """An integration, with the fields of the generated model. `id` is UNSET if the response does not contain it."""

    if TYPE_CHECKING:
        # The documented type. At run time the value may be UNSET, because a server may leave the field out.
        id: str

    @property
    def display_name(self) -> str:
        """The name: `name` after create or update, `app_name` in a list, or an empty string if both are missing."""
        return self.name or self.app_name or ""


@define(auto_attribs=False, repr=False)
class IntegrationSetting(models.IntegrationSetting):
    """A setting of an integration, with the fields of the model. `id` is UNSET if the response does not contain it."""

    if TYPE_CHECKING:
        # The documented type. At run time the value may be UNSET, because a server may leave the field out.
        id: str


@define(auto_attribs=False, repr=False)
class ChannelSetting(models.ChannelSetting):
    """A setting of an integration in one channel, with the fields of the generated model."""

    if TYPE_CHECKING:
        # The documented type. At run time the value may be UNSET, because a server may leave the field out.
        id: str
