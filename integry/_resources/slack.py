"""The access of an organisation to Slack."""

from __future__ import annotations

from .._generated.api.slack import exchange_slack_token, get_slack_info
from .._generated.models import SlackInfo, SlackToken, SlackTokenRequest
from .._hints import Unpack
from .._http.request import build
from .._settings import RequestOptions
from ._base import OrganisationResource
from ._parse import parse_one


class Slack(OrganisationResource):
    """The access of an organisation to Slack. All methods raise `errors.IntegryError` if they fail."""

    def exchange_token(self, oauth_code: str, **options: Unpack[RequestOptions]) -> SlackToken:
        """Exchange Slack's OAuth code for an access token (operation `exchange_slack_token`).

        Args:
            oauth_code: The OAuth code from Slack.
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.

        Raises:
            errors.Conflict: If the organisation has access already.
        """
        request = build(exchange_slack_token.build, self._organisation_id, body=SlackTokenRequest(oauth_code))
        return self._client.send(request, parse_one(SlackToken), **options)

    def info(self, **options: Unpack[RequestOptions]) -> SlackInfo:
        """Return information about the organisation's access to Slack (operation `get_slack_info`).

        Args:
            **options: `timeout`, `max_retries`, `deadline`, `headers` of this call.
        """
        return self._client.send(build(get_slack_info.build, self._organisation_id), parse_one(SlackInfo), **options)
