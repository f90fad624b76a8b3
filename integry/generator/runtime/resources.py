"""The operations of each tag as methods of the client.

The generator writes this module for each document. Here it has no operations, for the tests of the runtime.
"""


class Resources:
    """The attributes of a client that have the operations of a tag."""

    __slots__ = ()
