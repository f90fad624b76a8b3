"""Compare the requests that a generated client sends with OpenAPI's rules. A transport adapter records them."""

import ast
import importlib
import inspect
import json
import re
import sys
from contextlib import contextmanager
from io import BytesIO

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from integry.generator._document import load
from integry.generator._swagger import convert

from . import rules
from .schemas import ENDLESS, Document, Samples, is_object, kind_of, shape

BASE = "https://server.test"
MODES = ("full", "other", "required")


class Adapter(BaseAdapter):
    """A transport adapter that records requests, and returns the same response to each."""

    def __init__(self):
        super().__init__()
        self.requests, self.answer = [], (204, None, b"")

    def send(self, request, **_):
        """Record a request, and return the response."""
        self.requests.append(request)
        status, content_type, content = self.answer
        response = requests.Response()
        response.status_code, response.url, response.request = status, request.url, request
        if content_type:
            response.headers["Content-Type"] = content_type
        response.raw = HTTPResponse(BytesIO(content), preload_content=False)
        return response

    def close(self):
        """Do nothing."""


class Package:
    """A generated client, and its document."""

    def __init__(self, document, folder):
        self.name = folder.name
        data = load(str(document.file))
        # For a Swagger 2 document, use the rules for the OpenAPI 3 document that it is converted to.
        self.document = Document(convert(data) if "swagger" in data else data)
        self.operations = {
            (one.method, shape(one.path)): (name, one) for name, one in self.module("operations").OPERATIONS.items()
        }
        self.adapter = Adapter()
        session = requests.Session()
        session.trust_env = False
        session.mount(BASE, self.adapter)
        self.client = self.module("client").Client(base_url=BASE, session=session)
        self.lenient = self.module("client").Client(base_url=BASE, session=session, lenient=True)
        self.plain = self.module("_values").unstructure
        self.structure = self.module("converter").structure

    def module(self, name):
        """Import a module of the client."""
        return importlib.import_module(f"{self.name}.{name}")

    def of(self, path, method):
        """Return the function that builds the requests of an operation, and the operation."""
        _, operation = self.operations[method.upper(), shape(path).replace("{{", "{").replace("}}", "}")]
        module = self.module(f"api.{operation.tag}.{operation.name}")
        return Builder(module.build, operation, path), operation


class Builder:
    """Builds requests of an operation from values by place ("path", "query", …) and name.

    Args:
        build: The function `build` of the client's module.
        operation: The `OPERATION` of that module.
        path: The path in the document.
    """

    def __init__(self, build, operation, path):
        self.build = build
        call = next(node for node in ast.walk(ast.parse(inspect.getsource(build))) if isinstance(node, ast.Call))
        places = {"query": "query", "headers": "header", "cookies": "cookie"}
        self.names = {
            (places[keyword.arg], key.value): value.id
            for keyword in call.keywords
            if keyword.arg in places
            for key, value in zip(keyword.value.keys, keyword.value.values)
        }
        in_document, in_client = (re.findall(r"(?<!{){([^{}]*)}(?!})", text) for text in (path, operation.path))
        self.names.update({("path", name): argument for name, argument in zip(in_document, in_client)})
        self.parameters = inspect.signature(build).parameters

    def __call__(self, values, unset, **body):
        """Return a request. Pass UNSET for parameters that are not given, because defaults would be sent."""
        arguments = {self.names[key]: value for key, value in values.items()}
        missing = {name for name in self.names.values() if name not in arguments}
        return self.build(**arguments, **dict.fromkeys(missing, unset), **body)


@contextmanager
def imported(document, folder):
    """Import a client, and remove its modules from sys.modules after the block."""
    sys.path.insert(0, str(folder.parent))
    try:
        yield Package(document, folder)
    finally:
        sys.path.remove(str(folder.parent))
        for name in [name for name in sys.modules if name.partition(".")[0] == folder.name]:
            del sys.modules[name]


def requests_of(package):
    """Send each operation with each kind of sample and body. Yield a name, and a difference from the rules or None."""
    for path, method, raw, parameters in package.document.operations():
        build, operation = package.of(path, method)
        content = package.document.resolve(raw.get("requestBody") or {}).get("content") or {}
        for mode in MODES:
            values = rules.parameter_values(package.document, parameters, path, mode)
            for name, body, sample in bodies(package, operation, content, mode):
                place = f"{method.upper()} {path} {mode} {name}".strip()
                if sample is ENDLESS:
                    yield place, "endless"
                else:
                    yield place, difference(package, build, (path, parameters, values), body, (content, sample))


