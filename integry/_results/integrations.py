"""Integrations and their settings: the generated models of the organisation-integrations API."""

# pyright: reportGeneralTypeIssues=false, reportIncompatibleVariableOverride=false
# The classes below narrow the types of fields, to the documented types or to those after __attrs_post_init__. The two
# rules would report that.

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from .._generated import models
from .._generated.models import Acknowledgement

__all__ = ["Acknowledgement", "ChannelSetting", "Integration", "IntegrationSetting"]


@define(auto_attribs=False, repr=False)
class Integration(models.Integration):
    """An integration of an organisation, with the fields of the generated model. `id` is UNSET if it is left out."""

    if TYPE_CHECKING:
        # The documented type. A server may nevertheless leave the field out.
        id: str

    @property
    def display_name(self) -> str:
        """The name: `name` after create or update, `app_name` in a list, or an empty string without both."""
        return self.name or self.app_name or ""


@define(auto_attribs=False, repr=False)
class IntegrationSetting(models.IntegrationSetting):
    """A setting of an integration, with the fields of the generated model. `id` is UNSET if it is left out."""

    if TYPE_CHECKING:
        # The documented type. A server may nevertheless leave the field out.
        id: str


@define(auto_attribs=False, repr=False)
class ChannelSetting(models.ChannelSetting):
    """A setting of an integration in one channel, with the fields of the generated model."""

    if TYPE_CHECKING:
        # The documented type. A server may nevertheless leave the field out.
        id: str
