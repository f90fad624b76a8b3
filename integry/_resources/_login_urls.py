"""The pages where users connect apps."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Tuple

#: Maximum number of pages that a client remembers.
MAX_LOGIN_URLS = 1024


class LoginURLs(Dict[Tuple[str, str], str]):
    """The pages where users connect apps, by user and app, for the error that says that one is not connected."""

    def remember(self, user_id: str, urls: Mapping[str, Any]) -> None:
        """Add the pages of a user, by the names of the apps."""
        if len(self) + len(urls) > MAX_LOGIN_URLS:
            self.clear()
        self.update({(user_id, app): str(url) for app, url in urls.items() if url})
