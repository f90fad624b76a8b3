"""Pass documented responses to a generated client, and compare the parsed values with the original values."""

import json
import re
from datetime import datetime

from . import rules
from .schemas import ENDLESS, Samples, breaks, is_object, kind_of
from .wire import MODES, bodies

#: Media types whose bodies are lines of JSON.
LINES = re.compile(r"application/(stream\+json|x-ndjson|ndjson|x-jsonl|jsonl|x-jsonlines)")
#: Statuses whose responses have no body in HTTP, even if the document has one.
BODILESS = ("204", "205", "304")
#: The fields of a server-sent event. A schema with other fields describes the data of the event.
EVENT = {"event", "data", "id", "retry", "comment"}
CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)([.,]\d+)?([Zz]|[+-]\d\d:\d\d)")


def answers_of(package):
    """Let a client parse all documented responses. Yield the place of each, and a difference or None."""
    for path, method, raw, parameters in package.document.operations():
        build, operation = package.of(path, method)
        values = rules.parameter_values(package.document, parameters, path, "full")
        content = package.document.resolve(raw.get("requestBody") or {}).get("content") or {}
        body = next(bodies(package, operation, content, "required"), ("", {}, None))[1]
        request = build(values, package.module("types").UNSET, **body)
        for status, given in (raw.get("responses") or {}).items():
            if str(status).startswith("x-"):
                continue
            answer = package.document.resolve(given) or {}
            number = number_of(str(status), raw["responses"])
            reader = Reader(package, request, number)
            place = f"{method.upper()} {path} {status}"
            if method == "head" or str(number) in BODILESS or not answer.get("content"):
                yield place, reader.empty()
                continue
            for name, media in answer["content"].items():
                for what, difference in reader.differences(name, package.document.resolve(media) or {}):
                    yield f"{place} {name} {what}", difference


def number_of(status, documented):
    """Return a status code for a documented status, which may be a range such as `4XX`, or `default`."""
    if status.isdigit():
        return int(status)
    first = 5 if status == "default" else int(status[0])
    known = {str(each) for each in documented}
    return next(number for number in range(first * 100 + 99, 0, -1) if str(number) not in known)


class Reader:
    """Lets a client parse one documented response.

    Args:
        package: The client.
        request: The request that gets the response.
        status: The status of the response.
    """

    def __init__(self, package, request, status):
        self.package, self.document = package, package.document
        self.request, self.status = request, status

    def read(self, content_type, content, *, is_lenient=False):
        """Return the body of a response as the client parses it."""
        self.package.adapter.answer = self.status, content_type, content
        client = self.package.lenient if is_lenient else self.package.client
        return client.send(self.request).parsed

    def empty(self):
        """Return a difference if the client does not parse a response without a body to None."""
        parsed = self.read(None, b"")
        return None if parsed is None else f"no body: {parsed!r}"

    def differences(self, name, media):
        """Yield the name of each sample and example of a media type, and a difference of the parsed value, or None."""
        schema = media.get("schema", media.get("itemSchema", {}))
        for mode in MODES:
            value = Samples(self.document, "answer", mode).of(schema)
            if value is ENDLESS:
                yield mode, "endless"
            else:
                yield mode, self._compared(name, schema, value, is_lenient=False)
        for number, value in enumerate(examples(self.document, media)):
            difference = self._compared(name, schema, value, is_lenient=False)
            place = breaks(self.document, schema, value) if difference else None
            if place:
                # The example does not match its schema, but a lenient client must parse all of it.
                difference = self._compared(name, schema, value, is_lenient=True)
            yield f"example {number}{' breaks its schema' if place else ''}", difference

    def _compared(self, name, schema, value, *, is_lenient):
        """Return how a value differs after it was serialised and the client has parsed it; None if it is equal."""
        how = how_written(self.document, name, schema)
        content_type, content, wanted = written(how, name, value)
        try:
            parsed = self.read(content_type, content, is_lenient=is_lenient)
        except Exception as error:  # noqa: BLE001 (any error is a difference)
            return f"{type(error).__name__}: {error}"
        plain = self._plain(how, parsed)
        if not any(same(plain, one) for one in wanted):
            return f"{how} read as {plain!r} for {wanted[0]!r}"
        if how == "json" and not is_lenient and isinstance(value, dict) and is_object(self.document, schema):
            return None if hasattr(parsed, "to_dict") else f"no class, {type(parsed).__name__}: {value!r}"
        return None

    def _plain(self, how, parsed):
        """Return a parsed value as JSON types, text or bytes."""
        if type(parsed).__name__ == "File":
            return parsed.payload.read()
        if how == "events" and isinstance(parsed, list):
            return [self.package.plain(event.data) for event in parsed]
        return parsed if isinstance(parsed, bytes) else self.package.plain(parsed)


