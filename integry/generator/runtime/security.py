"""The security schemes of the document.

The generator writes this module for each document. Here it has those of an example, for the tests of the runtime.
"""

from typing import Dict, TypedDict

from .auth import ApiKey, Basic, Bearer, Login, OAuthToken, Scheme, Token

#: The schemes by name.
SCHEMES: Dict[str, Scheme] = {
    "key": ApiKey("header", "X-Key"),
    "query": ApiKey("query", "key"),
    "jar": ApiKey("cookie", "sid"),
    "basic": Basic(),
    "bearer": Bearer(),
    "oauth": Bearer(token_url="/token"),  # noqa: S106 (a URL)
}
#: True if the document requires credentials for some operation.
IS_REQUIRED = True

#: The credentials of a client by scheme.
Credentials = TypedDict(  # noqa: UP013 (the class syntax requires names that are identifiers)
    "Credentials",
    {"key": Token, "query": Token, "jar": Token, "basic": Login, "bearer": Token, "oauth": OAuthToken},
    total=False,
)
