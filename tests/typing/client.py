"""Types of a generated client as type checkers infer them. `mypy --strict` checks this file."""

from typing import Optional, Union

from typing_extensions import assert_type

from generated import Client
from generated.api.apps import get_app
from generated.models import App, Error
from generated.operation import Request
from generated.types import Response


def methods(client: Client) -> None:
    """Assert the types of operations that are called as methods, and of the requests that they build."""
    assert_type(client.apps.get("slack"), Optional[Union[App, Error]])
    assert_type(client.apps.get_app.detailed(app_name="slack"), Response[Union[App, Error]])
    assert_type(get_app.build("slack"), Request[Union[App, Error]])
    assert_type(client.send(get_app.build("slack")), Response[Union[App, Error]])
    client.apps.get("slack", 1)  # type: ignore[call-arg]  # (too many arguments)
    client.apps.get(name="slack")  # type: ignore[call-arg]  # (no such argument)
