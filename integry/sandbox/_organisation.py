"""The organisation-integrations API. The method `do_NAME` implements the operation NAME.

Any UUID is an existing organisation, except for the nil UUID (all zeros).
"""

from __future__ import annotations

import hmac
import uuid
from datetime import datetime, timezone
from typing import Any, Dict, List, Sequence
from urllib.parse import urlsplit

import requests

from .._base_url import is_loopback
from .._generated.operation import Operation
from ._envelopes import (
    MAYBE_EMPTY,
    ValidationFailed,
    check_uuid,
    envelope,
    raise_invalid,
    raise_not_found,
    read_object,
    read_setting,
    read_text,
)
from ._http import HTTPError, Request, Response
from ._store import Record, Store

#: Timeout in seconds for the JSON document of a custom integration.
FETCH_TIMEOUT = 5.0
#: Fields of an integration in responses. Creation, updates and lists return different ones.
_WRITE_VIEW = ("id", "name", "json_url", "auth_credential", "integration_type", "is_system_integration", "created_at")
_CREATED_VIEW = (*_WRITE_VIEW, "json_schema")
_LIST_VIEW = (
    *("id", "app_name", "json_url", "app_url", "app_logo", "app_description", "is_system_integration", "is_active"),
    *("created_at", "updated_at"),
)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")


def _view(record: Record, fields: Sequence[str]) -> Dict[str, Any]:
    """Return the given fields of a record, without fields that the record does not have."""
    return {name: record.value[name] for name in fields if name in record.value}


