"""Pagination: lazy iteration, resuming, the last page, and repeated cursors."""

import gc
import json
import weakref

import pytest

from integry import CursorLoop, NetworkCodeError, UnusableResult

from .conftest import API

LAST = [{"_cursor": None}, {"_cursor": ""}, {}]


def app(name):
    """Return an app in the format of the server."""
    return {"id": 1, "name": name, "connected_accounts": []}


def script(answers, url, *bodies):
    """Respond with one body after another."""
    for body in bodies:
        answers.post(url, json=body)


def sent(answers):
    """Return the bodies that were sent."""
    return [json.loads(call.request.body) for call in answers.calls]


@pytest.mark.parametrize("cursor", ["text", 5, 1.5, {"page": 2}, 0, {}])
@pytest.mark.parametrize("last", LAST)
def test_iterating_fetches_all_pages(answers, integry, cursor, last):
    """Iterating over a page sends back cursors of any type unchanged, and ends at a null, empty or missing cursor."""
    url = f"{API}/apps/list/"
    script(answers, url, {"apps": [app("a"), app("b")], "_cursor": cursor}, {"apps": [app("c")], **last})
    assert [each.name for each in integry.apps.list()] == ["a", "b", "c"]
    assert sent(answers) == [{}, {"_cursor": cursor}]


def test_pages_are_fetched_lazily(answers, integry):
    """Iterating fetches the next page only when the items of the current one are used up."""
    script(answers, f"{API}/apps/list/", {"apps": [app("a"), app("b")], "_cursor": 1}, {"apps": [], "_cursor": None})
    page = integry.apps.list()
    items = iter(page)
    assert [next(items).name, next(items).name] == ["a", "b"]
    assert page.apps is page.items
    assert len(answers.calls) == 1
    assert list(items) == []
    assert len(answers.calls) == 2


def test_pages_can_be_fetched_one_by_one(answers, integry):
    """next_page(), has_next_page and pages() work with the same filters, also after resuming from a cursor."""
    function = {"name": "f", "parameters": {}}
    url = f"{API}/functions/list/"
    script(answers, url, {"functions": [function], "_cursor": "2"}, {"functions": [function, function]})
    page = integry.functions.list(app="hubspot", type="ACTION")
    assert (len(page.functions), page.cursor, page.has_next_page) == (1, "2", True)
    last = page.next_page()
    assert (len(last.items), last.cursor, last.has_next_page, last.next_page()) == (2, None, False, None)
    resumed = integry.functions.list(app="hubspot", type="ACTION", cursor=page.cursor)
    assert [len(each.items) for each in resumed.pages()] == [2]
    assert {call.request.url for call in answers.calls} == {f"{url}?app=hubspot&type=ACTION"}
    assert sent(answers) == [{}, {"_cursor": "2"}, {"_cursor": "2"}]


def test_an_empty_last_page_is_tolerated(answers, integry):
    """Iterating ends normally if the last cursor leads to an empty page, as the documentation allows."""
    script(answers, f"{API}/apps/list/", {"apps": [app("a")], "_cursor": "x"}, {"apps": [], "_cursor": None})
    assert [each.name for each in integry.apps.list()] == ["a"]


def test_repeated_cursors_raise_cursor_loop(answers, integry):
    """Iterating raises CursorLoop if a cursor comes twice, even as an object with its keys in another order."""
    bodies = [{"a": 1, "b": 2}, "x", {"b": 2, "a": 1}]
    script(answers, f"{API}/apps/list/", *({"apps": [app("a")], "_cursor": cursor} for cursor in bodies))
    names = []
    with pytest.raises(CursorLoop, match="repeated the cursor") as caught:
        names.extend(each.name for each in integry.apps.list())
    assert caught.value.cursor == {"b": 2, "a": 1}
    assert len(answers.calls) == 3


def test_next_page_detects_a_repeated_cursor(answers, integry):
    """next_page() raises CursorLoop, and sends nothing, if the next cursor of a page is the cursor of this page.

    Calling next_page() of the first page twice is not a loop.
    """
    script(answers, f"{API}/apps/list/", *({"apps": [], "_cursor": cursor} for cursor in ("b", "b", "b")))
    page = integry.apps.list(cursor="a")
    for second in (page.next_page(), page.next_page()):
        with pytest.raises(CursorLoop):
            second.next_page()
    assert len(answers.calls) == 3


def test_iterating_detects_its_first_cursor(answers, integry):
    """Iterating raises CursorLoop if the server returns the cursor that the iteration began with."""
    script(answers, f"{API}/apps/list/", *({"apps": [], "_cursor": cursor} for cursor in ("b", "a", "c")))
    with pytest.raises(CursorLoop):
        list(integry.apps.list(cursor="a").pages())
    assert len(answers.calls) == 2


def test_only_one_page_is_kept_in_memory(answers, integry):
    """Iterating over a page frees the pages that were used."""
    script(answers, f"{API}/apps/list/", *({"apps": [app("a")], "_cursor": cursor} for cursor in (1, 2, 3, None)))
    walked, alive = [], []
    for each in integry.apps.list():
        walked.append(weakref.ref(each))
        gc.collect()
        alive.append(sum(ref() is not None for ref in walked))
    assert alive == [1, 1, 1, 1]