def bodies(package, operation, content, mode):
    """Yield each media type of a body, with a sample value as argument and as JSON. Without a body, yield once."""
    # The argument has values for fields that only the server sets. The client must not send them.
    given_samples, samples = (Samples(package.document, direction, mode) for direction in ("both", "request"))
    if not content:
        yield "", {}, None
    for name, given in content.items():
        media = package.document.resolve(given) or {}
        body = next((one for one in operation.bodies if matches(one.content_type, name)), operation.bodies[0])
        if body.kind == "content":
            yield name, {"body": b"\x00raw"}, b"\x00raw"
            continue
        argument, sample = (each.of(media.get("schema", {})) for each in (given_samples, samples))
        if argument is ENDLESS:
            yield name, {}, ENDLESS
        else:
            if body.kind == "files":
                argument = with_files(package.document, media.get("schema"), argument)
            yield name, {"body": package.structure(argument, body.type)}, sample


def with_files(document, schema, sample):
    """Return a sample value with bytes in fields that are files."""
    if not isinstance(sample, dict):
        return sample
    fields = document.merged(schema)["properties"]
    return {
        name: _as_bytes(part) if rules.is_binary(document, fields.get(name)) else part for name, part in sample.items()
    }


def _as_bytes(part):
    if isinstance(part, list):
        return [_as_bytes(one) for one in part]
    return part.encode() if isinstance(part, str) else part


def matches(sent, documented):
    """Return True if a media type is the documented one, or in its range. A name without a slash means bytes."""
    sent, documented = (text.partition(";")[0].strip().lower() for text in (sent, documented))
    return sent == documented or "*" in documented or ("/" not in documented and sent == "application/octet-stream")


def difference(package, build, parameters, body, content):
    """Send a request, and return its first difference from the rules, or None."""
    path, found, values = parameters
    try:
        request = build(values, package.module("types").UNSET, **body)
    except ValueError as error:
        return f"not built: {error}"
    package.adapter.requests.clear()
    package.adapter.answer = (204, None, b"")
    package.client.request(request)
    (sent,) = package.adapter.requests
    if sent.method != request.operation.method:
        return f"method {sent.method}"
    head = head_difference(rules.sent(sent), rules.expected(path, found, values))
    return head or body_difference(package.document, sent, *content)


def head_difference(given, expected):
    """Return the first difference of path, query, headers or cookies, or None."""
    (path, query, headers, cookies), (segments, pairs, named, kept) = given, expected
    texts = [("header", name, headers.get(name), value) for name, value in named.items()]
    texts += [("cookie", name, cookies.get(name), kept.get(name)) for name in {*cookies, *kept}]
    wrong = [f"{place} {name}: {got!r} for {value!r}" for place, name, got, value in texts if not same_text(got, value)]
    if path != segments:
        wrong.append(f"path {path} for {segments}")
    if not same_pairs(query, pairs):
        wrong.append(f"query {query} for {pairs}")
    return "; ".join(wrong) or None


def same_pairs(given, expected):
    """Return True if pairs are equal in any order. JSON texts are equal if their values are."""
    return len(given) == len(expected) and all(
        one[0] == two[0] and same_text(one[1], two[1]) for one, two in zip(sorted(given), sorted(expected))
    )


def same_text(given, expected):
    """Return True if texts are equal, or JSON texts of equal values."""
    if given == expected:
        return True
    try:
        return json.loads(given) == json.loads(expected)
    except (TypeError, ValueError):
        return False


def body_difference(document, sent, content, sample):
    """Return the first difference of a request's body from the rules for its media type, or None."""
    if not content:
        return None if sent.body is None else f"a body: {sent.body[:80]!r}"
    content_type = sent.headers.get("Content-Type", "")
    exact = [name for name in content if matches(content_type, name) and "*" not in name]
    named = exact or [name for name in content if matches(content_type, name)]
    if not named:
        return f"Content-Type {content_type}, for {list(content)}"
    media, name = document.resolve(content[named[0]]) or {}, content_type.partition(";")[0].strip().lower()
    if name == rules.FORM:
        got, expected = rules.read_form(sent.body), rules.expected_form(sample, media)
        return None if same_pairs(got, expected) else f"form {got} for {expected}"
    if name.startswith("multipart/"):
        got, expected = rules.read_multipart(sent), rules.expected_multipart(document, sample, media)
        is_same = same_pairs([part[:2] for part in got], [part[:2] for part in expected])
        kinds = sorted(part[::2] for part in got) == sorted(part[::2] for part in expected)
        return None if is_same and kinds else f"multipart {got} for {expected}"
    got = sent.body if isinstance(sample, bytes) else json.loads(sent.body)
    return None if got == sample else f"body {got!r} for {sample!r}"


__all__ = ["BASE", "MODES", "Package", "imported", "is_object", "kind_of", "requests_of"]
