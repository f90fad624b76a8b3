# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""What is shared by all models and operations: UNSET, files, responses, and the bases of the models."""

from typing import (
    IO,
    Any,
    BinaryIO,
    Dict,
    Generic,
    List,
    Mapping,
    MutableMapping,
    Optional,
    Tuple,
    Type,
    TypeVar,
    Union,
)

from attrs import define
from typing import Literal

from .errors import DecodeError


class Unset:
    """The type of UNSET: a value that was not given, which is something else than null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        # Copies and unpickled copies are this one object: `is UNSET` stays true.
        return "UNSET"


UNSET: Unset = Unset()

FileContent = Union[IO[bytes], bytes, str]
FileTypes = Union[
    # (file name, content, media type), and the same with headers
    Tuple[Optional[str], FileContent, Optional[str]],
    Tuple[Optional[str], FileContent, Optional[str], Mapping[str, str]],
]
RequestFiles = List[Tuple[str, FileTypes]]


@define
class File:
    """A file to upload, or one that came as a response.

    Attributes:
        payload: The content, opened for reading bytes.
        file_name: The name sent along; without it the part has none.
        mime_type: The media type sent along.
    """

    payload: BinaryIO
    file_name: Optional[str] = None
    mime_type: Optional[str] = None

    def to_tuple(self) -> FileTypes:
        """The form in which requests takes a file."""
        return self.file_name, self.payload, self.mime_type


T = TypeVar("T")


@define
class Response(Generic[T]):
    """What the server answered.

    Attributes:
        status_code: The HTTP status: an `http.HTTPStatus` where Python knows it, else a plain int.
        content: The body as it came.
        headers: The headers, found in any case.
        parsed: The body as the document describes it; None when there was none, or none is described.
    """

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: Optional[T]


M = TypeVar("M", bound="ClosedModel")


class ClosedModel:
    """A JSON object that has the documented fields only: others are dropped."""

    __slots__ = ()

    @classmethod
    def from_dict(cls: Type[M], src_dict: Mapping[str, Any]) -> M:
        """Build the model from a JSON object.

        Args:
            src_dict: The object, as `json.loads` gives it. It is not changed.

        Raises:
            errors.DecodeError: If it is not an object, or a required field is missing.
        """
        from .converter import structure

        if not isinstance(src_dict, Mapping):
            reason = f"expected an object ({cls.__name__}), got {type(src_dict).__name__}"
            raise DecodeError(reason)
        model: M = structure(dict(src_dict), cls)
        return model

    def to_dict(self) -> Dict[str, Any]:
        """The model as a JSON object. Fields that are UNSET are left out.

        Raises:
            errors.InvalidRequest: If a datetime has no time zone.
        """
        from .converter import unstructure

        result: Dict[str, Any] = unstructure(self)
        return result

    def to_multipart(self) -> RequestFiles:
        """The model as the parts of a multipart/form-data body."""
        from .converter import multipart

        return multipart(self)


class OpenModel(ClosedModel):
    """A JSON object whose undocumented fields are kept, in `additional_properties` and by `model[key]`."""

    __slots__ = ()

    additional_properties: Dict[str, Any]

    @property
    def additional_keys(self) -> List[str]:
        """The names of the undocumented fields."""
        return list(self.additional_properties)

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties


__all__ = ["UNSET", "ClosedModel", "File", "FileTypes", "OpenModel", "RequestFiles", "Response", "Unset"]