def how_written(document, name, schema):
    """Return the format of a body of a media type: "json", "text", "lines", "events" or "bytes"."""
    essence = name.partition(";")[0].strip().lower()
    merged = document.merged(schema)
    is_text = kind_of(merged) == "string" and not merged.get("enum")
    if LINES.fullmatch(essence):
        return "lines"
    if essence == "text/event-stream":
        return "events"
    if "*" in essence and is_text:
        return "bytes" if merged.get("format") == "binary" else "text"
    if "json" in essence or essence in ("*/*", "application/*", "*"):
        return "json"
    return "text" if essence.startswith("text/") else "bytes"


def written(how, name, value):
    """Return Content-Type and body for a value, and the parsed values that are correct."""
    content_type = name if "/" in name and "*" not in name else {"json": "application/json"}.get(how, "text/plain")
    in_json = json.dumps(value, default=str)
    if how == "json":
        return content_type, in_json.encode(), [json.loads(in_json)]
    if how == "lines":
        elements = value if isinstance(value, list) else [value, value]
        return content_type, "".join(json.dumps(one) + "\n" for one in elements).encode(), [elements]
    if how == "events":
        is_event = isinstance(value, dict) and "data" in value and {*value} <= EVENT
        data = value["data"] if is_event else value
        text = data if isinstance(data, str) else json.dumps(data)
        lines = "".join(f"data: {line}\n" for line in text.split("\n"))
        return content_type, f"{lines}\n".encode(), [[data], [text]]
    text = value if isinstance(value, str) else in_json
    if how == "text":
        # Write an object in a text as JSON. The client parses it if the document also has the media type JSON.
        return f"{content_type}; charset=utf-8", text.encode(), [text, value]
    return content_type, text.encode(), [text.encode(), value]


def examples(document, media):
    """Yield the examples of a media type and its schema."""
    schema = document.resolve(media.get("schema")) or {}
    for node in (media, schema) if isinstance(schema, dict) else (media,):
        if "example" in node:
            yield node["example"]
        found = node.get("examples") or ()
        for example in found.values() if isinstance(found, dict) else found:
            value = document.resolve(example)
            if node is not media:
                yield value
            elif isinstance(value, dict) and "value" in value:
                yield value["value"]


def same(read, sent):
    """Return True if values are equal. The formats of date-times and UUIDs may differ."""
    if isinstance(read, dict) and isinstance(sent, dict):
        return read.keys() == sent.keys() and all(same(read[key], sent[key]) for key in read)
    if isinstance(read, list) and isinstance(sent, list):
        return len(read) == len(sent) and all(map(same, read, sent))
    if read == sent and isinstance(read, bool) == isinstance(sent, bool):
        return True
    if not (isinstance(read, str) and isinstance(sent, str)):
        return False
    return moment(read) == moment(sent) or (len(sent) == 36 and read == sent.lower())


def moment(text):
    """Return a date-time as a datetime, truncated to microseconds. Return any other text unchanged."""
    match = CLOCK.fullmatch(text)
    if match is None:
        return text
    day, clock, fraction, zone = match.groups()
    digits = (fraction or ".")[1:7].ljust(6, "0")
    return datetime.fromisoformat(f"{day}T{clock}.{digits}{'+00:00' if zone in 'Zz' else zone}")
