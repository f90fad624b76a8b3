# Do not edit: made from openapi.yaml by `python scripts/generate.py` (or `make generate`).
"""Types shared by all models and operations: UNSET, files, responses and the base classes of models."""

from typing import (
    IO,
    Any,
    BinaryIO,
    ClassVar,
    Dict,
    Generic,
    List,
    Literal,
    Mapping,
    MutableMapping,
    NamedTuple,
    Optional,
    Tuple,
    Type,
    TypeVar,
    Union,
)

from attrs import define, field

from . import _lazy
from ._display import one_line, shown, table
from .errors import DecodeError


class Unset:
    """The type of UNSET, which marks a missing value. A missing value differs from null."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        # Copying and unpickling return this same object, so that `is UNSET` stays true.
        return "UNSET"


UNSET: Unset = Unset()
#: The default of a required field that only the server sets, which is UNSET until the server returns a value. The type
#: Any lets it be the default of a field whose annotation does not include Unset.
READ_ONLY: Any = UNSET

FileContent = Union[IO[bytes], bytes, str]
FileTypes = Union[
    # (file name, content, media type) and (file name, content, media type, headers)
    Tuple[Optional[str], FileContent, Optional[str]],
    Tuple[Optional[str], FileContent, Optional[str], Mapping[str, str]],
]
RequestFiles = List[Tuple[str, FileTypes]]


@define
class File:
    """A file to upload, or the body of a response.

    Attributes:
        payload: The content, opened for reading bytes.
        file_name: The file name in the request. None uses the name of the opened file, or else the name of the field.
        mime_type: The media type in the request. None uses the media type in the document, if it has one.
        headers: Headers of the file's part of a multipart body.
    """

    payload: BinaryIO
    file_name: Optional[str] = None
    mime_type: Optional[str] = None
    headers: Optional[Mapping[str, str]] = None

    def to_tuple(self) -> FileTypes:
        """Return the file as a tuple for the argument `files` of requests."""
        part = self.file_name, self.payload, self.mime_type
        return (*part, self.headers) if self.headers else part


T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response of the server.

    Attributes:
        status_code: The HTTP status: an `http.HTTPStatus` if Python knows it, else an int.
        content: The body as bytes.
        headers: The headers; their names are case-insensitive.
        parsed: The body, parsed as documented; None if it is empty, or not documented.
    """

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: Optional[T]


class ResponseSpec(NamedTuple):
    """A documented response.

    Attributes:
        kind: The kind of the body: "json", "text", "bytes", "lines" (of JSON), "events" (an event stream) or "none".
        type: The type of the parsed body, of one line, or of the data of one event.
        content_type: The media type, or a range such as `text/*`.
        others: The specs of the other documented media types. The Content-Type of a response selects one.
        is_encoding: True if the response is also documented as JSON, so that clients need not ask for this media type.
    """

    kind: str
    type: Any
    content_type: str = "application/json"
    others: Tuple["ResponseSpec", ...] = ()
    is_encoding: bool = False


M = TypeVar("M", bound="BaseModel")


class BaseModel:
    """A JSON object."""

    __slots__ = ()

    #: Values of a discriminator (a field that names the class of an object) that select this class in a union, by the
    #: name of the field in JSON. None means all values that select no other class.
    _selecting: ClassVar[Mapping[str, Tuple[Optional[str], ...]]] = {}
    #: Names in JSON of fields that only the server sets. Bodies are sent without them.
    _read_only: ClassVar[Tuple[str, ...]] = ()

    def __repr__(self) -> str:
        # One line, in which long values are shortened and fields with their default value are left out.
        return one_line(type(self).__name__, _set_fields(self))

    def _repr_html_(self) -> str:
        return table(type(self).__name__, ("field", "value"), _set_fields(self).items())

    @classmethod
    def from_dict(cls: Type[M], src_dict: Mapping[str, Any]) -> M:
        """Return the model of a JSON object. Required fields that only the server sets may be missing.

        Args:
            src_dict: The object, as `json.loads` returns it. It is not changed.

        Raises:
            errors.DecodeError: If the value is not an object, or a required field is missing.
        """
        if not isinstance(src_dict, Mapping):
            reason = f"expected an object ({cls.__name__}), got {type(src_dict).__name__}"
            raise DecodeError(reason)
        model: M = _lazy.structure_body(dict(src_dict), cls)
        return model

    def to_dict(self) -> Dict[str, Any]:
        """Return the model as a JSON object. Fields that are UNSET are left out.

        Raises:
            errors.InvalidRequest: If a datetime has no time zone.
        """
        result: Dict[str, Any] = _lazy.unstructure(self)
        return result

    def to_multipart(self) -> RequestFiles:
        """Return the model as the parts of a multipart/form-data body."""
        return _lazy.multipart(self)


def _set_fields(model: BaseModel) -> Dict[str, Any]:
    return {name: value for name, value in shown(model).items() if value is not UNSET}


@define(repr=False)
class StrictModel(BaseModel):
    """A JSON object with only the documented fields. Others are dropped; a lenient client keeps them for `to_dict`."""

    _undocumented: Optional[Dict[str, Any]] = field(default=None, init=False)


class Model(BaseModel):
    """A JSON object that keeps undocumented fields in `additional_properties`. `model[key]` returns such a field."""

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


__all__ = [
    "READ_ONLY",
    "UNSET",
    "BaseModel",
    "File",
    "FileTypes",
    "Model",
    "RequestFiles",
    "Response",
    "ResponseSpec",
    "StrictModel",
    "Unset",
]
