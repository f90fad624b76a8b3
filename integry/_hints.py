"""Types for annotations which typing.get_type_hints() can evaluate on every supported Python."""

import typing

if typing.TYPE_CHECKING:
    from uuid import UUID

    from typing_extensions import TypedDict, Unpack

    #: The id of a user. An int or a UUID is sent as a string.
    UserID = typing.Union[str, int, UUID]
else:
    TypedDict = typing.TypedDict
    # Python < 3.11 has no Unpack. At run time Union can replace it, because Union[Options] evaluates to Options.
    Unpack = getattr(typing, "Unpack", typing.Union)
    # A string instead of a class, because importing uuid takes 3 ms. get_type_hints() evaluates it in any module.
    UserID = typing.Union[str, int, "__import__('uuid').UUID"]

__all__ = ["TypedDict", "Unpack", "UserID"]