def test_lists_with_next_page_send_it_back(answers, integry):
    """A cursor named next_page is sent back under this name, also when an iteration is resumed."""
    for last in ({"apps": [app("b")], "next_page": ""}, {"apps": [app("b")], "next_page": None, "_cursor": None}):
        script(answers, f"{API}/apps/list/", {"apps": [app("a")], "_cursor": None, "next_page": {"p": 2}}, last, last)
        page = integry.apps.list()
        assert (page.cursor, page.cursor_name) == ({"p": 2}, "next_page")
        assert [each.name for each in page] == ["a", "b"]
        assert integry.apps.list(cursor=page.cursor, cursor_name=page.cursor_name).cursor is None
        assert sent(answers)[-3:] == [{}, {"next_page": {"p": 2}}, {"next_page": {"p": 2}}]
        answers.reset()


CALL = f"{API}/functions/pipedrive-get-all-persons/call/"


def test_call_pages_adds_the_cursor_to_the_arguments(answers, integry):
    """call_pages sends the arguments with each page's cursor, and does not modify the caller's dict."""
    script(
        answers,
        CALL,
        {"network_code": "200", "output": [1], "_cursor": {"p": 2}},
        {"network_code": "200", "output": [2], "_cursor": 3},
        {"network_code": "200", "output": [], "_cursor": None},
    )
    arguments = {"limit": 5}
    results = integry.functions.call_pages("pipedrive-get-all-persons", arguments, variables={"v": 1})
    assert len(answers.calls) == 0
    assert [result.output for result in results] == [[1], [2], []]
    common = {"limit": 5, "_variables": {"v": 1}}
    assert sent(answers) == [common, {**common, "_cursor": {"p": 2}}, {**common, "_cursor": 3}]
    assert arguments == {"limit": 5}


def test_call_pages_sends_next_page_as_an_argument(answers, integry):
    """call_pages sends the next_page of older functions as an argument, and ends when next_page is empty."""
    script(
        answers,
        CALL,
        {"network_code": "200", "output": [1], "next_page": "n"},
        {"network_code": "200", "output": [2], "next_page": ""},
    )
    results = list(integry.functions.call_pages("pipedrive-get-all-persons", {"limit": 5}))
    assert [result.cursor for result in results] == ["n", None]
    assert sent(answers) == [{"limit": 5}, {"limit": 5, "next_page": "n"}]


def test_iteration_can_be_resumed(answers, integry):
    """call_items continues at a cursor named `_cursor` or `next_page`, and at the first page if the cursor is empty."""
    for name in ("_cursor", "next_page"):
        script(answers, CALL, {"network_code": "200", "output": [1], name: "n"}, {"network_code": "200", "output": [2]})
        first = next(integry.functions.call_pages("pipedrive-get-all-persons"))
        rest = integry.functions.call_items(
            "pipedrive-get-all-persons", {"limit": 5}, cursor=first.cursor, cursor_name=first.cursor_name
        )
        assert list(rest) == [2]
        assert sent(answers) == [{}, {"limit": 5, name: "n"}]
        answers.reset()
    script(answers, CALL, {"network_code": "200", "output": []})
    integry.functions.call("pipedrive-get-all-persons", cursor="")
    assert sent(answers) == [{}]


def test_call_pages_detects_repeated_cursors(answers, integry):
    """call_pages raises CursorLoop if a cursor comes twice, or equals the cursor that it began with."""
    script(answers, CALL, {"network_code": "200", "_cursor": 1}, {"network_code": "200", "_cursor": 1})
    with pytest.raises(CursorLoop):
        list(integry.functions.call_pages("pipedrive-get-all-persons"))
    answers.reset()
    script(answers, CALL, {"network_code": "200", "_cursor": "x"})
    with pytest.raises(CursorLoop):
        list(integry.functions.call_pages("pipedrive-get-all-persons", cursor="x"))
    assert len(answers.calls) == 1


@pytest.mark.parametrize(
    ("output", "items", "expected"),
    [
        ([1, 2], None, [1, 2]),
        ({"success": True, "data": [1]}, None, [1]),
        ({"data": [1], "other": [2]}, "data", [1]),
        ({"data": None}, "data", []),
        ({"data": None, "success": True}, None, []),
        ([], "data", []),
        ([], lambda output: output["data"], []),
        ({"a": {"b": [3]}}, lambda output: output["a"]["b"], [3]),
        ([], None, []),
        (None, None, []),
    ],
)
def test_call_items_finds_the_list(answers, integry, output, items, expected):
    """call_items yields the items of the output, of its only list, or of the list that items= selects."""
    script(answers, CALL, {"network_code": "200", "output": output})
    assert list(integry.functions.call_items("pipedrive-get-all-persons", items=items)) == expected


def test_call_items_refuses_ambiguous_outputs(answers, integry):
    """An output with several lists raises UnusableResult, and a refused call raises NetworkCodeError."""
    script(
        answers, CALL, {"network_code": "200", "output": {"a": [], "b": []}}, {"network_code": "400", "output": "no"}
    )
    with pytest.raises(UnusableResult, match="has 2 lists: pass items="):
        list(integry.functions.call_items("pipedrive-get-all-persons"))
    with pytest.raises(NetworkCodeError, match="returned an error: 400 no"):
        list(integry.functions.call_items("pipedrive-get-all-persons"))


@pytest.mark.parametrize("output", [{"a": []}, [1], "text", {"data": {"a": 1}}, {"data": "abc"}])
def test_call_items_refuses_a_missing_list(answers, integry, output):
    """An output without a list in the field that items= names raises UnusableResult."""
    script(answers, CALL, {"network_code": "200", "output": output})
    with pytest.raises(UnusableResult, match="The output has no list in a field 'data'"):
        list(integry.functions.call_items("pipedrive-get-all-persons", items="data"))
