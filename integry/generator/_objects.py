"""The objects of an OpenAPI document, as openapi-python-client's parser reads them.

They replace its pydantic models, which need five times the memory, and whose import takes 0.1 seconds.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from attrs import define, evolve, field, fields_dict

#: The default of lists. All objects share it, because the parser does not change it.
_EMPTY: List[Any] = []


@define
class Reference:
    """A reference to a schema.

    Attributes:
        ref: The JSON pointer, as an `UntrustedString` of references.
        description: The description beside the reference.
    """

    ref: Any
    description: Any = None


@define
class Schema:
    """A schema.

    The attributes have the names of openapi-python-client's model. Texts of the document are of type `UntrustedString`.
    `model_extra` has the keys of this package, such as `x-read-only`.
    """

    title: Any = None
    type: Any = None
    enum: Optional[List[Any]] = None
    const: Any = None
    allOf: List[Any] = field(default=_EMPTY)  # noqa: N815 (openapi-python-client's name)
    oneOf: List[Any] = field(default=_EMPTY)  # noqa: N815 (openapi-python-client's name)
    anyOf: List[Any] = field(default=_EMPTY)  # noqa: N815 (openapi-python-client's name)
    items: Any = None
    prefixItems: List[Any] = field(default=_EMPTY)  # noqa: N815 (openapi-python-client's name)
    properties: Optional[Dict[Any, Any]] = None
    required: Optional[List[Any]] = None
    additionalProperties: Any = None  # noqa: N815 (openapi-python-client's name)
    description: Any = None
    schema_format: Any = None
    default: Any = None
    example: Any = None
    model_extra: Optional[Dict[str, Any]] = None

    def model_copy(self, *, update: Mapping[str, Any]) -> Schema:
        """Return a copy with other values of some attributes. The parser calls this method."""
        return evolve(self, **update)

    def model_dump(self) -> Dict[str, Any]:
        """Return the attributes by their names. The parser calls this method to find out if a schema is empty."""
        return {name: getattr(self, name) for name in fields_dict(Schema)}


@define
class MediaType:
    """A media type of a body: its schema, and the keys of this package."""

    media_type_schema: Any = None
    model_extra: Optional[Dict[str, Any]] = None


@define
class Parameter:
    """A parameter of an operation."""

    name: Any
    param_in: Any
    required: bool
    param_schema: Any


@define
class RequestBody:
    """The body of a request, by media type."""

    content: Dict[Any, MediaType]
    required: bool


@define
class Response:
    """A response: its description, and its body by media type."""

    description: Any
    content: Dict[Any, MediaType]


@define
class Operation:
    """An operation of a path."""

    operationId: Any  # noqa: N815 (openapi-python-client's name)
    tags: Optional[List[Any]]
    summary: Any
    description: Any
    parameters: List[Parameter]
    request_body: Optional[RequestBody]
    responses: Dict[Any, Response]
    security: Optional[List[Any]]


#: The responses of an operation by their status codes.
Responses = Dict[Any, Response]


@define
class PathItem:
    """The operations of a path by their methods."""

    parameters: None = None
    get: Optional[Operation] = None
    put: Optional[Operation] = None
    post: Optional[Operation] = None
    delete: Optional[Operation] = None
    options: Optional[Operation] = None
    head: Optional[Operation] = None
    patch: Optional[Operation] = None
    trace: Optional[Operation] = None


@define
class Info:
    """Title, version and description of the API."""

    title: Any
    version: Any
    description: Any


@define
class Components:
    """The components of a document. Those other than schemas are in the places that refer to them."""

    schemas: Dict[Any, Any]
    parameters: None = None
    requestBodies: None = None  # noqa: N815 (openapi-python-client's name)
    responses: None = None


@define
class OpenAPI:
    """A document.

    Attributes:
        info: Title, version and description.
        paths: An object whose method `items` yields each path and its `PathItem`.
        components: The components.
    """

    info: Info
    paths: Any
    components: Components

    @classmethod
    def model_validate(cls, document: OpenAPI) -> OpenAPI:
        """Return the document unchanged. The parser calls this method with the result of `_reading.read`."""
        return document
