"""A YAML 1.2 loader: `on` and 2024-01-01 are strings, and keys are always strings."""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node, ScalarNode

#: PyYAML's loader in C takes a tenth of the time. It is typed as Any, because some builds of PyYAML do not have it.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"


class _Loader(_Base):  # type: ignore[misc]  # (the base is Any, as said above)
    """A safe loader that rejects duplicate keys."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML copies the dict before it changes it)

    def flatten_mapping(self, node: MappingNode) -> None:
        """Expand merge keys (`<<`). Keep each key once, because nested merges would multiply the entries."""
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                raise ConstructorError(None, None, "found a key that is not a text", key.start_mark)
            if key.value in seen:
                raise ConstructorError(None, None, f'found duplicate key "{key.value}"', key.start_mark)
            seen.add(key.value)
        super().flatten_mapping(node)
        node.value = [*{key.value: (key, value) for key, value in node.value}.values()]

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 (PyYAML's signature)
        """Return a dict with string keys."""
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}


def _integer(loader: Any, node: Node) -> int:
    text = loader.construct_scalar(node)
    return int(text, 0) if re.match(r"[-+]?0[ox]", text) else int(text)


def _number(loader: Any, node: Node) -> float:
    text = loader.construct_scalar(node).lower()
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))


for _name, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"^(?:{_pattern})$"), list(_first))
_Loader.add_constructor(f"{_TAG}int", _integer)
_Loader.add_constructor(f"{_TAG}float", _number)


def load_yaml(text: str) -> Any:
    """Return the value of a YAML document.

    Raises:
        yaml.YAMLError: If the text is not valid YAML, or has several documents.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (it is a safe loader)
