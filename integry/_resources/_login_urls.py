"""A cache for the URLs of pages where users connect apps."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Tuple

#: Maximum number of URLs that a client keeps.
MAX_LOGIN_URLS = 1024


class LoginURLs(Dict[Tuple[str, str], str]):
    """The URLs of pages where users connect apps, by user and app.

    The `connect_url` of AppNotConnected comes from here.
    """

    def remember(self, user_id: str, urls: Mapping[str, Any]) -> None:
        """Add URLs for a user, by the names of the apps."""
        if len(self) + len(urls) > MAX_LOGIN_URLS:
            self.clear()
        self.update({(user_id, app): str(url) for app, url in urls.items() if url})
