"""The operations of each tag as methods of the client. The generator writes this module anew for each client."""


class Resources:
    """The attributes of a client that have the operations of a tag."""

    __slots__ = ()
