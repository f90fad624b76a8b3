"""The state of a sandbox, and the application that works with it."""

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
from ._credentials import chosen
from ._faults import Faults
from ._http import Answer, Request, environ_of
from ._integry import IntegryAPI
from ._journal import Journal
from ._organisation import OrganisationAPI
from ._store import Store

#: Where a sandbox is that has no server.
IN_PROCESS = "https://sandbox.invalid"
#: The user of the documentation's examples, who has connected Pipedrive.
USER = "123456"


class State:
    """Store, catalogue, faults, credentials, and the application that answers requests with them.

    Args:
        db: A file for the store; None to keep it in memory.
        credentials: The credentials that were given, by name; empty ones are chosen.
        empty: True to begin without the documentation's connected account.
        fetch: True to fetch the JSON documents of custom integrations, from this machine only.
        returns: The origins that the consent page may lead back to.

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
        self.credentials = chosen(credentials, self._kept_credentials())
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

    def call(self, function: str, user: str, account: str, body: Mapping[str, Any]) -> Answer:
        """Call a function for a user, as a client does.

        Args:
            function: The name of the function.
            user: The user.
            account: The id of the connected account; empty for the only one.
            body: The arguments, and the variables as `_variables`.
        """
        query = f"?{urlencode({'connected_account_id': account}, errors='replace')}" if account else ""
        url = urlsplit(f"{IN_PROCESS}/functions/{quote(function, safe='', errors='replace')}/call/{query}")
        content = json.dumps(body).encode()
        signed = {"App-Key": self.credentials["app_key"], "User-ID": user}
        if user:
            signed["Hash"] = sign(self.credentials["app_secret"], user)
        environ = environ_of("POST", url, signed.items(), io.BytesIO(content), str(len(content)))
        return self.application.answer(Request(environ))

    def reset(self) -> None:
        """Forget all that happened: state, calls, refused requests, faults."""
        self.faults.clear()
        self.journal.clear()
        with self.store.exclusive():
            self.store.clear(but="credentials")
            self._seed()

    def _kept_credentials(self) -> Dict[str, str]:
        """Return the credentials that an earlier version put into the store; give a new store its first records."""
        with self.store.exclusive():
            found = self.store.find("credentials")
            if not found:
                # Marks that the store has begun.
                self.store.add("credentials", "", {})
                self._seed()
            return found[0].value if found else {}

    def _seed(self) -> None:
        """Add the account of the documentation's examples."""
        if not self._empty:
            account = {"display_name": "663----------8b1", "modified_at": "2024-11-10T23:28:58Z"}
            self.store.add("account", USER, account, "pipedrive", 247714)