class OrganisationAPI:
    """The organisation-integrations API, on a store.

    Args:
        token: The bearer token that requests must have.
        store: The store for integrations and settings.
        fetch: True to fetch JSON documents of custom integrations, from loopback addresses only.
    """

    def __init__(self, token: str, store: Store, *, fetch: bool) -> None:
        self.token, self.store, self.fetch = token, store, fetch

    def authenticated(self, request: Request) -> None:
        """Check the bearer token.

        Raises:
            HTTPError: If the token is missing or wrong (401).
        """
        given = request.header("Authorization").encode()
        if not hmac.compare_digest(given, f"Bearer {self.token}".encode()):
            raise HTTPError(401, envelope(401, "Unauthorized").body)

    def answer(self, operation: Operation, request: Request, ids: Dict[str, str]) -> Response:
        """Check the token, and perform an operation."""
        self.authenticated(request)
        try:
            for name in ("organisation_id", "integration_id"):
                check_uuid(name, ids.get(name))
            if ids["organisation_id"] == str(uuid.UUID(int=0)):
                raise_not_found("Organisation")
            found: Response = getattr(self, f"do_{operation.name}")(request, *ids.values())
        except ValidationFailed as error:
            return error.response(operation)
        return found

    # Integrations

    def do_create_integration(self, request: Request, organisation: str) -> Response:
        """Add an integration to an organisation."""
        body = read_object(request)
        name, url = (read_text(body, field) for field in ("name", "json_url"))
        described = {"app_url": "", "app_logo": "", "app_description": "", "json_schema": {}}
        chosen = {field: read_text({field: "", **body}, field) for field in MAYBE_EMPTY}
        value = {**described, **chosen, "name": name, "app_name": name, "json_url": url}
        record = self._add("integration", organisation, **value, is_system_integration=False, is_active=True)
        return envelope(201, "Integration app created successfully", data=_view(record, _CREATED_VIEW))

    def do_list_integrations(self, _: Request, organisation: str) -> Response:
        """Return all integrations of an organisation."""
        found = [_view(record, _LIST_VIEW) for record in self.store.find("integration", organisation)]
        return envelope(200, "Integrations retrieved successfully.", data=found)

    def do_update_integration(self, request: Request, organisation: str, integration: str) -> Response:
        """Update the fields in the body."""
        record, body = self._get("integration", organisation, integration), read_object(request)
        given = {name: read_text(body, name) for name in ("name", "json_url", *MAYBE_EMPTY) if name in body}
        if "name" in given:
            given["app_name"] = given["name"]
        record = self.store.change(record, **given, updated_at=_now())
        return envelope(200, "Integrations updated successfully", data=_view(record, _WRITE_VIEW))

    def do_delete_integration(self, _: Request, organisation: str, integration: str) -> Response:
        """Delete an integration, and return it."""
        record = self._get("integration", organisation, integration)
        self.store.remove(record)
        return envelope(200, "Integrations deleted successfully", data=_view(record, _WRITE_VIEW))

    # Settings

    def do_add_integration_setting(self, request: Request, *ids: str) -> Response:
        """Add a setting to an integration."""
        self._add_setting(request, *ids)
        return envelope(200, "Integration setting added successfully")

    def do_list_integration_settings(self, _: Request, *ids: str) -> Response:
        """Return all settings of an integration."""
        return envelope(200, "Integration setting retrieved successfully", data=self._settings(*ids))

    def do_update_integration_settings(self, request: Request, *ids: str) -> Response:
        """Update the setting with the label in the body, or else the newest one. The path has no id of a setting."""
        self._get("integration", *ids[:2])
        found, given = self.store.find("setting", "/".join(ids)), read_setting(request)
        if not found:
            raise_not_found("Setting")
        same = [record for record in found if record.value["form_field_label"] == given.get("form_field_label")]
        self.store.change((same or found)[-1], **given, updated_at=_now())
        return envelope(200, "Integration setting updated successfully")

    def do_add_channel_setting(self, request: Request, *ids: str) -> Response:
        """Add a setting to a channel."""
        self._add_setting(request, *ids)
        return envelope(200, "Channel Integration setting added successfully")

    def do_list_channel_settings(self, _: Request, *ids: str) -> Response:
        """Return all settings of a channel."""
        return envelope(200, "Channel Integration settings retrieved successfully", data=self._settings(*ids))

    def do_update_channel_setting(self, request: Request, *ids: str) -> Response:
        """Update a setting of a channel."""
        record = self._get("setting", "/".join(ids[:3]), ids[3])
        self.store.change(record, **read_setting(request), updated_at=_now())
        return envelope(200, "Integration setting updated successfully")

    def do_delete_channel_setting(self, _: Request, *ids: str) -> Response:
        """Delete a setting of a channel."""
        self.store.remove(self._get("setting", "/".join(ids[:3]), ids[3]))
        return envelope(200, "Channel Integration setting deleted successfully")

    def _add_setting(self, request: Request, *ids: str) -> None:
        self._get("integration", *ids[:2])
        body = read_object(request)
        given = {name: read_text(body, name) for name in ("form_field_label", "form_field_value")}
        owner = dict(zip(("org_id", "integration_id", "channel_id"), ids))
        self._add("setting", "/".join(ids), **owner, **given)

    def _settings(self, *ids: str) -> List[Dict[str, Any]]:
        self._get("integration", *ids[:2])
        return [record.value for record in self.store.find("setting", "/".join(ids))]

    # Custom integrations

    def do_create_custom_integration(self, request: Request, organisation: str) -> Response:
        """Add a custom integration, described by its JSON document."""
        self._add("custom_integration", organisation, **self._description(request), is_active=False)
        return envelope(201, "Integration app created successfully")

    def do_list_custom_integrations(self, _: Request, organisation: str) -> Response:
        """Return all custom integrations of an organisation."""
        found = [_view(record, _LIST_VIEW) for record in self.store.find("custom_integration", organisation)]
        return envelope(200, "Integrations retrieved successfully.", data=found)

    def do_update_custom_integration(self, request: Request, organisation: str, integration: str) -> Response:
        """Replace the description of a custom integration with the description in another JSON document."""
        record = self._get("custom_integration", organisation, integration)
        self.store.change(record, **self._description(request), updated_at=_now())
        return envelope(200, "Integrations updated successfully")

    def do_delete_custom_integration(self, _: Request, organisation: str, integration: str) -> Response:
        """Delete a custom integration."""
        self.store.remove(self._get("custom_integration", organisation, integration))
        return envelope(200, "Integrations deleted successfully")

    def do_update_custom_integration_settings(self, request: Request, organisation: str, integration: str) -> Response:
        """Set the setting of a custom integration."""
        record = self._get("custom_integration", organisation, integration)
        entry = read_object(request).get("setting_entry")
        if not isinstance(entry, dict):
            raise_invalid("Invalid input: setting_entry must be an object")
        self.store.change(record, setting_entry=entry, updated_at=_now())
        return envelope(200, "Integrations Settings updated successfully")

    def do_get_custom_integration_settings(self, _: Request, organisation: str, integration: str) -> Response:
        """Return the setting of a custom integration; null if it is not set."""
        record = self._get("custom_integration", organisation, integration)
        return envelope(200, "Integrations retrieved successfully.", data=record.value.get("setting_entry"))

    def _description(self, request: Request) -> Dict[str, Any]:
        """Return the description of a custom integration. Its JSON document is read only if `fetch` is True."""
        url = read_text(read_object(request), "json_url")
        host = _host(url)
        found = _fetch_description(url) if self.fetch and is_loopback(host) else {}
        names = ("app_url", "app_logo", "app_description")
        described = {name: str(found.get(name, "")) for name in names}
        return {"json_url": url, "app_name": str(found.get("app_name", host)), **described}

    # Slack

    def do_exchange_slack_token(self, request: Request, organisation: str) -> Response:
        """Exchange an OAuth code for an access token. Each organisation can do this only once."""
        code = read_object(request).get("oauth_code")
        if not isinstance(code, str) or not code:
            message = "Invalid request body."
            raise ValidationFailed(message, 401)
        webhook = {
            "channel": "#random",
            "channel_id": "C6F3LQ03A",
            "configuration_url": f"{request.url}/slack/configuration",
            "url": f"{request.url}/slack/webhook/{uuid.uuid4().hex}",
        }
        token = {"access_token": f"sandbox-{uuid.uuid4().hex}", "incoming_webhook": webhook}
        team = {"team_id": "T6F74R6TB", "team_name": "Sandbox", "user_id": str(uuid.uuid4())}
        owner = {"organisation_id": organisation, "access_token": token["access_token"]}
        with self.store.transaction():
            if self.store.find("slack", organisation):
                message = "Integration app already exists."
                raise ValidationFailed(message, 409)
            self._add("slack", organisation, **owner, **team, **webhook)
        return envelope(200, "Slack OAuth token exchange successful", data=token)

    def do_get_slack_info(self, _: Request, organisation: str) -> Response:
        """Return the Slack workspace and the webhook that `do_exchange_slack_token` stored."""
        found = self.store.find("slack", organisation)
        if not found:
            raise_not_found("Slack access info")
        return envelope(200, "Slack access info fetched successfully", data=found[-1].value)

    # Records

    def _add(self, kind: str, scope: str, **value: Any) -> Record:
        id_, at = str(uuid.uuid4()), _now()
        return self.store.add(kind, scope, {"id": id_, **value, "created_at": at, "updated_at": at}, id_)

    def _get(self, kind: str, scope: str, key: str) -> Record:
        found = self.store.find(kind, scope, key)
        if not found:
            raise_not_found("Setting" if kind == "setting" else "Integration")
        return found[0]


def _host(url: str) -> str:
    """Return the host of a JSON document's URL, or raise the error of an invalid request."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    # URL parsers disagree on the host of a URL with user info or a backslash.
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or "\\" in url:
        raise_invalid("Invalid JSON URL supplied.")
    return parts.hostname


def _fetch_description(url: str) -> Dict[str, Any]:
    """Return the description in a JSON document on this machine."""
    try:
        with requests.Session() as session:
            # Use no proxy, which would send the request to another machine.
            session.trust_env = False
            response = session.get(url, timeout=FETCH_TIMEOUT, allow_redirects=False)
        found = response.json()["data"]["descriptions"]
    except (requests.RequestException, ValueError, KeyError, TypeError):
        raise_invalid("Invalid JSON URL supplied.")
    return found if isinstance(found, dict) else {}
