"""Python names of fields, parameters and operations."""

from __future__ import annotations

import re
from collections import Counter
from itertools import count
from keyword import iskeyword
from typing import Any, Callable, NamedTuple

from openapi_python_client import strings
from openapi_python_client.parser.openapi import Endpoint, GeneratorData
from openapi_python_client.schema.untrusted_string import UntrustedString

#: Attributes of the base classes of models, which a field must not override.
RESERVED_FIELDS = {"additional_keys", "additional_properties", "from_dict", "to_dict", "to_multipart"}
#: Names in generated functions, which a parameter must not shadow.
RESERVED_PARAMETERS = {"body", "build", "client", "self", "sync_detailed"}

#: Attributes of clients. An attribute for the operations of a tag must not replace them.
# They are not read from the class, because its import loads requests.
CLIENT_ATTRIBUTES = {
    *("_auth", "_choose_server", "_connection", "_credential_set", "_exchange", "_open", "_own_session", "_post_form"),
    *("_request_auth", "auth", "auth_header_name", "base_url", "cert", "close", "cookies", "credentials"),
    *("follow_redirects", "get_session", "headers", "lenient", "max_retries", "prefix", "proxies"),
    *("raise_on_error_status", "raise_on_unexpected_status", "request", "retry_quota", "send", "server", "server_of"),
    *("server_variables", "session", "set_session", "stream", "timeout", "token", "verify", "verify_ssl"),
    *("with_cookies", "with_headers", "with_timeout"),
}


class Resource(NamedTuple):
    """The names with which the operations of a tag are methods of the client, as in `client.pets.list()`.

    Attributes:
        package: The name of the package of the operations.
        attribute: The name of the client's attribute for the tag.
        cls: The name of the class of that attribute.
        methods: The module of the operation for each name of a method.
        paged: The modules of the operations that have pages.
        streamed: The modules of the operations that have a function `stream`.
    """

    package: str
    attribute: str
    cls: str
    methods: dict[str, str]
    paged: set[str]
    streamed: set[str]


def rename_fields(found: list[Any], reserved: set[str]) -> None:
    """Rename fields in place: drop a leading underscore (`_cursor` to `cursor`), and append one to reserved names."""
    taken = {prop.python_name for prop in found}
    for prop in found:
        wire = prop.name.get_untrusted_value()
        name = str(prop.python_name)
        if wire.startswith("_") and name.startswith("field_") and name[6:7].isalpha() and name[6:] not in taken:
            name = name[6:]
        if name in reserved:
            name += "_"
        if name != prop.python_name and name not in taken:
            taken.add(name)
            object.__setattr__(prop, "python_name", name)
    used: set[str] = set()
    for prop in found:
        name = str(prop.python_name)
        while name in used:
            name += "_"
        used.add(name)
        if name != prop.python_name:
            object.__setattr__(prop, "python_name", name)


def rename_parameters(endpoint: Endpoint) -> None:
    """Rename the parameters of an operation by the rules of `rename_fields`, also in its path template."""
    before = [str(prop.python_name) for prop in endpoint.path_parameters]
    rename_fields([prop for _, prop in endpoint.iter_all_parameters()], RESERVED_PARAMETERS)
    path = endpoint.path.get_untrusted_value()
    for old, prop in zip(before, endpoint.path_parameters):
        path = path.replace(f"{{{old}}}", f"{{{prop.python_name}}}")
    endpoint.path = UntrustedString(path)


def operation_names(openapi: GeneratorData) -> list[tuple[str, str, str]]:
    """Return the tag, the name, and a name that is unique in the client, of each operation."""
    pairs = [(tag, str(e.name)) for tag, found in openapi.endpoint_collections_by_tag.items() for e in found.endpoints]
    count, taken = Counter(name for _, name in pairs), set()
    found: list[tuple[str, str, str]] = []
    for tag, name in dict.fromkeys(pairs):
        alias = name if count[name] == 1 else f"{tag}_{name}"
        while alias in taken or (alias != name and count[alias]):
            alias += "_"
        taken.add(alias)
        found.append((tag, name, alias))
    return found


def resources(
    openapi: GeneratorData, has_pages: Callable[[Endpoint], bool], has_stream: Callable[[Endpoint], bool]
) -> list[Resource]:
    """Return the names for the operations of each tag as methods of the client.

    Args:
        openapi: The operations and models of the document.
        has_pages: A function that returns True for an operation with pages.
        has_stream: A function that returns True for an operation with a response that can be streamed.
    """
    found: list[Resource] = []
    attributes, classes = {*CLIENT_ATTRIBUTES}, {"Resources"}
    tags = {tag: each.endpoints for tag, each in openapi.endpoint_collections_by_tag.items() if each.endpoints}
    for tag, endpoints in tags.items():
        attribute, cls = unused_name(tag, attributes), unused_name(strings.ClassName(tag, ""), classes)
        methods = _methods(tag, [str(endpoint.name) for endpoint in endpoints])
        paged = {str(endpoint.name) for endpoint in endpoints if has_pages(endpoint)}
        streamed = {str(endpoint.name) for endpoint in endpoints if has_stream(endpoint)}
        found.append(Resource(tag, attribute, cls, methods, paged, streamed))
    return found


def _methods(tag: str, modules: list[str]) -> dict[str, str]:
    """Return the module of the operation for each name of a method.

    Each method has the name of its module. It also has the name without the tag if that name is unique in the tag:
    `client.pets.get` for an operation `get_pet`, `pet_get` or `pets_get` with the tag `pets`.
    """
    short = {module: _without_tag(tag, module) for module in modules}
    count = Counter([*short.values(), *modules])
    names = {name: module for module, name in short.items() if count[name] == 1 and name.isidentifier()}
    return {**{module: module for module in modules}, **{k: v for k, v in names.items() if not iskeyword(k)}}


def _without_tag(tag: str, name: str) -> str:
    """Return the name of an operation without the tag, or the singular of the tag, at its start or end.

    An underscore at the end, as in `list_`, is also removed: unlike modules, attributes may be named like built-ins.
    """
    for word in (tag, re.sub(r"ies$", "y", tag), tag.removesuffix("es"), tag.removesuffix("s")):
        for short in (name.removeprefix(f"{word}_"), name.removesuffix(f"_{word}")):
            if short != name:
                return short
    return name.removesuffix("_")


def unused_name(name: str, taken: set[str]) -> str:
    """Append underscores to a name until it is not taken, add it to the taken names, and return it."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def enum_keys(values: list[str], given: list[str]) -> list[str]:
    """Return a unique key for each string of an enum. Equal keys are distinguished by underscores."""
    found: dict[str, None] = {}
    for number, value in enumerate(values):
        key = strings.snake_case(value if given else value.upper()).upper()
        key = key if (given or value[:1].isalpha()) and key.isidentifier() else f"VALUE_{number}"
        while key in found:
            key += "_"
        found[key] = None
    return list(found)


def rename_operations(openapi: GeneratorData) -> None:
    """Rename operations in place so that the names within a tag, which are names of modules, are unique."""
    for collection in openapi.endpoint_collections_by_tag.values():
        taken: set[str] = set()
        for endpoint in collection.endpoints:
            name = str(endpoint.name)
            # Append a number. openapi-python-client would remove an underscore from the end of a module's name.
            numbered = (f"{name}_{number}" for number in count(2))
            while name in taken:
                name = next(numbered)
            taken.add(name)
            if name != endpoint.name:
                endpoint.name = strings.PythonIdentifier(name, "", skip_snake_case=True)
