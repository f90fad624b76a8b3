"""The results of the organisation's operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import define

from .._generated import models
from .._generated.models import Acknowledgement

__all__ = ["Acknowledgement", "ChannelSetting", "Integration", "IntegrationSetting"]


@define(auto_attribs=False, repr=False)
class Integration(models.Integration):
    """An integration of an organisation. Its fields are those of the generated model; id is UNSET if it is left out."""

    if TYPE_CHECKING:
        # As documented. A server may leave it out all the same.
        id: str  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]

    @property
    def display_name(self) -> str:
        """Its name: `name` where it was created or changed, `app_name` where it is listed; empty without either."""
        return self.name or self.app_name or ""


@define(auto_attribs=False, repr=False)
class IntegrationSetting(models.IntegrationSetting):
    """A setting of an integration. Its fields are those of the generated model; id is UNSET if it is left out."""

    if TYPE_CHECKING:
        # As documented. A server may leave it out all the same.
        id: str  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]


@define(auto_attribs=False, repr=False)
class ChannelSetting(models.ChannelSetting):
    """A setting of an integration in one channel. As `IntegrationSetting`, with a `channel_id`."""

    if TYPE_CHECKING:
        # As documented. A server may leave it out all the same.
        id: str  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
