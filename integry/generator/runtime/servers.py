"""The servers of the document that can be chosen.

The generator writes this module for each document. Here it has those of an example, for the tests of the runtime.
"""

from typing import Dict, Tuple

from ._servers import Server, Variable

#: The servers that can be chosen, by the default server URL of the operations that have them.
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
