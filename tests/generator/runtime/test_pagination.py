"""Iteration over the pages of an operation, by the rule in its document (`x-pagination`)."""

import json
from itertools import islice
from typing import Any, Dict, List

import pytest
import responses
from attrs import define, field

from integry.generator.runtime.client import Client
from integry.generator.runtime.errors import DecodeError, InvalidRequest
from integry.generator.runtime.operation import Operation, Pagination, ResponseSpec
from integry.generator.runtime.pagination import iter_items, iter_pages
from integry.generator.runtime.resource import PagedMethod
from integry.generator.runtime.types import UNSET, Model

SERVER = "https://api.test/v1"
URL = f"{SERVER}/pets"


@define(repr=False)
class Meta(Model):
    """The object in a response that has the cursor of the next page."""

    next_: Any = field(default=UNSET, metadata={"name": "next"})
    additional_properties: Dict[str, Any] = field(init=False, factory=dict)


@define(repr=False)
class Page(Model):
    """A page whose cursor is a field of another object."""

    data: List[int]
    meta: Any = UNSET
    additional_properties: Dict[str, Any] = field(init=False, factory=dict)


def operation(type_, *rule):
    """Return an operation with a rule for its pages."""
    spec = {"200": ResponseSpec("json", type_)}
    pagination = Pagination(*rule) if rule else None
    return Operation("list_pets", "GET", "/pets", "pets", idempotent=True, responses=spec, pagination=pagination)


def walk(found, **query):
    """Return the items of all pages, and the URLs of the requests."""
    with Client(SERVER) as client:
        items = list(iter_items(client, found.request(query=query)))
    return items, [call.request.url.partition("/pets")[2] for call in responses.calls]


def answer(*bodies, headers=()):
    """Mock responses with these bodies, in their order."""
    for number, body in enumerate(bodies):
        responses.get(URL, json=body, headers=headers[number] if headers else None)


@responses.activate
def test_cursors_in_a_model_are_followed():
    """The cursor is found in the parsed body by the names in JSON, and replaces the cursor in the request."""
    answer({"data": [1, 2], "meta": {"next": "b&c"}}, {"data": [3], "meta": {"next": None}})
    found = operation(Page, "cursor", "after", "meta.next", "data")
    assert walk(found, after="a", limit=2) == ([1, 2, 3], ["?after=a&limit=2", "?limit=2&after=b%26c"])


@responses.activate
@pytest.mark.parametrize(
    "last", [{"data": [2]}, {"data": [2], "next": ""}, {"data": [2], "next": None}, {"data": [2], "next": 0}]
)
def test_a_page_without_cursor_is_the_last(last):
    """A missing, empty or null cursor ends the iteration. Bodies may be plain dicts."""
    answer({"data": [1], "next": "x"}, last)
    assert walk(operation(Dict[str, Any], "cursor", "after", "next", "data"))[0] == [1, 2]


@responses.activate
def test_page_numbers_are_counted():
    """Page numbers count from 1 until a page is empty."""
    answer([1, 2], [3], [])
    assert walk(operation(List[int], "page", "page")) == ([1, 2, 3], ["", "?page=2", "?page=3"])


@responses.activate
def test_page_numbers_start_at_the_number_of_the_request():
    """Page numbers count from the number in the request for the first page."""
    answer([1, 2], [])
    assert walk(operation(List[int], "page", "page"), page=5)[1] == ["?page=5", "?page=6"]


@responses.activate
def test_offsets_are_counted_by_items():
    """An offset grows by the number of items."""
    answer([1, 2], [3], [])
    assert walk(operation(List[int], "offset", "skip"), skip=10)[1] == ["?skip=10", "?skip=12", "?skip=13"]


@responses.activate
@pytest.mark.parametrize("kind", ["page", "offset"])
def test_the_body_may_say_which_page_is_the_last(kind):
    """If the body marks the last page (a field is false, null or missing), no further request is sent."""
    answer({"data": [1], "more": True}, {"data": [2], "more": False})
    assert walk(operation(Dict[str, Any], kind, "at", "more", "data"))[0] == [1, 2]
    assert len(responses.calls) == 2


@responses.activate
@pytest.mark.parametrize("target", [f"{URL}?page=2", "/v1/pets?page=2", "?page=2", "http://api.test/v1/pets?page=2"])
def test_urls_in_the_body_are_followed(target):
    """The URL of the next page may be absolute or relative. It gets the scheme (http or https) of the base URL."""
    answer({"data": [1], "next": target}, {"data": [2]})
    found = operation(Dict[str, Any], "url", "", "next", "data")
    assert walk(found, limit=1) == ([1, 2], ["?limit=1", "?page=2"])
    assert responses.calls[1].request.url.startswith("https://")


@responses.activate
def test_link_headers_are_followed():
    """The link with the relation `next` in a Link header is the next page."""
    links = f'<{URL}?page=1>; rel="first", <{URL}?page=2>; rel="next"'
    answer([1], [2], headers=({"Link": links}, {"Link": f'<{URL}?page=1>; rel="first"'}))
    assert walk(operation(List[int], "link")) == ([1, 2], ["", "?page=2"])


@responses.activate
@pytest.mark.parametrize(
    "target", ["https://evil.test/v1/pets?page=2", "//evil.test/v1/x", "/other", "https://api.test/v2/"]
)
def test_pages_on_another_server_are_refused(target):
    """A next page that is not below the base URL raises InvalidRequest: its server would get the credentials."""
    answer({"data": [1], "next": target})
    found = operation(Dict[str, Any], "url", "", "next", "data")
    with pytest.raises(InvalidRequest, match=r"is not below https://api\.test/v1"):
        walk(found)
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    ("rule", "bodies"),
    [
        (("cursor", "after", "next", "data"), [{"data": [1], "next": "x"}, {"data": [2], "next": "x"}]),
        (("page", "page", "", "data"), [{"data": [1]}, {"data": [1]}]),
    ],
)
def test_a_repeated_page_raises(rule, bodies):
    """A cursor or a page that is returned again raises DecodeError, instead of an endless iteration."""
    answer(*bodies)
    with pytest.raises(DecodeError, match="list_pets: the server returned the same page again"):
        walk(operation(Dict[str, Any], *rule))


@responses.activate
def test_pages_are_fetched_when_needed():
    """Iteration sends a request for a page only when its first item is needed."""
    answer({"data": [1, 2], "next": "b"}, {"data": [3]})
    found = operation(Dict[str, Any], "cursor", "after", "next", "data")
    method = PagedMethod(Client(SERVER), found.request)
    assert list(islice(method.items(), 2)) == [1, 2]
    assert len(responses.calls) == 1
    assert [json.loads(page.content)["data"] for page in method.pages()] == [[3]]


def test_an_operation_without_rule_has_no_pages():
    """An operation whose document has no x-pagination raises InvalidRequest."""
    with pytest.raises(InvalidRequest, match="list_pets has no pages: the document has no x-pagination for it"):
        next(iter_pages(Client(SERVER), operation(List[int]).request()))
