"""The organisation-integrations API: each operation is the method `do_…` of its name.

Any UUID is an organisation, but the nil UUID (all zeros), which never is.
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
from ._envelopes import MAYBE_EMPTY, Unfit, check_uuid, envelope, invalid, missing, object_in, setting_in, text_in
from ._http import Answer, Refused, Request
from ._store import Record, Store

#: Seconds to wait for the JSON document of a custom integration.
FETCH_TIMEOUT = 5.0
#: What the answers show of an integration: each of the three has other fields.
_WRITE_VIEW = ("id", "name", "json_url", "auth_credential", "integration_type", "is_system_integration", "created_at")
_CREATED_VIEW = (*_WRITE_VIEW, "json_schema")
_LIST_VIEW = (
    *("id", "app_name", "json_url", "app_url", "app_logo", "app_description", "is_system_integration", "is_active"),
    *("created_at", "updated_at"),
)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")


def _seen(record: Record, fields: Sequence[str]) -> Dict[str, Any]:
    """The fields of a record that one of the API's views has."""
    return {name: record.value[name] for name in fields if name in record.value}


class OrganisationAPI:
    """The operations on a store.

    Args:
        token: The bearer token that requests must carry.
        store: Where everything is kept.
        fetch: Whether JSON documents of custom integrations are fetched, from this machine only.
    """

    def __init__(self, token: str, store: Store, *, fetch: bool) -> None:
        self.token, self.store, self.fetch = token, store, fetch

    def authenticated(self, request: Request) -> None:
        """Check the bearer token.

        Raises:
            Refused: If it is not ours.
        """
        given = request.header("Authorization").encode()
        if not hmac.compare_digest(given, f"Bearer {self.token}".encode()):
            raise Refused(401, envelope(401, "Unauthorized").body)

    def answer(self, operation: Operation, request: Request, ids: Dict[str, str]) -> Answer:
        """Do an operation for whoever has the token."""
        self.authenticated(request)
        try:
            for name in ("organisation_id", "integration_id"):
                check_uuid(name, ids.get(name))
            if ids["organisation_id"] == str(uuid.UUID(int=0)):
                missing("Organisation")
            found: Answer = getattr(self, f"do_{operation.name}")(request, *ids.values())
        except Unfit as error:
            return error.answer(operation)
        return found

    # Integrations

    def do_create_integration(self, request: Request, organisation: str) -> Answer:
        """Add an integration."""
        body = object_in(request)
        name, url = (text_in(body, field) for field in ("name", "json_url"))
        described = {"app_url": "", "app_logo": "", "app_description": "", "json_schema": {}}
        chosen = {field: text_in({field: "", **body}, field) for field in MAYBE_EMPTY}
        value = {**described, **chosen, "name": name, "app_name": name, "json_url": url}
        record = self._add("integration", organisation, **value, is_system_integration=False, is_active=True)
        return envelope(201, "Integration app created successfully", data=_seen(record, _CREATED_VIEW))

    def do_list_integrations(self, _: Request, organisation: str) -> Answer:
        """All integrations."""
        found = [_seen(record, _LIST_VIEW) for record in self.store.find("integration", organisation)]
        return envelope(200, "Integrations retrieved successfully.", data=found)

    def do_update_integration(self, request: Request, organisation: str, integration: str) -> Answer:
        """Change what is given."""
        record, body = self._one("integration", organisation, integration), object_in(request)
        given = {name: text_in(body, name) for name in ("name", "json_url", *MAYBE_EMPTY) if name in body}
        if "name" in given:
            given["app_name"] = given["name"]
        record = self.store.change(record, **given, updated_at=_now())
        return envelope(200, "Integrations updated successfully", data=_seen(record, _WRITE_VIEW))

    def do_delete_integration(self, _: Request, organisation: str, integration: str) -> Answer:
        """Delete an integration, and give it a last time."""
        record = self._one("integration", organisation, integration)
        self.store.remove(record)
        return envelope(200, "Integrations deleted successfully", data=_seen(record, _WRITE_VIEW))

    # Settings

    def do_add_integration_setting(self, request: Request, *ids: str) -> Answer:
        """Add a setting."""
        self._add_setting(request, *ids)
        return envelope(200, "Integration setting added successfully")

    def do_list_integration_settings(self, _: Request, *ids: str) -> Answer:
        """All settings."""
        return envelope(200, "Integration setting retrieved successfully", data=self._settings(*ids))

    def do_update_integration_settings(self, request: Request, *ids: str) -> Answer:
        """Change the setting with the label that is given, or else the newest: the API takes no id here."""
        self._one("integration", *ids[:2])
        found, given = self.store.find("setting", "/".join(ids)), setting_in(request)
        if not found:
            missing("Setting")
        same = [record for record in found if record.value["form_field_label"] == given.get("form_field_label")]
        self.store.change((same or found)[-1], **given, updated_at=_now())
        return envelope(200, "Integration setting updated successfully")

    def do_add_channel_setting(self, request: Request, *ids: str) -> Answer:
        """Add a setting in a channel."""
        self._add_setting(request, *ids)
        return envelope(200, "Channel Integration setting added successfully")

    def do_list_channel_settings(self, _: Request, *ids: str) -> Answer:
        """All settings in a channel."""
        return envelope(200, "Channel Integration settings retrieved successfully", data=self._settings(*ids))

    def do_update_channel_setting(self, request: Request, *ids: str) -> Answer:
        """Change a setting in a channel."""
        record = self._one("setting", "/".join(ids[:3]), ids[3])
        self.store.change(record, **setting_in(request), updated_at=_now())
        return envelope(200, "Integration setting updated successfully")

    def do_delete_channel_setting(self, _: Request, *ids: str) -> Answer:
        """Delete a setting in a channel."""
        self.store.remove(self._one("setting", "/".join(ids[:3]), ids[3]))
        return envelope(200, "Channel Integration setting deleted successfully")

    def _add_setting(self, request: Request, *ids: str) -> None:
        self._one("integration", *ids[:2])
        body = object_in(request)
        given = {name: text_in(body, name) for name in ("form_field_label", "form_field_value")}
        owner = dict(zip(("org_id", "integration_id", "channel_id"), ids))
        self._add("setting", "/".join(ids), **owner, **given)

    def _settings(self, *ids: str) -> List[Dict[str, Any]]:
        self._one("integration", *ids[:2])
        return [record.value for record in self.store.find("setting", "/".join(ids))]

    # Custom integrations

    def do_create_custom_integration(self, request: Request, organisation: str) -> Answer:
        """Add an integration that describes itself."""
        self._add("custom_integration", organisation, **self._described(request), is_active=False)
        return envelope(201, "Integration app created successfully")

    def do_list_custom_integrations(self, _: Request, organisation: str) -> Answer:
        """All custom integrations."""
        found = [_seen(record, _LIST_VIEW) for record in self.store.find("custom_integration", organisation)]
        return envelope(200, "Integrations retrieved successfully.", data=found)

    def do_update_custom_integration(self, request: Request, organisation: str, integration: str) -> Answer:
        """Describe an integration anew."""
        record = self._one("custom_integration", organisation, integration)
        self.store.change(record, **self._described(request), updated_at=_now())
        return envelope(200, "Integrations updated successfully")

    def do_delete_custom_integration(self, _: Request, organisation: str, integration: str) -> Answer:
        """Delete a custom integration."""
        self.store.remove(self._one("custom_integration", organisation, integration))
        return envelope(200, "Integrations deleted successfully")

    def do_update_custom_integration_settings(self, request: Request, organisation: str, integration: str) -> Answer:
        """Set the setting of a custom integration."""
        record = self._one("custom_integration", organisation, integration)
        entry = object_in(request).get("setting_entry")
        if not isinstance(entry, dict):
            invalid("Invalid input: setting_entry must be an object")
        self.store.change(record, setting_entry=entry, updated_at=_now())
        return envelope(200, "Integrations Settings updated successfully")

    def do_get_custom_integration_settings(self, _: Request, organisation: str, integration: str) -> Answer:
        """The setting of a custom integration, null before there is one."""
        record = self._one("custom_integration", organisation, integration)
        return envelope(200, "Integrations retrieved successfully.", data=record.value.get("setting_entry"))

    def _described(self, request: Request) -> Dict[str, Any]:
        """What the JSON document of a custom integration says, as far as it is fetched."""
        url = text_in(object_in(request), "json_url")
        host = _host(url)
        found = _fetched(url) if self.fetch and is_loopback(host) else {}
        names = ("app_url", "app_logo", "app_description")
        described = {name: str(found.get(name, "")) for name in names}
        return {"json_url": url, "app_name": str(found.get("app_name", host)), **described}

    # Slack

    def do_exchange_slack_token(self, request: Request, organisation: str) -> Answer:
        """Take an OAuth code for an access token, once."""
        code = object_in(request).get("oauth_code")
        if not isinstance(code, str) or not code:
            message = "Invalid request body."
            raise Unfit(message, 401)
        webhook = {
            "channel": "#random",
            "channel_id": "C6F3LQ03A",
            "configuration_url": f"{request.url}/slack/configuration",
            "url": f"{request.url}/slack/webhook/{uuid.uuid4().hex}",
        }
        token = {"access_token": f"sandbox-{uuid.uuid4().hex}", "incoming_webhook": webhook}
        team = {"team_id": "T6F74R6TB", "team_name": "Sandbox", "user_id": str(uuid.uuid4())}
        owner = {"organisation_id": organisation, "access_token": token["access_token"]}
        with self.store.exclusive():
            if self.store.find("slack", organisation):
                message = "Integration app already exists."
                raise Unfit(message, 409)
            self._add("slack", organisation, **owner, **team, **webhook)
        return envelope(200, "Slack OAuth token exchange successful", data=token)

    def do_get_slack_info(self, _: Request, organisation: str) -> Answer:
        """What is known since the exchange."""
        found = self.store.find("slack", organisation)
        if not found:
            missing("Slack access info")
        return envelope(200, "Slack access info fetched successfully", data=found[-1].value)

    # Records

    def _add(self, kind: str, scope: str, **value: Any) -> Record:
        id_, at = str(uuid.uuid4()), _now()
        return self.store.add(kind, scope, {"id": id_, **value, "created_at": at, "updated_at": at}, id_)

    def _one(self, kind: str, scope: str, key: str) -> Record:
        found = self.store.find(kind, scope, key)
        if not found:
            missing("Setting" if kind == "setting" else "Integration")
        return found[0]


def _host(url: str) -> str:
    """Where a JSON document is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    # With a user or a backslash in it, readers of URLs do not agree on the host.
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or "\\" in url:
        invalid("Invalid JSON URL supplied.")
    return parts.hostname


def _fetched(url: str) -> Dict[str, Any]:
    """The description in a JSON document on this machine."""
    try:
        with requests.Session() as session:
            # No proxy, which would ask somebody else.
            session.trust_env = False
            response = session.get(url, timeout=FETCH_TIMEOUT, allow_redirects=False)
        found = response.json()["data"]["descriptions"]
    except (requests.RequestException, ValueError, KeyError, TypeError):
        invalid("Invalid JSON URL supplied.")
    return found if isinstance(found, dict) else {}
