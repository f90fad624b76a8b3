"""Types of annotations that typing.get_type_hints() evaluates on every supported Python."""

import typing

if typing.TYPE_CHECKING:
    from uuid import UUID

    from typing_extensions import TypedDict, Unpack

    #: The id of a user: a string, or a value that is sent as its string.
    UserID = typing.Union[str, int, UUID]
else:
    TypedDict = typing.TypedDict
    # Python < 3.11 has no Unpack, and Union[Options] is Options.
    Unpack = getattr(typing, "Unpack", typing.Union)
    # The expression can be evaluated in any module. Importing uuid takes 3 ms.
    UserID = typing.Union[str, int, "__import__('uuid').UUID"]

__all__ = ["TypedDict", "Unpack", "UserID"]
