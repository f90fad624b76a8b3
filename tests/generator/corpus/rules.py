"""OpenAPI's rules for the encoding of parameters and bodies, implemented independently of the generator.

Texts are compared after decoding: `%20` and `+` are both a space in a query.
"""

import email
import json
import re
from urllib.parse import parse_qsl, unquote, unquote_plus

from .schemas import Samples, kind_of

#: The separator of each style that joins the values of a query parameter.
JOINED = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
#: Names of header parameters that OpenAPI ignores.
IGNORED = {"accept", "content-type", "authorization"}
FORM = "application/x-www-form-urlencoded"


def text(value):
    """Return a value as text. Nested values, for which OpenAPI has no rule, become JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def joined(value, separator, *, is_exploded=False, between=","):
    """Return an array or object as one text: `R,100,G,200`, or exploded `R=100,G=200`."""
    if isinstance(value, dict):
        pairs = [(key, text(part)) for key, part in value.items() if part is not None]
        if is_exploded:
            return between.join(f"{key}={part}" for key, part in pairs)
        return separator.join(part for pair in pairs for part in pair)
    return (between if is_exploded else separator).join(map(text, value if isinstance(value, list) else [value]))


def in_query(name, value, style, *, is_exploded):
    """Return the pairs of a query parameter, or of a field of a form."""
    if style == "deepObject":
        return list(deep(name, value))
    if isinstance(value, dict) and is_exploded:
        return [(key, text(part)) for key, part in value.items() if part is not None]
    if isinstance(value, (dict, list)) and not is_exploded:
        return [(name, joined(value, JOINED[style]))]
    return [(name, text(part)) for part in (value if isinstance(value, list) else [value])]


def deep(name, value):
    """Yield the pairs of a deepObject. Values nested more deeply, for which OpenAPI has no rule, add more brackets."""
    if isinstance(value, (dict, list)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from deep(f"{name}[{key}]", part)
    elif value is not None:
        yield name, text(value)


def in_path(name, value, style, *, is_exploded):
    """Return the decoded segment of a path parameter."""
    if style == "label":
        return "." + joined(value, ",", is_exploded=is_exploded, between=".")
    if style == "matrix":
        if is_exploded and isinstance(value, list):
            return "".join(f";{name}={text(part)}" for part in value)
        if is_exploded and isinstance(value, dict):
            return ";" + joined(value, ",", is_exploded=True, between=";")
        return f";{name}={joined(value, ',')}"
    return joined(value, ",", is_exploded=is_exploded)


def in_cookie(name, value, *, is_exploded):
    """Return the cookies of a parameter."""
    if isinstance(value, dict) and is_exploded:
        return {key: text(part) for key, part in value.items() if part is not None}
    return {name: joined(value, ",", is_exploded=is_exploded, between=f"&{name}=")}


def expected(path, parameters, values):
    """Return the segments of the path, the pairs of the query, the headers and the cookies that a request must have."""
    # Some documents have paths with a query, or with a fragment to tell equal paths apart, which is not sent.
    path, _, fixed = path.partition("#")[0].partition("?")
    in_path_, headers, cookies = {}, {}, {}
    query = parse_qsl(fixed, keep_blank_values=True)
    for parameter in parameters:
        name, place = str(parameter["name"]), parameter["in"]
        if (place, name) not in values:
            continue
        value, style = values[place, name], parameter.get("style") or ("form" if place == "query" else "simple")
        # Arrays in cookies have commas, because `explode`, the default of their style, gives no valid cookie.
        by_default = place == "query" or (place == "cookie" and isinstance(value, dict))
        is_exploded = parameter.get("explode", by_default)
        if "content" in parameter:
            value = json.dumps(value) if any("json" in key or "*" in key for key in parameter["content"]) else value
        if place == "path":
            in_path_[name] = in_path(name, value, style, is_exploded=is_exploded)
        elif place == "query":
            query += in_query(name, value, style, is_exploded=is_exploded)
        elif place == "header":
            headers[name.lower()] = joined(value, ",", is_exploded=is_exploded)
        else:
            cookies.update(in_cookie(name, value, is_exploded=is_exploded))
    return [filled(segment, in_path_) for segment in path.split("/")], query, headers, cookies


def filled(segment, values):
    """Return a segment of a path template with its values."""
    pieces = re.split(r"\{([^{}]*)\}", segment)
    # Every second piece is a name.
    return "".join(values[piece] if index % 2 else unquote(piece) for index, piece in enumerate(pieces))


def sent(request):
    """Return path segments, query pairs, headers and cookies of a prepared request, in the format of `expected`."""
    path, _, query = request.path_url.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    cookies = [pair.partition("=") for pair in request.headers.get("Cookie", "").split("; ") if pair]
    return (
        [unquote(segment) for segment in path.split("/")],
        [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs],
        {name.lower(): value for name, value in request.headers.items()},
        {name: value for name, _, value in cookies},
    )


def read_form(body):
    """Return the pairs of a form."""
    written = body.decode() if isinstance(body, bytes) else body or ""
    pairs = [pair.partition("=") for pair in written.split("&") if pair]
    return sorted((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)


def expected_form(value, media):
    """Return the pairs of a form: arrays repeat their name, and objects are JSON, unless `encoding` has a style."""
    pairs = []
    for name, part in value.items():
        encoding = (media.get("encoding") or {}).get(name) or {}
        has_style = any(key in encoding for key in ("style", "explode", "allowReserved"))
        if part is None:
            continue
        if has_style:
            style = encoding.get("style", "form")
            pairs += in_query(name, part, style, is_exploded=encoding.get("explode", style == "form"))
        elif isinstance(part, dict) or "json" in str(encoding.get("contentType")):
            pairs.append((name, json.dumps(part) if isinstance(part, (dict, list)) else text(part)))
        else:
            pairs += [(name, text(each)) for each in (part if isinstance(part, list) else [part])]
    return sorted(pairs)


def read_multipart(request):
    """Return name, text and kind ("json", "text" or "file") of the parts of a multipart body."""
    body = request.body.read() if hasattr(request.body, "read") else request.body
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body)
    parts = message.get_payload() if message.is_multipart() else []
    return sorted(
        (
            part.get_param("name", header="content-disposition"),
            part.get_payload(decode=True).decode(),
            part.get_filename() is not None,
        )
        for part in parts
    )


def expected_multipart(document, value, media):
    """Return the parts of a multipart body: one for each element of an array, objects as JSON, files with a name."""
    parts = []
    schemas = document.merged(media["schema"])["properties"]
    for name, part in value.items():
        encoding = (media.get("encoding") or {}).get(name) or {}
        is_json = "json" in str(encoding.get("contentType"))
        several = part if isinstance(part, list) and not is_json else [part]
        is_file = is_binary(document, schemas.get(name))
        # The style of a field with files is ignored.
        if any(key in encoding for key in ("style", "explode")) and not is_file:
            style = encoding.get("style", "form")
            pairs = in_query(name, part, style, is_exploded=encoding.get("explode", style == "form"))
            parts += [(key, each, False) for key, each in pairs]
            continue
        parts += [(name, json.dumps(each) if is_json else text(each), is_file) for each in several if each is not None]
    return sorted(parts)


def is_binary(document, schema):
    """Return True if a field, or each of its elements, is a file."""
    merged = document.merged(schema)
    if kind_of(merged) == "array":
        return is_binary(document, merged.get("items"))
    return kind_of(merged) == "string" and merged.get("format") == "binary"


def parameter_values(document, parameters, path, mode):
    """Return sample values of parameters, by place and name. In the mode "required", omit optional parameters."""
    values = {}
    for parameter in parameters:
        name, place = str(parameter["name"]), parameter["in"]
        is_ignored = name.lower() in IGNORED if place == "header" else place == "path" and f"{{{name}}}" not in path
        if is_ignored:
            continue
        if place == "path" or mode != "required" or parameter.get("required"):
            content = next(iter((parameter.get("content") or {}).values()), parameter)
            # A path segment cannot be an empty object, so fill in the optional fields.
            samples = Samples(document, "both", "full" if place == "path" and mode == "required" else mode)
            value = samples.of(content.get("schema") or {"type": "string"})
            values[place, name] = value.replace("/", "") if isinstance(value, str) and place == "cookie" else value
    return values
