"""The parsed openapi.yaml, its operations and its examples."""

from pathlib import Path
from typing import Any, Dict, Iterator, NamedTuple

import yaml

ROOT = Path(__file__).parent.parent
PATH = ROOT / "openapi.yaml"
DOCUMENT: Dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
METHODS = ("get", "put", "post", "delete", "patch")


class Operation(NamedTuple):
    """An operation with its path and method."""

    path: str
    method: str
    item: Dict[str, Any]
    data: Dict[str, Any]


class Example(NamedTuple):
    """An example of a request or response body, with its schema."""

    operation: str
    place: str
    name: str
    schema: Dict[str, Any]
    value: Any


def resolve(node: Any) -> Any:
    """Return a node, or the target if the node is a reference."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = DOCUMENT
        for key in node["$ref"][2:].split("/"):
            target = target[key.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


OPERATIONS = {
    item[method]["operationId"]: Operation(path, method, item, item[method])
    for path, item in DOCUMENT["paths"].items()
    for method in METHODS
    if method in item
}


def examples() -> Iterator[Example]:
    """Yield every example of a body, with its place: `request`, or the status of the response."""
    for name, operation in OPERATIONS.items():
        bodies = {"request": operation.data.get("requestBody", {}), **operation.data["responses"]}
        for place, body in bodies.items():
            for media in resolve(body).get("content", {}).values():
                named = {key: example["value"] for key, example in media.get("examples", {}).items()}
                if "example" in media:
                    named["example"] = media["example"]
                for key, value in named.items():
                    yield Example(name, str(place), key, media["schema"], value)


EXAMPLES = list(examples())
