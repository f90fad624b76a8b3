"""Names that language models and frameworks accept, one to one with the names of functions and parameters."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import Any, Callable, Dict, Iterable, List, Mapping

from ._schemas import copy_json, map_references, unescaped

#: Maximum number of characters of a name.
MAX_LENGTH = 64
#: Names that frameworks use for parameters of their own. An argument with such a name gets lost, or the call fails.
RESERVED = frozenset(
    {
        *("args", "cache_dependencies", "callbacks", "cls", "config", "context", "ctx", "dependency_provider", "fn"),
        *("func", "kwargs", "nested", "run_manager", "sanitize_inputs_outputs", "self", "stack", "tool_context"),
    }
)

#: Names of tools that OpenAI, Mistral, Anthropic and Gemini all accept.
_TOOL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
#: Names of parameters that Anthropic accepts.
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def tool_names(names: Iterable[str], *, identifiers: bool = False) -> Dict[str, str]:
    """Return a tool's name for each function's name.

    Args:
        names: The names of the functions.
        identifiers: True for names that are Python identifiers.
    """
    is_valid = is_identifier if identifiers else lambda name: bool(_TOOL.fullmatch(name))
    return unique(names, is_valid, r"[^A-Za-z0-9_]" if identifiers else r"[^A-Za-z0-9_-]")


def key_names(names: Iterable[str]) -> Dict[str, str]:
    """Return a name that Anthropic accepts for each parameter's name."""
    return unique(names, lambda name: bool(_KEY.fullmatch(name)), r"[^A-Za-z0-9_.-]")


def identifier_names(names: Iterable[str]) -> Dict[str, str]:
    """Return a Python identifier that no framework reserves for each parameter's name."""
    return unique(names, lambda name: is_identifier(name) and name not in RESERVED, r"[^A-Za-z0-9_]")


def is_identifier(name: str) -> bool:
    """Return True if a name is an ASCII identifier without a leading underscore, and not a keyword."""
    return bool(_IDENTIFIER.fullmatch(name)) and not iskeyword(name)


def unique(names: Iterable[str], is_valid: Callable[[str], bool], invalid: str) -> Dict[str, str]:
    """Return a valid name for each name. The result depends only on the set of names, and no two names are equal.

    Valid names stay unchanged. In others, invalid characters become `_`, and a number is added where names would be
    equal.

    Args:
        names: The names.
        is_valid: A function that returns True for a valid name.
        invalid: A pattern of invalid characters.
    """
    wanted = sorted(set(names))
    found = {name: name for name in wanted if is_valid(name)}
    taken = set(found)
    for name in wanted:
        if name not in found:
            base = re.sub(invalid, "_", name[:MAX_LENGTH]).lstrip("_-0123456789.") or "value"
            found[name] = next(each for each in _candidates(base) if each not in taken and is_valid(each))
            taken.add(found[name])
    return found


def _candidates(base: str) -> Iterable[str]:
    """Yield names that begin like a name: the name itself, then with `_`, then with numbers."""
    yield base
    yield f"{base[: MAX_LENGTH - 1]}_"
    number = 2
    while True:
        end = f"_{number}"
        yield f"{base[: MAX_LENGTH - len(end)]}{end}"
        number += 1


class Renaming:
    """Other names for the parameters of a schema, and the way back.

    Args:
        schema: A relaxed schema.
        rename: A function that returns the new names of the schema's properties, such as `identifier_names`.

    Attributes:
        schema: A copy of the schema with the new names.
    """

    def __init__(self, schema: Mapping[str, Any], rename: Callable[[Iterable[str]], Dict[str, str]]) -> None:
        self._new = rename(schema["properties"])
        self._old = {new: old for old, new in self._new.items()}
        self.schema = self._renamed(copy_json(schema))

    def _renamed(self, schema: Dict[str, Any]) -> Dict[str, Any]:
        if all(old == new for old, new in self._new.items()):
            return schema
        # Leave out the keywords that contain names. The server checks them.
        if "patternProperties" in schema:
            schema.pop("additionalProperties", None)
        for keyword in ("dependentRequired", "dependentSchemas", "dependencies", "propertyNames", "patternProperties"):
            schema.pop(keyword, None)
        schema["properties"] = {self._new[name]: value for name, value in schema["properties"].items()}
        if "required" in schema:
            schema["required"] = [self._new[name] for name in schema["required"]]
        renamed: Dict[str, Any] = map_references(schema, self._reference)
        return renamed

    def _reference(self, reference: str) -> str:
        parts: List[str] = reference.split("/")
        if parts[:2] == ["#", "properties"] and len(parts) > 2:  # noqa: PLR2004 (the name)
            parts[2] = self._new.get(unescaped(parts[2]), parts[2])
        return "/".join(parts)

    def restore(self, arguments: Mapping[str, Any]) -> Dict[str, Any]:
        """Return arguments under the names of the function's parameters."""
        unknown = {name: value for name, value in arguments.items() if name not in self._old}
        return {**unknown, **{self._old[name]: value for name, value in arguments.items() if name in self._old}}
