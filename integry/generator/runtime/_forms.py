"""Encoding of forms and multipart bodies."""

from typing import Any, Callable, Iterator, List, Mapping, Optional, Sequence, Tuple

from requests import utils

from ._encoding import is_missing, query_pairs
from ._values import dumps, json_default, unstructure
from .errors import InvalidRequest
from .operation import Body, Encoding
from .types import BaseModel, File, FileTypes, RequestFiles

_NONE = Encoding()
#: Returns the name of an opened file. The annotation serves mypy: types-requests has no types for this function.
_guess_filename: Callable[[Any], Optional[str]] = utils.guess_filename


def form(value: Any, encoding: Mapping[str, Encoding]) -> List[Tuple[str, str]]:
    """Return the names and values of a form. A field that is an object becomes JSON unless its encoding has a style.

    Raises:
        InvalidRequest: If the value has no fields, or a field cannot be encoded.
    """
    pairs: List[Tuple[str, str]] = []
    fields = _fields(value, "application/x-www-form-urlencoded")
    for name, part in fields.items():
        how = encoding.get(name, _NONE)
        plain = unstructure(part, name)
        is_json = isinstance(plain, dict) or (isinstance(plain, list) and _is_json(how))
        pairs.extend(query_pairs(name, dumps(plain) if is_json and not how.style else plain, how.style or "form"))
    return pairs


def multipart(value: Any, encoding: Optional[Mapping[str, Encoding]] = None) -> RequestFiles:
    """Return the parts of a multipart body from a model or a mapping. An array becomes one part for each element.

    Raises:
        InvalidRequest: If the value has no fields, or a field cannot be encoded.
    """
    fields = _fields(value, "multipart/form-data")
    return [part for name in fields for part in _parts(name, fields[name], (encoding or {}).get(name, _NONE))]


def body_for(value: Any, bodies: Sequence[Body]) -> Body:
    """Return the documented body to encode an argument as: the first one, or a multipart body if there are files."""
    fields = value if isinstance(value, Mapping) else json_default(value) if isinstance(value, BaseModel) else {}
    has_files = any(map(_has_file, fields.values()))
    return next((body for body in bodies if body.kind == "files" or not has_files), bodies[0])


def body_of(content_type: Any, bodies: Sequence[Body]) -> Body:
    """Return the documented body with a media type.

    Raises:
        InvalidRequest: If the document does not have it.
    """
    for body in bodies:
        if body.content_type == content_type:
            return body
    message = f"content_type must be one of {', '.join(body.content_type for body in bodies)}, got {content_type!r}"
    raise InvalidRequest(message)


def _fields(value: Any, content_type: str) -> Mapping[str, Any]:
    try:
        found = value if isinstance(value, Mapping) else json_default(value)
    except TypeError:
        found = None
    if not isinstance(found, Mapping):
        message = f"body: {content_type} has named fields: pass a model or a dict, not {type(value).__name__}"
        raise InvalidRequest(message)
    return {name: part for name, part in found.items() if not is_missing(part)}


def _parts(name: str, element: Any, how: Encoding) -> Iterator[Tuple[str, FileTypes]]:
    if how.style and not _has_file(element):
        for key, text in query_pairs(name, element, how.style):
            yield key, _with_headers((None, text.encode(), "text/plain"), how)
    elif isinstance(element, (list, tuple)) and (_has_file(element) or not _is_json(how)):
        for part in element:
            if part is not None:
                yield name, _part(name, part, how)
    else:
        yield name, _part(name, element, how)


def _part(name: str, value: Any, how: Encoding) -> FileTypes:
    if _is_file(value):
        return _file_part(name, value, how)
    plain = unstructure(value, name)
    if isinstance(plain, (dict, list)):
        return _with_headers((None, dumps(plain).encode(), how.content_type or "application/json"), how)
    text = dumps(plain) if isinstance(plain, bool) or _is_json(how) else str(plain)
    return _with_headers((None, text.encode(), how.content_type or "text/plain"), how)


def _file_part(name: str, value: Any, how: Encoding) -> FileTypes:
    """Return the part of a file. It always has a file name, because servers treat parts without one as text fields."""
    file = value if isinstance(value, File) else File(payload=value)
    payload: Any = file.payload
    content = bytes(payload) if isinstance(payload, (bytearray, memoryview)) else payload
    media_type = file.mime_type or how.content_type or (None if isinstance(value, File) else "application/octet-stream")
    part = file.file_name or _guess_filename(payload) or name, content, media_type
    return _with_headers(part, how._replace(headers={**how.headers, **(file.headers or {})}))


def _with_headers(part: Tuple[Optional[str], Any, Optional[str]], how: Encoding) -> FileTypes:
    return (*part, how.headers) if how.headers else part


def _is_file(value: Any) -> bool:
    return isinstance(value, (File, bytes, bytearray, memoryview)) or hasattr(value, "read")


def _has_file(element: Any) -> bool:
    """Return True for a file, and for an array with files."""
    return any(map(_is_file, element)) if isinstance(element, (list, tuple)) else _is_file(element)


def _is_json(how: Encoding) -> bool:
    essence = how.content_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


__all__ = ["body_for", "body_of", "form", "multipart"]
