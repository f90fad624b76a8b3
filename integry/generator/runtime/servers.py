"""The servers of the document that a user can choose.

The generator writes this module for each document. This version has the servers of an example, and is used by tests.
"""

from typing import Dict, Tuple

from ._servers import Server, Variable

#: The servers that a user can choose. The keys are the default server URLs of operations, which may differ.
SERVERS: Dict[str, Tuple[Server, ...]] = {
    "https://eu.api.test/v1": (
        Server(
            "https://{region}.api.test/{version}",
            ("Production",),
            {"region": Variable("eu", ("eu", "us")), "version": Variable("v1")},
        ),
        Server("https://sandbox.api.test", ("Sandbox",)),
    ),
}
