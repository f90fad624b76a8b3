"""The resources of `client.with_raw_response`, whose methods return a `RawResponse`."""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from itertools import islice
from typing import TYPE_CHECKING, Callable, Iterator, List, TypeVar, Union

from .._http.requester import recorded_responses
from .._results.integrations import Integration
from .._results.raw import RawResponse, raw
from ..errors import ConfigurationError

if TYPE_CHECKING:
    import requests
    from typing_extensions import ParamSpec

    from .apps import Apps
    from .custom_integrations import CustomIntegrations, CustomSettings
    from .functions import Functions
    from .integrations import Channel, ChannelSettings, Integrations, IntegrationSettings
    from .slack import Slack

    P = ParamSpec("P")

T = TypeVar("T")


@contextmanager
def _recording() -> Iterator[List[requests.Response]]:
    recorded: List[requests.Response] = []
    token = recorded_responses.set(recorded)
    try:
        yield recorded
    finally:
        recorded_responses.reset(token)


def _last(recorded: List[requests.Response]) -> requests.Response:
    """Return the last response that a method received.

    Raises:
        ConfigurationError: If no request was sent.
    """
    if not recorded:
        message = "No request was sent, so there is no response: the method is replaced, by a mock for example"
        raise ConfigurationError(message)
    return recorded[-1]


def _raw(method: Callable[P, T]) -> Callable[P, RawResponse[T]]:
    """Wrap a method, so that it returns a `RawResponse` with its last response and its result."""

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        with _recording() as recorded:
            parsed = method(*args, **kwargs)
        return raw(_last(recorded), parsed)

    return call


def _raw_each(method: Callable[P, Iterator[T]]) -> Callable[P, Iterator[RawResponse[T]]]:
    """Wrap a method that returns an iterator, so that it yields a `RawResponse` for each result."""

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> Iterator[RawResponse[T]]:
        results = method(*args, **kwargs)
        while True:
            with _recording() as recorded:
                found = list(islice(results, 1))
            if not found:
                return
            yield raw(_last(recorded), found[0])

    return call


class _Raw:
    """The base class of the resources in this module."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: methods that return a RawResponse>"


class RawApps(_Raw):
    """The apps, with methods that return a RawResponse: that of the last request if a method sends several."""

    def __init__(self, apps: Apps) -> None:
        self.list = _raw(apps.list)
        self.get = _raw(apps.get)
        self.connected_accounts = _raw(apps.connected_accounts)
        self.is_connected = _raw(apps.is_connected)
        self.connect_url = _raw(apps.connect_url)
        self.wait_until_connected = _raw(apps.wait_until_connected)
        self.disconnect = _raw(apps.disconnect)


class RawFunctions(_Raw):
    """The functions of apps, with methods that return a RawResponse."""

    def __init__(self, functions: Functions) -> None:
        self.list = _raw(functions.list)
        self.get = _raw(functions.get)
        self.predict = _raw(functions.predict)
        self.call = _raw(functions.call)
        self.call_pages = _raw_each(functions.call_pages)
        self.passthrough = _raw(functions.passthrough)


class RawIntegrations(_Raw):
    """The integrations of an organisation, with methods that return a RawResponse."""

    def __init__(self, integrations: Integrations) -> None:
        self._integrations = integrations
        self.create = _raw(integrations.create)
        self.list = _raw(integrations.list)
        self.update = _raw(integrations.update)
        self.delete = _raw(integrations.delete)

    def settings(self, integration_id: Union[str, Integration]) -> RawIntegrationSettings:
        """Return the resource for the settings of an integration, like `Integrations.settings`."""
        return RawIntegrationSettings(self._integrations.settings(integration_id))

    def channel(self, integration_id: Union[str, Integration], channel_id: str) -> RawChannel:
        """Return the resource for an integration in one channel, like `Integrations.channel`."""
        return RawChannel(self._integrations.channel(integration_id, channel_id))


class RawIntegrationSettings(_Raw):
    """The settings of an integration, with methods that return a RawResponse."""

    def __init__(self, settings: IntegrationSettings) -> None:
        self.add = _raw(settings.add)
        self.list = _raw(settings.list)
        self.update = _raw(settings.update)


class RawChannel(_Raw):
    """An integration in one channel. The methods of its `settings` return a RawResponse."""

    def __init__(self, channel: Channel) -> None:
        self.settings = RawChannelSettings(channel.settings)


class RawChannelSettings(_Raw):
    """The settings of an integration in one channel, with methods that return a RawResponse."""

    def __init__(self, settings: ChannelSettings) -> None:
        self.add = _raw(settings.add)
        self.list = _raw(settings.list)
        self.update = _raw(settings.update)
        self.delete = _raw(settings.delete)


class RawCustomIntegrations(_Raw):
    """The custom integrations of an organisation, with methods that return a RawResponse."""

    def __init__(self, integrations: CustomIntegrations) -> None:
        self._integrations = integrations
        self.create = _raw(integrations.create)
        self.list = _raw(integrations.list)
        self.update = _raw(integrations.update)
        self.delete = _raw(integrations.delete)

    def settings(self, integration_id: Union[str, Integration]) -> RawCustomSettings:
        """Return the resource for the settings of a custom integration, like `CustomIntegrations.settings`."""
        return RawCustomSettings(self._integrations.settings(integration_id))


class RawCustomSettings(_Raw):
    """The settings of a custom integration, with methods that return a RawResponse."""

    def __init__(self, settings: CustomSettings) -> None:
        self.get = _raw(settings.get)
        self.update = _raw(settings.update)


class RawSlack(_Raw):
    """The access of an organisation to Slack, with methods that return a RawResponse."""

    def __init__(self, slack: Slack) -> None:
        self.exchange_token = _raw(slack.exchange_token)
        self.info = _raw(slack.info)
