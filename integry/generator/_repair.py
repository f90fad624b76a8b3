"""Rewrite a document so that openapi-python-client can parse all of it. Each rule keeps the meaning of the document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Mapping, Sequence
from urllib.parse import urljoin

from ._answers import Answer, answers
from ._circles import without_circles
from ._document import is_url, load_file
from ._errors import GenerationError
from ._media import PARSER_MEDIA_TYPES, media_types, request_media
from ._pagination import PageSettings, checked_rule
from ._parameters import declared, parameter, readable_path
from ._references import Document, Files
from ._report import Report
from ._schemas import Schemas
from ._styles import encodings
from ._swagger import convert
from ._tags import tags_of, with_needed_schemas

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
#: Pattern of the keys of `responses` that generated code supports. Other keys, such as extensions, are skipped.
STATUS = re.compile(r"[1-5](\d\d|XX)|default", re.ASCII)


def repair(
    document: dict[str, Any],
    spec: str,
    report: Report,
    tags: Sequence[str] = (),
    media_types: Mapping[str, str] | None = None,
    pagination: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, Any]:
    """Return a document of any version as a document of OpenAPI 3.1 that openapi-python-client can parse.

    The result has two more keys: `x-media-types` has the media types that openapi-python-client must treat like others,
    and `x-schemas` has the names of the components of the original document.

    Args:
        document: The document.
        spec: Path or URL of the document.
        report: Receives warnings of parts that are left out.
        tags: Keep only operations with one of these tags, and the components that they need. If empty, keep all.
        media_types: The setting `content_type_overrides`, for example {"application/zip": "application/octet-stream"}.
        pagination: The setting `pagination`: rules as in `x-pagination`, by operationId or `METHOD /path`.

    Raises:
        GenerationError: If a part such as `paths` is not an object, no operation has one of the tags, or the document
            does not have an operation of the setting `pagination`.
    """
    if not is_url(spec):
        Files(Path(spec), load_file, report).bundle(document)
    if "openapi" not in document:
        document = convert(document)
    document = with_paths(with_components(with_info(document, spec), spec), spec, report)
    pages = PageSettings(pagination or {})
    pages.check(document["paths"])
    document = with_needed_schemas(with_absolute_servers(document, spec), tags, (*METHODS, "query"), spec)
    return Repair(Document(document, report, media_types), tags, pages).document()


def with_info(document: dict[str, Any], spec: str) -> dict[str, Any]:
    """Return a document whose title and version are strings, because YAML parses 1.0 as a number."""
    info = _expect(document.get("info"), dict, spec, "info")
    named = {"title": str(info.get("title") or "API"), "version": str(info.get("version") or "")}
    return {**document, "info": {**info, **named}}


def with_paths(document: dict[str, Any], spec: str, report: Report) -> dict[str, Any]:
    """Return a document whose paths are objects, without extensions (`x-…`). If `paths` is missing, add it."""
    paths = _expect(document.get("paths") or {}, dict, spec, "paths")
    kept = {path: item for path, item in paths.items() if not str(path).startswith("x-") and item is not None}
    for path, item in kept.items():
        _expect(item, dict, spec, f"paths {path}")
        for method in METHODS:
            if item.get(method) is not None:
                _expect(item[method], dict, spec, f"{method.upper()} {path}")
    _expect(document.get("security") or [], list, spec, "security")
    for name in document.get("webhooks") or {}:
        report.warn("webhooks are not supported, and are left out", str(name))
    return {**document, "paths": kept}


def with_components(document: dict[str, Any], spec: str) -> dict[str, Any]:
    """Return a document whose components are objects, with string keys. If they are missing, add them."""
    components = _expect(document.get("components") or {}, dict, spec, "components")
    for name, found in components.items():
        if not str(name).startswith("x-"):
            _expect(found or {}, dict, spec, f"components {name}")
    schemas = {str(name): node for name, node in (components.get("schemas") or {}).items()}
    return {**document, "components": {**components, "schemas": schemas}}


def with_absolute_servers(document: dict[str, Any], spec: str) -> dict[str, Any]:
    """Return a document with absolute server URLs: relative ones are resolved against the URL of the document."""
    servers = document.get("servers") or [{"url": "/"}]
    if not is_url(spec) or not isinstance(servers, list):
        return document
    found = [{**server, "url": _absolute(spec, server)} for server in servers if isinstance(server, dict)]
    return {**document, "servers": found}


def _absolute(spec: str, server: dict[str, Any]) -> str:
    url = str(server.get("url", "/"))
    try:
        joined = urljoin(spec, url)
    except ValueError:
        return ""
    # urljoin() would treat a URL that starts with a variable, such as `{scheme}://…`, as relative.
    return url if "://" in url else joined


def _expect(node: Any, kind: type, spec: str, place: str) -> Any:
    if not isinstance(node, kind):
        found = "missing" if node is None else f"{type(node).__name__}, expected {kind.__name__}"
        message = f"{spec} is not valid OpenAPI: {place} is {found}"
        raise GenerationError(message)
    return node


class Repair:
    """Rewrites the operations of a document, and all schemas that they refer to."""

    def __init__(self, document: Document, tags: Sequence[str], pages: PageSettings) -> None:
        self.source = document
        self.pages = pages
        self.tags = {*tags}
        self.report = document.report
        self.schemas = Schemas(document)
        self.media_types: dict[str, str] = {}

    def document(self) -> dict[str, Any]:
        """Return the rewritten document."""
        data = self.source.data
        components = self.schemas.components()
        given = [*components][: len(data["components"]["schemas"])]
        self.report.schemas.all = len(data["components"]["schemas"])
        paths: dict[str, Any] = {}
        for template, node in data["paths"].items():
            path, names = readable_path(str(template))
            paths[path] = self._item(str(template), self.source.resolve(node, str(template)), names)
        self.schemas.discriminators.finish(self.schemas.names, self.schemas.components(), paths)
        without_circles(components, self.report)
        kept = {key: data[key] for key in ("servers", "security") if isinstance(data.get(key), list)}
        schemes = {
            str(name): self.source.resolve(node, f"securitySchemes {name}")
            for name, node in (data["components"].get("securitySchemes") or {}).items()
        }
        return {
            "openapi": "3.1.0",
            "info": data["info"],
            **kept,
            "paths": paths,
            "components": {"schemas": components, "securitySchemes": schemes},
            "x-media-types": self.media_types,
            "x-schemas": given,
        }

    def _item(self, path: str, item: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
        result = {"servers": item["servers"]} if isinstance(item.get("servers"), list) else {}
        for method in METHODS:
            if isinstance(item.get(method), dict):
                where = f"{method.upper()} {path}"
                operation = self.source.resolve(item[method], where)
                if self._is_left_out(operation):
                    continue
                self.report.operations.all += 1
                result[method] = self._operation(path, item, operation, names, where)
        more = item.get("additionalOperations")
        others = {"query": item.get("query"), **(more if isinstance(more, dict) else {})}
        for method, operation in others.items():
            if isinstance(operation, dict) and not self._is_left_out(operation):
                self.report.operations.all += 1
                self.report.warn("an operation has a method that is not supported, and is left out", f"{method} {path}")
        return result

    def _is_left_out(self, operation: dict[str, Any]) -> bool:
        """Return True for an operation that has none of the requested tags."""
        return bool(self.tags) and self.tags.isdisjoint(tags_of(operation))

    def _operation(
        self, path: str, item: dict[str, Any], raw: dict[str, Any], names: dict[str, str], where: str
    ) -> dict[str, Any]:
        kept = ("servers", "security", "x-idempotent", "deprecated")
        result = {key: raw[key] for key in kept if key in raw}
        result.update({key: raw[key] for key in ("summary", "description") if isinstance(raw.get(key), str)})
        if not isinstance(result.get("security", []), list):
            del result["security"]
        if raw.get("operationId"):
            # openapi-python-client would remove these separators, and name `issues/create` `issuescreate`.
            result["operationId"] = re.sub(r"[/:]", "_", str(raw["operationId"]))
        if isinstance(raw.get("tags"), list):
            result["tags"] = [str(tag) for tag in raw["tags"]]
        found = declared(self.source, item, raw, path, where)
        result["parameters"] = [parameter(self.schemas, one, names, where) for one in found]
        self._paginate(result, raw, where)
        body = self._body(raw.get("requestBody"), where)
        if body:
            result["requestBody"] = body
        if body and _has_choice(body):
            # The argument `content_type` replaces this parameter, which OpenAPI ignores.
            result["parameters"] = [one for one in result["parameters"] if not _is_content_type(one)]
        result["responses"] = self._responses(raw.get("responses"), where)
        return result

    def _paginate(self, operation: dict[str, Any], raw: dict[str, Any], where: str) -> None:
        """Add the rule for the pages of an operation, if it has a valid one."""
        query = [str(one.get("name")) for one in operation["parameters"] if one.get("in") == "query"]
        rule = self.pages.rule(raw, where, query)
        if rule is None and "x-pagination" not in raw:
            return
        try:
            operation["x-pagination"] = rule or checked_rule(raw["x-pagination"], query)
        except ValueError as error:
            self.report.warn(f"an x-pagination is left out, because {error}", where)

    def _body(self, node: Any, where: str) -> dict[str, Any]:
        body = self.source.resolve(node, where) if node else {}
        content: dict[str, dict[str, Any]] = {}
        for media in request_media(media_types(self.source, body.get("content"), where)):
            if media.content_type in content:
                self.report.warn("a media type of a body is sent like another one, and is left out", where)
                continue
            if media.content_type.partition(";")[0] != PARSER_MEDIA_TYPES[media.kind]:
                self.media_types[media.content_type] = PARSER_MEDIA_TYPES[media.kind]
            schema = self.schemas.body(media.schema, where, has_files=media.kind != "json")
            content[media.content_type] = {"schema": schema}
            if media.others:
                content[media.content_type]["x-others"] = media.others
            encoding = encodings(self.source, media, where)
            if encoding:
                content[media.content_type]["x-encoding"] = encoding
        if not content:
            return {}
        note = {"description": body["description"]} if isinstance(body.get("description"), str) else {}
        return {**note, "required": body.get("required") is True, "content": content}

    def _responses(self, node: Any, where: str) -> dict[str, Any]:
        """Return the documented responses, with ranges such as `4XX` in upper case. Extensions (`x-…`) are left out."""
        result: dict[str, Any] = {}
        for key, response in (node if isinstance(node, dict) else {}).items():
            status = str(key).upper() if re.fullmatch(r"[1-5][xX]{2}", str(key)) else str(key)
            if STATUS.fullmatch(status):
                result[status] = self._response(response, f"{where} {status}")
            elif not str(key).startswith("x-"):
                self.report.warn("a response has no valid status, and is left out", f"{where} {key}")
        return result

    def _response(self, node: Any, where: str) -> dict[str, Any]:
        response = self.source.resolve(node, where)
        found = answers(self.source, media_types(self.source, response.get("content"), where), where)
        result = {"description": str(response.get("description") or "")}
        content = {answer.content_type: self._answer(answer, where) for answer in found}
        return {**result, "content": content} if content else result

    def _answer(self, answer: Answer, where: str) -> dict[str, Any]:
        result = {"x-kind": answer.kind, "x-encoding": answer.is_encoding}
        if answer.schema is None:
            return result
        return {"schema": self.schemas.body(answer.schema, where, has_files=answer.kind == "file"), **result}


def _is_content_type(parameter: dict[str, Any]) -> bool:
    return parameter["in"] == "header" and str(parameter["name"]).lower() == "content-type"


def _has_choice(body: dict[str, Any]) -> bool:
    return len(body["content"]) > 1 or any("x-others" in media for media in body["content"].values())
