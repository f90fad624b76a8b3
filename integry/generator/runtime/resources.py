"""The operations of each tag as methods of the client.

The generator writes this module for each document. This version has no operations, and is used by tests.
"""


class Resources:
    """A base class of clients with an attribute for each tag, whose methods are the operations of the tag."""

    __slots__ = ()
