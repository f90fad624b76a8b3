"""Responses with missing fields are accepted, except fields without which the object is useless."""

import copy
import json
import re

import pytest
import responses

from integry import App, ConnectedAccount, Function, ResponseDecodeError
from integry._generated.types import UNSET
from tests.robustness.hostile import CALLS, answering, integry, organisation
from tests.spec_document import EXAMPLES

from .conftest import API

#: Required fields, each with another field of the objects in which the field is required.
NEEDED = {"name": "parameters", "network_code": "output", "apps": "apps", "functions": "functions"}
DOCUMENTED = [each for each in EXAMPLES if each.operation in CALLS and each.place.startswith("2")]
DOCUMENTED = [each for each in DOCUMENTED if each.value.get("network_code") != "400"]


def paths(value, path=()):
    """Yield the path of each field of a model, without descending into outputs and schemas."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield (*path, key)
            if key not in ("parameters", "output", "arguments", "meta", "json_schema"):
                yield from paths(part, (*path, key))
    elif isinstance(value, list) and value:
        yield from paths(value[0], (*path, 0))


def without(value, path):
    """Return a copy of a value without the field at a path, and the object that contained the field."""
    changed = copy.deepcopy(value)
    found = changed
    for key in path[:-1]:
        found = found[key]
    del found[path[-1]]
    return changed, found


def one_page(value):
    """Return a body without a cursor, so that each response is the last page."""
    return {**value, "_cursor": None} if "_cursor" in value else value


CASES = [(each.operation, one_page(each.value), path) for each in DOCUMENTED for path in paths(each.value)]


@pytest.mark.parametrize("operation", sorted({operation for operation, _, _ in CASES}))
def test_most_fields_may_be_missing(operation):
    """Every documented response is accepted without any one of its fields, except the required fields."""
    for name, value, path in CASES:
        if name != operation:
            continue
        body, around = without(value, path)
        needed = path[-1] in NEEDED and (path[-1] != "name" or {"parameters", "icon_url"} & set(around))
        with answering(json=body):
            if needed:
                with pytest.raises(ResponseDecodeError, match=f"has no '{path[-1]}', which is required"):
                    CALLS[name](integry(), organisation())
            else:
                CALLS[name](integry(), organisation())


@pytest.mark.parametrize("value", [None, ...], ids=["null", "missing"])
def test_missing_and_null_fields_are_empty(answers, integry, value):
    """A field for a list, an object or a text is empty if it is missing or null."""
    app, function = {"name": "slack"}, {"name": "f"}
    if value is None:
        app["connected_accounts"] = function["parameters"] = function["description"] = None
    answers.post(f"{API}/apps/list/", json={"apps": [app]})
    answers.post(f"{API}/apps/slack/get/", json=app)
    answers.post(f"{API}/functions/list/", json={"functions": [function]})
    (found,) = integry.apps.list()
    assert (type(found), found.connected_accounts, found.id) == (App, [], UNSET)
    assert not integry.apps.is_connected("slack")
    (function,) = integry.functions.list()
    assert (type(function), function.parameters, function.description, function.required) == (Function, {}, "", [])


@pytest.mark.parametrize("id_", [247714, "247714", "acc-1"])
def test_account_ids_may_be_text(answers, integry, id_):
    """An account id of any type is kept and sent back unchanged."""
    answers.post(f"{API}/apps/slack/get/", json={"name": "slack", "connected_accounts": [{"id": id_}, {}]})
    answers.post(f"{API}/functions/f/call/", json={"network_code": 200})
    account, nameless = integry.apps.get("slack").connected_accounts
    assert (type(account), account.id, nameless.id) == (ConnectedAccount, id_, UNSET)
    integry.functions.call("f", {}, connected_account_id=account)
    assert answers.calls[-1].request.url.endswith(f"?connected_account_id={id_}")


def test_null_items_of_lists_are_skipped(organisation):
    """A null in a list of an organisation is left out."""
    with responses.RequestsMock() as mock:
        mock.get(re.compile(".*"), body=json.dumps({"data": [None, {"app_name": "x"}]}))
        assert [each.display_name for each in organisation.integrations.list()] == ["x"]
