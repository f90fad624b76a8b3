"""Types of the facade as type checkers infer them. `mypy --strict` checks this file."""

from pathlib import Path
from typing import Any, Dict, List, Optional, Union
from urllib.parse import urlsplit

from typing_extensions import assert_type

import integry as package
from integry import (
    Acknowledgement,
    App,
    AppPage,
    ConnectedAccount,
    CustomSetting,
    Function,
    FunctionPage,
    FunctionResult,
    Integration,
    IntegrationSetting,
    Integry,
    Organisation,
    RawResponse,
    SlackInfo,
)
from integry._generated.types import Unset


def integry_client(integry: Integry) -> None:
    """Assert the types of apps and functions."""
    page = integry.apps.list(user_id=1, connected_only=True, timeout=3)
    assert_type(page, AppPage)
    assert_type(page.items, List[App])
    assert_type(page.next_page(), Optional[AppPage])
    assert_type([each.apps for each in page.pages()], List[List[App]])
    assert_type(page.apps[0].connected_accounts[0].display_name, Union[str, None, Unset])
    for app in page:
        assert_type(app, App)
    assert_type(integry.apps.get("slack"), App)
    assert_type(integry.apps.connected_accounts("slack"), List[ConnectedAccount])
    assert_type(integry.apps.is_connected("slack"), bool)
    assert_type(integry.apps.connect_url("slack"), str)
    assert_type(integry.functions.list(app="x", include=["meta"]), FunctionPage)
    function = integry.functions.get("f")
    assert_type(function, Function)
    assert_type(function.parameters, Dict[str, Any])
    assert_type(function.required, List[str])
    assert_type(function({"a": 1}, variables={"b": 2}), FunctionResult)
    assert_type(integry.functions.predict("p"), List[Function])
    assert_type(integry.functions.call(function, '{"a": 1}', integration_id=None, headers={"X-A": "b"}), FunctionResult)
    assert_type(integry.functions.get(function, allow_workspace_connected_accounts=True).name, str)
    assert_type(integry.apps.get(integry.apps.get("slack")), App)
    assert_type(integry.sign(5) + integry.sign() + integry.app_key, str)
    assert_type(Integry(base_url=urlsplit("https://x.example"), default_headers={"X-A": b"b"}), Integry)
    result = integry.functions.call("f", {"a": 1}, 5, {"v": 1}, 7, max_retries=0, deadline=3.5)
    assert_type(result, FunctionResult)
    assert_type(result.network_code, int)
    assert_type(result.credits, Optional[int])
    assert_type(result.ok, bool)
    assert_type([each.output for each in integry.functions.call_pages("f")], List[Any])
    assert_type(integry.for_user("x").with_options(timeout=(1, 2)), Integry)
    with integry as same:
        assert_type(same, Integry)
    assert_type(package.sign("a", 5), str)


def organisation_client(org: Organisation) -> None:
    """Assert the types of integrations, settings and Slack."""
    assert_type(org.integrations.list(), List[Integration])
    assert_type(org.integrations.list()[0].display_name, str)
    assert_type(org.integrations.create(name="n", json_url="u"), Optional[Integration])
    assert_type(org.integrations.settings("i").list(), List[IntegrationSetting])
    assert_type(org.integrations.settings("i").add("l", "v"), Acknowledgement)
    assert_type(org.custom_integrations.settings("i").get(), List[CustomSetting])
    assert_type(org.slack.info(), SlackInfo)


def raw_responses(integry: Integry, org: Organisation) -> None:
    """Assert that raw responses keep the types of arguments and results."""
    raw = integry.with_raw_response.apps.get("slack", 5, timeout=3)
    assert_type(raw, RawResponse[App])
    assert_type(raw.parsed, App)
    assert_type(raw.status, int)
    assert_type(integry.with_raw_response.for_user(5).functions.list(app="x"), RawResponse[FunctionPage])
    assert_type(next(integry.with_raw_response.functions.call_pages("f")), RawResponse[FunctionResult])
    assert_type(org.with_raw_response.integrations.settings("i").list().parsed, List[IntegrationSetting])
    assert_type(org.with_raw_response.slack.info(), RawResponse[SlackInfo])
    assert_type(integry.request("GET", "/x"), RawResponse[Any])


def invalid_calls(integry: Integry) -> None:
    """Make calls that are type errors. Mypy reports an ignore comment that is not needed."""
    integry.apps.get("slack", colour=1)  # type: ignore[call-arg]  # no such argument
    integry.with_raw_response.apps.get(colour=1)  # type: ignore[call-arg]  # no such argument
    integry.functions.call(5)  # type: ignore[arg-type]  # a name must be a string
    integry.functions.get("f")({}, timeot=3)  # type: ignore[call-arg]  # misspelt
    integry.with_options(timeot=3)  # type: ignore[call-arg]  # misspelt
    integry.functions.call(integry.apps.get("slack"))  # type: ignore[arg-type]  # an app is not a function
    integry.sign(None)  # type: ignore[arg-type]  # a user is required
    Integry(base_url=Path("/x"))  # type: ignore[arg-type]  # a path is not a URL
    integry.apps.get("slack", timeout="soon")  # type: ignore[arg-type]  # seconds must be a number
