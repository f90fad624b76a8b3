"""Media types: the Accept header of a request, and the choice among the documented media types of a response."""

from operator import itemgetter
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, Tuple

from .types import ResponseSpec

#: Kinds of bodies that a stream prefers to JSON. "bytes" is missing: it may be the same data as YAML, for example.
STREAMED = ("events", "lines")


def select(spec: ResponseSpec, content_type: str) -> ResponseSpec:
    """Return the spec of the most specific documented media type that matches the Content-Type of a response.

    Parameters such as `version=2` tell media types of the same name apart. If no media type matches, return the spec of
    the first one, which is JSON if JSON is documented.
    """
    name, _, rest = content_type.partition(";")
    given = _parameters(rest)
    # Only a stream reads a watch of Kubernetes, which is documented beside JSON, as lines.
    all_ = [one for one in (spec, *spec.others) if not (one.is_encoding and one.kind in STREAMED)]
    for range_ in _ranges(name.strip().lower()):
        found = [(_fitness(one, given), one) for one in all_ if one.content_type.partition(";")[0] == range_]
        if found:
            return max(found, key=itemgetter(0))[1]
    return spec


def _fitness(spec: ResponseSpec, given: FrozenSet[str]) -> int:
    """Return a number that is higher if a response has the parameters of a documented media type, and more of them."""
    wanted = _parameters(spec.content_type.partition(";")[2])
    return 1 + len(wanted) if wanted <= given else 0


def _parameters(text: str) -> FrozenSet[str]:
    """Return the parameters of a media type without spaces, quotes and case."""
    return frozenset(part.strip().replace('"', "").lower() for part in text.split(";")) - {""}


def _ranges(name: str) -> List[str]:
    """Return a media type and the ranges that include it, such as `text/*`, the most specific first."""
    main, _, sub = name.partition("/")
    if not sub:
        return []
    return [name, f"{main}/*+{sub.rpartition('+')[2]}", f"{main}/*", "*/*"]


def accept(responses: Mapping[str, ResponseSpec], headers: Mapping[str, Any], *, is_streamed: bool) -> Dict[str, str]:
    """Return an Accept header with the documented media types, those of the successful responses first.

    Args:
        responses: The documented responses, by status.
        headers: The headers of the session. If the user has set Accept there, an empty dict is returned.
        is_streamed: True to prefer event streams and lines of JSON to JSON.
    """
    kinds = dict(_successful(responses, is_streamed=is_streamed))
    if not kinds or headers.get("Accept", "*/*") != "*/*":
        return {}
    streamed = [name for name, kind in kinds.items() if kind in STREAMED] if is_streamed else []
    preferred = streamed or [name for name, kind in kinds.items() if kind == "json"]
    others = [name for name in kinds if name not in preferred]
    if preferred:
        others = [f"{name};q=0.9" for name in others]
    errors = dict.fromkeys(name for name in _documented(responses) if name not in kinds and "*" not in name)
    others += [f"{name};q=0.8" for name in errors]
    if not preferred and "*/*" not in others:
        # Without this, a server could answer 406 (Not Acceptable) if it names the media type differently.
        others.append("*/*;q=0.1")
    return {"Accept": ", ".join(preferred + others)}


def _documented(responses: Mapping[str, ResponseSpec]) -> Iterator[str]:
    """Yield the media types of all responses."""
    for spec in responses.values():
        yield from (one.content_type for one in (spec, *spec.others) if spec.kind != "none" and not one.is_encoding)


def _successful(responses: Mapping[str, ResponseSpec], *, is_streamed: bool) -> Iterator[Tuple[str, str]]:
    """Yield media type and kind of each successful response. For a range of the kind "json", also yield JSON.

    Other encodings of the JSON, such as YAML, are left out: some servers ignore the weights in Accept, and would send
    them. Django REST framework is one.
    """
    statuses = [status for status in responses if status[0] == "2"] or ["default"]
    for spec in (responses[status] for status in statuses if status in responses):
        for one in (spec, *spec.others) if spec.kind != "none" else ():
            if one.is_encoding and not (is_streamed and one.kind in STREAMED):
                continue
            if one.kind == "json" and "*" in one.content_type:
                yield "application/json", "json"
            if "+" not in one.content_type or "*" not in one.content_type:
                yield one.content_type, "range" if "*" in one.content_type else one.kind
