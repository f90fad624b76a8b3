"""The extension `x-pagination` of a document: rules to get from a page of an operation to the next page."""

from __future__ import annotations

from typing import AbstractSet, Any, Iterable

from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import ModelProperty
from openapi_python_client.parser.properties.list_property import ListProperty

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
