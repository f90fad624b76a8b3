"""The state of a sandbox, and its wiring to the application."""

from __future__ import annotations

import io
import json
from typing import Any, Collection, Dict, Mapping, Optional
from urllib.parse import quote, urlencode, urlsplit

from .._auth import sign
from .._secrets import Mask, Secret
from ._application import Application
from ._catalogue import Catalogue
from ._consent import Consent
from ._console import Console
from ._control import Control
from ._credentials import choose_credentials
from ._faults import Faults
from ._http import Request, Response, make_environ
from ._integry import IntegryAPI
from ._journal import Journal
from ._organisation import OrganisationAPI
from ._store import Store

#: The base URL of a sandbox without a server.
IN_PROCESS = "https://sandbox.invalid"
#: The user of the documentation's examples, who has a connected Pipedrive account.
USER = "123456"


class State:
    """Store, catalogue, faults and credentials, and the application that uses them.

    Args:
        db: The path of the database; None to store in memory.
        credentials: The credentials that the caller passed, by name; empty ones are replaced by defaults.
        empty: True to start without the documentation's connected account.
        fetch: True to fetch the JSON documents of custom integrations, from loopback addresses only.
        returns: The origins that the consent page may redirect to.

    Raises:
        StoreError: If the file cannot be used.
    """

    def __init__(
        self,
        db: Optional[str],
        credentials: Mapping[str, Secret],
        *,
        empty: bool,
        fetch: bool,
        returns: Collection[str],
    ) -> None:
        self._empty = empty
        self.store, self.catalogue, self.faults = Store(db), Catalogue(), Faults()
        self.credentials = choose_credentials(credentials, self._stored_credentials())
        mask = Mask(self.credentials.values())
        self.journal = Journal(self.store, mask)
        self.integry = IntegryAPI(
            self.credentials["app_key"], self.credentials["app_secret"], self.catalogue, self.store
        )
        organisation = OrganisationAPI(self.credentials["token"], self.store, fetch=fetch)
        consent = Consent(self.integry, returns)
        console = Console(
            self.integry, self.journal, self.faults, consent, mask, send=self.call, reset=self.reset, user=USER
        )
        control = Control(self.credentials["control_token"], self.store, self.journal, self.faults, self.reset)
        self.application = Application(self.integry, organisation, (console, control), self.journal, self.faults)

    def call(self, function: str, user: str, account: str, body: Mapping[str, Any]) -> Response:
        """Call a function for a user, with a signed request like that of a client.

        Args:
            function: The name of the function.
            user: The user.
            account: The id of the connected account; empty if the user has one only.
            body: The arguments, with the variables as `_variables`.
        """
        query = f"?{urlencode({'connected_account_id': account}, errors='replace')}" if account else ""
        url = urlsplit(f"{IN_PROCESS}/functions/{quote(function, safe='', errors='replace')}/call/{query}")
        content = json.dumps(body).encode()
        signed = {"App-Key": self.credentials["app_key"], "User-ID": user}
        if user:
            signed["Hash"] = sign(self.credentials["app_secret"], user)
        environ = make_environ("POST", url, signed.items(), io.BytesIO(content), str(len(content)))
        return self.application.answer(Request(environ))

    def reset(self) -> None:
        """Delete all records, calls, refused requests and faults, and add the initial records."""
        self.faults.clear()
        self.journal.clear()
        with self.store.transaction():
            self.store.clear(but="credentials")
            self._seed()

    def _stored_credentials(self) -> Dict[str, str]:
        """Return the credentials that an earlier version stored, and add the initial records to a new store."""
        with self.store.transaction():
            found = self.store.find("credentials")
            if not found:
                # This record marks the store as initialised.
                self.store.add("credentials", "", {})
                self._seed()
            return found[0].value if found else {}

    def _seed(self) -> None:
        """Add the account of the documentation's examples."""
        if not self._empty:
            account = {"display_name": "663----------8b1", "modified_at": "2024-11-10T23:28:58Z"}
            self.store.add("account", USER, account, "pipedrive", 247714)
