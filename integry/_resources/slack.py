"""An organisation's Slack access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._generated.api.slack import exchange_slack_token, get_slack_info
from .._generated.models import SlackInfo, SlackToken, SlackTokenRequest
from ._base import OrganisationResource
from ._parse import one

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._base import RequestOptions


class Slack(OrganisationResource):
    """An organisation's Slack access. All methods raise `errors.IntegryError`."""

    def exchange_token(self, oauth_code: str, **options: Unpack[RequestOptions]) -> SlackToken:
        """Exchange Slack's OAuth code for an access token (operation `exchange_slack_token`).

        Args:
            oauth_code: The code that Slack handed out.
            **options: `timeout`, `max_retries`, `deadline` of this call.

        Raises:
            errors.Conflict: If the organisation has Slack already.
        """
        body = SlackTokenRequest(oauth_code)
        return self._client.call(exchange_slack_token, options, one(SlackToken), body=body)

    def info(self, **options: Unpack[RequestOptions]) -> SlackInfo:
        """What is known of the Slack access (operation `get_slack_info`).

        Args:
            **options: `timeout`, `max_retries`, `deadline` of this call.
        """
        return self._client.call(get_slack_info, options, one(SlackInfo))
