"""Integrations and their settings: the generated models of the organisation-integrations API."""

# pyright: reportGeneralTypeIssues=false, reportIncompatibleVariableOverride=false
# Fields are narrowed below to their types after __attrs_post_init__ or as documented, which the two rules refuse.

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
        # The documented type. A server may leave the field out nevertheless.
        id: str

    @property
    def display_name(self) -> str:
        """The name: `name` after create or update, `app_name` in a list, or an empty string without both."""
        return self.name or self.app_name or ""


@define(auto_attribs=False, repr=False)
class IntegrationSetting(models.IntegrationSetting):
    """A setting of an integration, with the fields of the generated model. `id` is UNSET if it is left out."""

    if TYPE_CHECKING:
        # The documented type. A server may leave the field out nevertheless.
        id: str


@define(auto_attribs=False, repr=False)
class ChannelSetting(models.ChannelSetting):
    """A setting of an integration in one channel, with the fields of the generated model."""

    if TYPE_CHECKING:
        # The documented type. A server may leave the field out nevertheless.
        id: str
