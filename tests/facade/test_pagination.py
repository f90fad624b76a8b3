"""Pages: walked lazily, resumed, ended, and never in a circle."""

import gc
import json
import weakref

import pytest

from integry import CursorLoop, NetworkCodeError, UnusableResult

from .conftest import API

LAST = [{"_cursor": None}, {"_cursor": ""}, {}]


def app(name):
    """An app as the server sends it."""
    return {"id": 1, "name": name, "connected_accounts": []}


def script(answers, url, *bodies):
    """Answer with one body after another."""
    for body in bodies:
        answers.post(url, json=body)


def sent(answers):
    """The bodies that were sent."""
    return [json.loads(call.request.body) for call in answers.calls]


@pytest.mark.parametrize("cursor", ["text", 5, 1.5, {"page": 2}, 0, {}])
@pytest.mark.parametrize("last", LAST)
def test_iterating_walks_all_pages(answers, integry, cursor, last):
    """With a cursor of any type, sent back as it came; null, empty or absence ends."""
    url = f"{API}/apps/list/"
    script(answers, url, {"apps": [app("a"), app("b")], "_cursor": cursor}, {"apps": [app("c")], **last})
    assert [each.name for each in integry.apps.list()] == ["a", "b", "c"]
    assert sent(answers) == [{}, {"_cursor": cursor}]


def test_no_page_is_fetched_that_was_not_asked_for(answers, integry):
    """A page for the call, one for each that is walked to."""
    script(answers, f"{API}/apps/list/", {"apps": [app("a"), app("b")], "_cursor": 1}, {"apps": [], "_cursor": None})
    page = integry.apps.list()
    items = iter(page)
    assert [next(items).name, next(items).name] == ["a", "b"]
    assert page.apps is page.items
    assert len(answers.calls) == 1
    assert list(items) == []
    assert len(answers.calls) == 2


def test_page_by_page(answers, integry):
    """next_page, has_next_page, pages, and resuming from a cursor, with the same filters."""
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
    """As documented: a cursor may come although nothing is left."""
    script(answers, f"{API}/apps/list/", {"apps": [app("a")], "_cursor": "x"}, {"apps": [], "_cursor": None})
    assert [each.name for each in integry.apps.list()] == ["a"]


def test_a_circle_is_noticed(answers, integry):
    """A cursor that was seen before, also as an object with its keys in another order."""
    bodies = [{"a": 1, "b": 2}, "x", {"b": 2, "a": 1}]
    script(answers, f"{API}/apps/list/", *({"apps": [app("a")], "_cursor": cursor} for cursor in bodies))
    names = []
    with pytest.raises(CursorLoop, match="repeated the cursor") as caught:
        names.extend(each.name for each in integry.apps.list())
    assert caught.value.cursor == {"b": 2, "a": 1}
    assert len(answers.calls) == 3


def test_a_page_that_leads_to_itself_is_noticed_by_hand(answers, integry):
    """next_page() raises CursorLoop if a page ends where it began, and sends nothing; a page can be fetched again."""
    script(answers, f"{API}/apps/list/", *({"apps": [], "_cursor": cursor} for cursor in ("b", "b", "b")))
    page = integry.apps.list(cursor="a")
    for second in (page.next_page(), page.next_page()):
        with pytest.raises(CursorLoop):
            second.next_page()
    assert len(answers.calls) == 3


def test_a_walk_that_leads_back_to_its_start_is_noticed(answers, integry):
    """Iterating raises CursorLoop if the server returns the cursor that the iteration began with."""
    script(answers, f"{API}/apps/list/", *({"apps": [], "_cursor": cursor} for cursor in ("b", "a", "c")))
    with pytest.raises(CursorLoop):
        list(integry.apps.list(cursor="a").pages())
    assert len(answers.calls) == 2


def test_one_page_in_memory(answers, integry):
    """Those that were walked are let go."""
    script(answers, f"{API}/apps/list/", *({"apps": [app("a")], "_cursor": cursor} for cursor in (1, 2, 3, None)))
    walked, alive = [], []
    for each in integry.apps.list():
        walked.append(weakref.ref(each))
        gc.collect()
        alive.append(sum(ref() is not None for ref in walked))
    assert alive == [1, 1, 1, 1]


def test_lists_that_go_by_next_page(answers, integry):
    """As the older functions do: it is sent back under its name, and resumed by it."""
    for last in ({"apps": [app("b")], "next_page": ""}, {"apps": [app("b")], "next_page": None, "_cursor": None}):
        script(answers, f"{API}/apps/list/", {"apps": [app("a")], "_cursor": None, "next_page": {"p": 2}}, last, last)
        page = integry.apps.list()
        assert (page.cursor, page.cursor_name) == ({"p": 2}, "next_page")
        assert [each.name for each in page] == ["a", "b"]
        assert integry.apps.list(cursor=page.cursor, cursor_name=page.cursor_name).cursor is None
        assert sent(answers)[-3:] == [{}, {"next_page": {"p": 2}}, {"next_page": {"p": 2}}]
        answers.reset()


CALL = f"{API}/functions/pipedrive-get-all-persons/call/"


def test_call_pages(answers, integry):
    """The arguments with each page's cursor; the caller's dict stays as it is."""
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


def test_call_pages_of_older_functions(answers, integry):
    """`next_page` in the result goes into the arguments; empty ends."""
    script(
        answers,
        CALL,
        {"network_code": "200", "output": [1], "next_page": "n"},
        {"network_code": "200", "output": [2], "next_page": ""},
    )
    results = list(integry.functions.call_pages("pipedrive-get-all-persons", {"limit": 5}))
    assert [result.cursor for result in results] == ["n", None]
    assert sent(answers) == [{"limit": 5}, {"limit": 5, "next_page": "n"}]


def test_resuming_a_walk(answers, integry):
    """From the cursor and its name, whichever it is; an empty one begins at the start."""
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


def test_call_pages_in_a_circle(answers, integry):
    """Noticed too."""
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
def test_call_items(answers, integry, output, items, expected):
    """The list itself, the one list in it, or where it is said to be."""
    script(answers, CALL, {"network_code": "200", "output": output})
    assert list(integry.functions.call_items("pipedrive-get-all-persons", items=items)) == expected


def test_call_items_that_are_not_clear(answers, integry):
    """Two lists, or a page that the app refused."""
    script(
        answers, CALL, {"network_code": "200", "output": {"a": [], "b": []}}, {"network_code": "400", "output": "no"}
    )
    with pytest.raises(UnusableResult, match="has 2 lists: pass items="):
        list(integry.functions.call_items("pipedrive-get-all-persons"))
    with pytest.raises(NetworkCodeError, match="returned an error: 400 no"):
        list(integry.functions.call_items("pipedrive-get-all-persons"))


@pytest.mark.parametrize("output", [{"a": []}, [1], "text", {"data": {"a": 1}}, {"data": "abc"}])
def test_call_items_that_are_not_there(answers, integry, output):
    """Where they are said to be, as a list."""
    script(answers, CALL, {"network_code": "200", "output": output})
    with pytest.raises(UnusableResult, match="The output has no list in a field 'data'"):
        list(integry.functions.call_items("pipedrive-get-all-persons", items="data"))
