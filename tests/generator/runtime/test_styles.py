"""Styles of parameters in paths, queries, headers and cookies."""

import pytest
import requests

from integry.generator.runtime.errors import InvalidRequest
from integry.generator.runtime.operation import Operation, Style

ARRAY, OBJECT = ["b,l", "w"], {"R": 100, "G": "a/b"}


def url(request):
    """Return path and query of a request, as a server receives them."""
    return requests.Request(**{**request, "url": "https://x" + request["url"]}).prepare().path_url


def built(place, value, style):
    """Return the request of an operation with one parameter."""
    path = "/a{p}" if place == "path" else "/a"
    styles = {"styles": {"p": style}} if place == "query" else {"other_styles": {place: {"p": style}}}
    operation = Operation("op", "GET", path, "t", idempotent=True, **styles)
    name = {"header": "headers", "cookie": "cookies"}.get(place, place)
    return operation.request(**{name: {"p": value}})


@pytest.mark.parametrize(
    ("kind", "value", "path"),
    [
        ("simple", ARRAY, "/ab%2Cl,w"),
        ("simple", OBJECT, "/aR,100,G,a%2Fb"),
        ("simple*", ARRAY, "/ab%2Cl,w"),
        ("simple*", OBJECT, "/aR=100,G=a%2Fb"),
        ("label", "x y", "/a.x%20y"),
        ("label", ARRAY, "/a.b%2Cl,w"),
        ("label*", ARRAY, "/a.b%2Cl.w"),
        ("label", OBJECT, "/a.R,100,G,a%2Fb"),
        ("label*", OBJECT, "/a.R=100.G=a%2Fb"),
        ("matrix", "x", "/a;id=x"),
        ("matrix*", 5, "/a;id=5"),
        ("matrix", ARRAY, "/a;id=b%2Cl,w"),
        ("matrix*", ARRAY, "/a;id=b%2Cl;id=w"),
        ("matrix", OBJECT, "/a;id=R,100,G,a%2Fb"),
        ("matrix*", OBJECT, "/a;R=100;G=a%2Fb"),
        ("json", {"a": [1, "/"]}, "/a%7B%22a%22:%20%5B1,%20%22%2F%22%5D%7D"),
    ],
)
def test_path_parameters_are_encoded_in_their_style(kind, value, path):
    """Path parameters are encoded as in RFC 6570: separators stay plain, and reserved characters in values do not."""
    found = url(built("path", value, Style(kind, "id")))
    assert found.replace("%3A", ":").replace("%2C%20", ",%20") == path


@pytest.mark.parametrize(
    ("value", "style"),
    [
        ([], Style("simple*", "p")),
        (".", Style("label", "p")),
        ([], Style("label*", "p")),
        (None, Style("label", "p")),
    ],
)
def test_dot_segments_are_refused_in_all_styles(value, style):
    """A segment that becomes `.` or `..` is refused in all styles. An empty value in the style "label" is `.`."""
    with pytest.raises(InvalidRequest, match=r"p must not be empty, '\.' or '\.\.'"):
        built("path", value, style)


@pytest.mark.parametrize(
    ("style", "value", "query"),
    [
        ("comma", ["a", "b"], "p=a%2Cb"),
        ("comma", ["a,b", "c d"], "p=a%2Cb,c%20d"),
        ("comma", {"k": "a,b"}, "p=k,a%2Cb"),
        ("pipe", ["a", "b"], "p=a%7Cb"),
        ("pipe", ["a|b", "c"], "p=a%7Cb%7Cc"),
        ("space", ["a", "b"], "p=a+b"),
        ("space", ["a b", "c"], "p=a%20b%20c"),
        ("json", {"a": [1]}, "p=%7B%22a%22%3A+%5B1%5D%7D"),
        ("json+", {"a": 1}, "p=%7B%22a%22:%201%7D"),
        ("deep", {"a": {"b": ["x"]}}, "p%5Ba%5D%5Bb%5D%5B0%5D=x"),
        ("form+", "a/b?c=d&e+f#g%20é%", "p=a/b?c=d%26e%2Bf%23g%20%C3%A9%25"),
        ("form+", ["/", ":"], "p=/&p=:"),
        ("form+", None, ""),
        ("comma+", ["/", "a,b"], "p=/,a,b"),
        ("deep+", {"a": "/"}, "p%5Ba%5D=/"),
    ],
)
def test_query_parameters_are_encoded_in_their_style(style, value, query):
    """Query parameters are encoded in their style. A separator inside a value is percent-encoded."""
    assert url(built("query", value, style)).partition("?")[2] == query


@pytest.mark.parametrize(
    ("style", "value", "header"),
    [
        (Style("simple*", "p"), {"R": 100, "G": 200}, "R=100,G=200"),
        (Style("simple*", "p"), [1, 2], "1,2"),
        (Style("json", "p"), {"a": ["é"]}, '{"a": ["\\u00e9"]}'),
        (Style("simple*", "p"), None, None),
    ],
)
def test_headers_are_encoded_in_their_style(style, value, header):
    """Headers are encoded in their style, and JSON in a header is ASCII."""
    assert built("header", value, style).get("headers", {}).get("p") == header


@pytest.mark.parametrize(
    ("style", "value", "cookies"),
    [
        (Style("form*", "p"), {"R": 100, "G": None}, {"R": "100"}),
        (Style("form*", "p"), ["a", "b"], {"p": "a&p=b"}),
        (Style("cookie*", "p"), ["a", "b"], {"p": "a; p=b"}),
        (Style("cookie", "p"), ["a", "b"], {"p": "a,b"}),
        (Style("form*", "p"), "a", {"p": "a"}),
        (Style("json", "p"), {"a": "b;c"}, {"p": '{"a": "b\\u003bc"}'}),
        (Style("form*", "p"), None, None),
    ],
)
def test_cookies_are_encoded_in_their_style(style, value, cookies):
    """Each field of an exploded object is a cookie of its own, and a semicolon in JSON is escaped."""
    assert built("cookie", value, style).get("cookies") == cookies


def test_parameters_without_a_style_keep_the_default():
    """A parameter without a style is encoded by default, although another parameter of the operation has a style."""
    operation = Operation(
        "op", "GET", "/{a}/{b}", "t", idempotent=True, other_styles={"path": {"a": Style("label", "a")}}
    )
    request = operation.request(
        path={"a": 1, "b": "x/y"},
        query={"q": [1, 2], "n": None},
        headers={"H": [1, 2]},
        cookies={"c": [1, 2], "n": None},
    )
    assert request == {
        "method": "GET",
        "url": "/.1/x%2Fy",
        "params": [("q", "1"), ("q", "2")],
        "headers": {"H": "1,2"},
        "cookies": {"c": "1,2"},
    }


@pytest.mark.parametrize("style", ["comma", "form+"])
def test_a_query_stands_before_the_fragment_of_a_path(style):
    """The fragment of a path, which some documents use to tell equal paths apart, is not sent. The query is sent."""
    operation = Operation("op", "GET", "/a#b", "t", idempotent=True, styles={"q": style})
    assert url(operation.request(query={"q": ["x,y"]})) == {"comma": "/a?q=x%2Cy", "form+": "/a?q=x,y"}[style]


@pytest.mark.parametrize("style", ["form", "form+"])
def test_a_path_may_have_a_query_of_its_own(style):
    """If the path has a query, the query parameters are appended to it."""
    operation = Operation("op", "GET", "/a?b=c#d", "t", idempotent=True, styles={"q": style})
    assert url(operation.request(query={"q": "x"})) == "/a?b=c&q=x"
