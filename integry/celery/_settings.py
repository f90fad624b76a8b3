"""Settings of this package in the configuration of a Celery app, and the client of a worker."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from celery import Celery
from celery.utils.imports import symbol_by_name

from .._client import Integry
from ..errors import ConfigurationError


def setting(app: Celery, name: str) -> Any:
    """Return a setting of the configuration of a Celery app, or None.

    The value of a setting may be a function without arguments, or its dotted name, which returns the value.
    """
    value = app.conf.get(name)
    if isinstance(value, str) and "://" not in value:
        try:
            value = symbol_by_name(value)
        except (ImportError, AttributeError, ValueError) as error:
            message = f"The setting {name} of the Celery app must name a function, and {value!r} cannot be imported"
            raise ConfigurationError(message) from error
    return value() if callable(value) else value


@lru_cache(maxsize=8)
def client_of(app: Celery) -> Integry:
    """Return the client of this process: that of the setting `integry_client`, or one from the environment.

    Raises:
        ConfigurationError: If neither the setting nor the environment has credentials.
    """
    client = setting(app, "integry_client")
    if client is None:
        try:
            return Integry()
        except ConfigurationError as error:
            message = (
                f"{error} Or set integry_client in the configuration of the Celery app to the dotted name of a "
                'function that returns a client, for example "integry.django.get_client".'
            )
            raise ConfigurationError(message) from None
    if not isinstance(client, Integry):
        message = f"The setting integry_client must return an Integry client, got {type(client).__name__}"
        raise ConfigurationError(message)
    return client
