"""Hostile input: what tests of it share."""

import contextlib
import copy
import gc
import pickle
import re
import time

import responses
from hypothesis import strategies as st

from integry import (
    APIStatusError,
    Integry,
    IntegryError,
    Organisation,
    ResponseDecodeError,
)
from tests import figures

#: Not those that the whole suite is searched for: answers have the secret among others here, and functions what was
#: answered. `outcome` looks for it in each error.
KEY, SECRET = "app-key-1234", "app-secret-5678"
ORG = "0192202e-b6f3-7d23-8025-3f60675cc031"
API = "https://api.integry.io"
ANYWHERE = re.compile(".*")
ACCOUNT = {"id": 1, "name": "slack", "title": "Slack"}
HUGE = 10**5000


def tried(what, count=1):
    """Note that inputs were tried."""
    figures.count(f"hostile inputs, {what}", count)


def integry(**options):
    """A client of Integry that sends once."""
    return Integry(KEY, SECRET, **{"user_id": "123456", "max_retries": 0, **options})


def organisation(id_=ORG, **options):
    """A client of an organisation that sends once."""
    return Organisation(id_, SECRET, **{"max_retries": 0, **options})


@contextlib.contextmanager
def answering(**answer):
    """Every request is answered so."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT"):
            mock.add(method, ANYWHERE, **answer)
        yield mock.calls


def nested(depth, inner=None):
    """A list in a list, and so on."""
    for _ in range(depth):
        inner = [inner]
    return inner


def kind(value):
    """The name of a case: values may be too long, or too deep."""
    return type(value).__name__


def circle():
    """An object that contains itself."""
    value = {}
    value["self"] = value
    return value


def use(result):
    """Do with a result or an error what people do: print, log, copy, keep it."""
    shown = [repr(result), str(result)]
    if isinstance(result, Exception):
        assert str(result).isprintable()
        restored = pickle.loads(pickle.dumps(result))  # noqa: S301 (our own)
        assert str(restored) == str(copy.copy(result)) == str(result)
        shown += [str(vars(result))]
        if isinstance(result, (APIStatusError, ResponseDecodeError)):
            assert not any(SECRET in text for text in shown)
    for text in shown:
        text.encode("utf-8", "surrogatepass")
    return result


def outcome(call):
    """What a call gives: a result, or an error of ours. Anything else is a failure of the test."""
    try:
        return use(call())
    except IntegryError as error:
        return use(error)


def seconds(run, *args):
    """The CPU time of a function, the least of three."""
    times = []
    gc.collect()
    for _ in range(3):
        start = time.process_time()
        run(*args)
        times.append(time.process_time() - start)
    return min(times)


def assert_linear(run, make, size):
    """Eight times as much takes about eight times as long, and no 64 times."""
    small, large = make(size), make(8 * size)
    assert seconds(run, large) < 28 * max(seconds(run, small), 0.002)
    tried("growth measured")


#: JSON, with the names that answers have, and with what no JSON should be.
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=8),
    st.sampled_from([10**400, 1e308, "\ud800", "{a}", "", "2024-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", SECRET]),
)
NAMES = [
    "name",
    "id",
    "data",
    "apps",
    "functions",
    "_cursor",
    "next_page",
    "network_code",
    "output",
    "error",
    "error_details",
]
NAMES += [
    "connected_accounts",
    "login_url",
    "parameters",
    "required",
    "arguments",
    "meta",
    "app",
    "code",
    "detail",
    "message",
]
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=12,
)


#: A call of each operation, by its name.
CALLS = {
    "list_apps": lambda i, _: list(i.apps.list()),
    "get_app": lambda i, _: (i.apps.get("slack"), i.apps.connected_accounts("slack"), i.apps.is_connected("slack")),
    "list_functions": lambda i, _: [(f, f.required, f.tags()) for f in i.functions.list()],
    "get_function": lambda i, _: examined(i.functions.get("f")),
    "predict_function": lambda i, _: [examined(function) for function in i.functions.predict("p")],
    "call_function": lambda i, _: list(i.functions.call_items("f", {"a": 1})),
    "disconnect_account": lambda i, _: i.apps.disconnect("slack"),
    "exchange_slack_token": lambda _, o: o.slack.exchange_token("code"),
    "get_slack_info": lambda _, o: o.slack.info(),
    "create_integration": lambda _, o: shown(o.integrations.create("n", "https://x")),
    "list_integrations": lambda _, o: list(o.integrations.list()),
    "update_integration": lambda _, o: shown(o.integrations.update("i", name="n")),
    "delete_integration": lambda _, o: shown(o.integrations.delete("i")),
    "add_integration_setting": lambda _, o: o.integrations.settings("i").add("l", "v"),
    "list_integration_settings": lambda _, o: list(o.integrations.settings("i").list()),
    "update_integration_settings": lambda _, o: o.integrations.settings("i").update("l"),
    "add_channel_setting": lambda _, o: o.integrations.channel("i", "c").settings.add("l", "v"),
    "list_channel_settings": lambda _, o: list(o.integrations.channel("i", "c").settings.list()),
    "update_channel_setting": lambda _, o: o.integrations.channel("i", "c").settings.update("s", "l"),
    "delete_channel_setting": lambda _, o: o.integrations.channel("i", "c").settings.delete("s"),
    "create_custom_integration": lambda _, o: o.custom_integrations.create("https://x"),
    "list_custom_integrations": lambda _, o: list(o.custom_integrations.list()),
    "update_custom_integration": lambda _, o: o.custom_integrations.update("i", "https://x"),
    "delete_custom_integration": lambda _, o: o.custom_integrations.delete("i"),
    "update_custom_integration_settings": lambda _, o: o.custom_integrations.settings("i").update({"a": "b"}),
    "get_custom_integration_settings": lambda _, o: o.custom_integrations.settings("i").get(),
}


def examined(function):
    """A function with all that it says."""
    outcome(lambda: function.validate({"a": 1}))
    return function, function.required, function.tags(), outcome(function)


def shown(integration):
    """An integration with its name, if there is one."""
    return integration, integration and integration.display_name


def tags_by_hand(text):
    """The tags in a text as (start, end), as the documentation of `tags` says: a name in single braces."""
    for start, character in enumerate(text):
        end = start + 1
        while end < len(text) and (text[end].isalnum() or text[end] in "_.-"):
            end += 1
        is_name = end > start + 1 and (text[start + 1].isalpha() or text[start + 1] == "_")
        single = text[start - 1 : start] != "{" and text[end : end + 1] == "}" and text[end + 1 : end + 2] != "}"
        if character == "{" and is_name and single:
            yield start, end + 1
