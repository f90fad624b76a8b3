"""The extension `x-pagination` of a document: rules to get from a page of an operation to the next page."""

from __future__ import annotations

from difflib import get_close_matches
from typing import AbstractSet, Any, Iterable, Mapping

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.list_property import ListProperty

from ._errors import GenerationError
from ._responses import media_of
from ._types import properties

#: The keys of `x-pagination`, in the order of the fields of the generated client's `Pagination`.
KEYS = ("kind", "parameter", "field", "items")
#: The keys that `x-pagination` must have, by its kind.
REQUIRED: dict[str, AbstractSet[str]] = {
    "cursor": {"parameter", "field"},
    "page": {"parameter"},
    "offset": {"parameter"},
    "url": {"field"},
    "link": frozenset(),
}


def checked_rule(raw: Any, query: Iterable[str]) -> dict[str, str]:
    """Return a rule for pages with all of its keys.

    Args:
        raw: The value of `x-pagination`.
        query: The names of the query parameters of the operation.

    Raises:
        ValueError: If it is not a rule; the message says why.
    """
    rule = raw if isinstance(raw, dict) else {}
    required = REQUIRED.get(str(rule.get("kind")))
    if required is None:
        message = f"its kind must be one of {', '.join(REQUIRED)}"
        raise ValueError(message)
    if not all(key in KEYS and isinstance(value, str) for key, value in rule.items()):
        message = f"its keys must be among {', '.join(KEYS)}, with strings"
        raise ValueError(message)
    missing = sorted(required - {*rule})
    if missing:
        message = f"the kind {rule['kind']} requires {' and '.join(missing)}"
        raise ValueError(message)
    if "parameter" in required and rule["parameter"] not in query:
        message = f"the operation has no query parameter {rule['parameter']}"
        raise ValueError(message)
    return {key: rule.get(key, "") for key in KEYS}


class PageSettings:
    """The setting `pagination`: rules for pages by operation, which take precedence over `x-pagination`.

    Args:
        rules: The rules, by operationId or by method and path, such as `GET /pets`.
    """

    def __init__(self, rules: Mapping[str, Mapping[str, str]]) -> None:
        self.rules = {_key(name): (name, rule) for name, rule in rules.items()}

    def check(self, paths: Mapping[str, Any]) -> None:
        """Check that the document has all operations of the setting.

        Raises:
            GenerationError: If it does not have one. The message suggests the nearest one.
        """
        known = {_key(f"{method} {path}") for path, item in paths.items() for method in item}
        operations = (raw for item in paths.values() for raw in item.values() if isinstance(raw, dict))
        known.update(str(raw["operationId"]) for raw in operations if raw.get("operationId"))
        for key, (name, _) in self.rules.items():
            if key not in known:
                near = get_close_matches(key, sorted(known), n=1, cutoff=0)
                advice = f"; did you mean {near[0]}?" if near else ""
                message = f"the setting pagination.{name} names an operation that the document does not have{advice}"
                raise GenerationError(message)

    def rule(self, raw: Mapping[str, Any], where: str, query: list[str]) -> dict[str, str] | None:
        """Return the rule for an operation; None if the setting has none.

        Args:
            raw: The operation.
            where: Its method and path.
            query: The names of its query parameters.

        Raises:
            GenerationError: If it is not a valid rule for the operation.
        """
        name, rule = self.rules.get(str(raw.get("operationId")), self.rules.get(_key(where), ("", None)))
        if rule is None:
            return None
        try:
            return checked_rule(rule, query)
        except ValueError as error:
            message = f"the setting pagination.{name} cannot be used, because {error}"
            raise GenerationError(message) from error


def _key(name: str) -> str:
    """Return the name of an operation. If it is method and path, the method is in capitals."""
    method, space, path = name.partition(" ")
    return f"{method.upper()} {path.strip()}" if space else name


def item_property(endpoint: Endpoint, rule: dict[str, str], models: dict[str, ModelProperty]) -> Any:
    """Return openapi-python-client's property for an item of a page; None if the document has no schema for items.

    Args:
        endpoint: The operation.
        rule: Its rule for pages.
        models: The models of the document by the names of their classes.
    """
    successful = [media for status, found in media_of(endpoint) if status[:1] == "2" for media in found if media.prop]
    prop = successful[0].prop if successful else None
    for name in filter(None, rule["items"].split(".")):
        if not isinstance(prop, ModelProperty):
            return None
        fields = properties(models.get(prop.class_info.name, prop))
        prop = next((field for field in fields if field.name.get_untrusted_value() == name), None)
    return prop.inner_property if isinstance(prop, ListProperty) else None
