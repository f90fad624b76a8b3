"""The security schemes of the document.

The generator writes this module for each document. This version has the schemes of an example, and is used by tests.
"""

from typing import Dict, TypedDict

from .auth import ApiKey, Basic, Bearer, Login, OAuthToken, Scheme, Token

#: The security schemes, by name.
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

#: The argument `credentials` of a client: the credential for each security scheme.
Credentials = TypedDict(  # noqa: UP013 (the class syntax requires names that are identifiers)
    "Credentials",
    {"key": Token, "query": Token, "jar": Token, "basic": Login, "bearer": Token, "oauth": OAuthToken},
    total=False,
)
