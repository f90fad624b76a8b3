"""Helpers for tests of hostile input."""

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

#: Credentials other than those that tests.leaks searches for, because here some responses and results contain SECRET.
#: `outcome` searches each error for SECRET.
KEY, SECRET = "app-key-1234", "app-secret-5678"
ORG = "0192202e-b6f3-7d23-8025-3f60675cc031"
API = "https://api.integry.io"
ANYWHERE = re.compile(".*")
ACCOUNT = {"id": 1, "name": "slack", "title": "Slack"}
HUGE = 10**5000


def count_inputs(what, count=1):
    """Count the inputs that a test used."""
    figures.count(f"hostile inputs, {what}", count)


def integry(**options):
    """Return a client of Integry that does not retry."""
    return Integry(KEY, SECRET, **{"user_id": "123456", "max_retries": 0, **options})


def organisation(id_=ORG, **options):
    """Return a client of an organisation that does not retry."""
    return Organisation(id_, SECRET, **{"max_retries": 0, **options})


@contextlib.contextmanager
def answering(**answer):
    """Mock every request with the same response."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT"):
            mock.add(method, ANYWHERE, **answer)
        yield mock.calls


def nested(depth, inner=None):
    """Return a value inside of `depth` nested lists."""
    for _ in range(depth):
        inner = [inner]
    return inner


def type_name(value):
    """Return the name of a value's type: values may be too long or too deep for a test id."""
    return type(value).__name__


def cyclic():
    """Return an object that contains itself."""
    value = {}
    value["self"] = value
    return value


def exercise(result):
    """Print, copy and pickle a result or an error, and return it."""
    read_integration = [repr(result), str(result)]
    if isinstance(result, Exception):
        assert str(result).isprintable()
        restored = pickle.loads(pickle.dumps(result))  # noqa: S301 (made by this test)
        assert str(restored) == str(copy.copy(result)) == str(result)
        read_integration += [str(vars(result))]
        if isinstance(result, (APIStatusError, ResponseDecodeError)):
            assert not any(SECRET in text for text in read_integration)
    for text in read_integration:
        text.encode("utf-8", "surrogatepass")
    return result


def outcome(call):
    """Return the result of a call, or the exception of this package that it raises. Other exceptions fail the test."""
    try:
        return exercise(call())
    except IntegryError as error:
        return exercise(error)


def cpu_seconds(run, *args):
    """Return the CPU seconds of a function: the minimum of three runs."""
    times = []
    gc.collect()
    for _ in range(3):
        start = time.process_time()
        run(*args)
        times.append(time.process_time() - start)
    return min(times)


def assert_linear(run, make, size):
    """Assert that processing eight times the input takes about eight times as long, and not 64 times."""
    small, large = make(size), make(8 * size)
    assert cpu_seconds(run, large) < 28 * max(cpu_seconds(run, small), 0.002)
    count_inputs("growth measured")


#: JSON values with the field names of responses, and with values that JSON cannot express.
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


#: Functions that call an operation with one of the clients, by the name of the operation.
CALLS = {
    "list_apps": lambda i, _: list(i.apps.list()),
    "get_app": lambda i, _: (i.apps.get("slack"), i.apps.connected_accounts("slack"), i.apps.is_connected("slack")),
    "list_functions": lambda i, _: [(f, f.required, f.tags()) for f in i.functions.list()],
    "get_function": lambda i, _: read_function(i.functions.get("f")),
    "predict_function": lambda i, _: [read_function(function) for function in i.functions.predict("p")],
    "call_function": lambda i, _: list(i.functions.call_items("f", {"a": 1})),
    "disconnect_account": lambda i, _: i.apps.disconnect("slack"),
    "exchange_slack_token": lambda _, o: o.slack.exchange_token("code"),
    "get_slack_info": lambda _, o: o.slack.info(),
    "create_integration": lambda _, o: read_integration(o.integrations.create("n", "https://x")),
    "list_integrations": lambda _, o: list(o.integrations.list()),
    "update_integration": lambda _, o: read_integration(o.integrations.update("i", name="n")),
    "delete_integration": lambda _, o: read_integration(o.integrations.delete("i")),
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


def read_function(function):
    """Validate and call a function, and return its properties."""
    outcome(lambda: function.validate({"a": 1}))
    return function, function.required, function.tags(), outcome(function)


def read_integration(integration):
    """Return an integration and its display name."""
    return integration, integration and integration.display_name


def expected_tags(text):
    """Yield the (start, end) of each tag in a text, found character by character, as a reference implementation."""
    for start, character in enumerate(text):
        end = start + 1
        while end < len(text) and (text[end].isalnum() or text[end] in "_.-"):
            end += 1
        is_name = end > start + 1 and (text[start + 1].isalpha() or text[start + 1] == "_")
        single = text[start - 1 : start] != "{" and text[end : end + 1] == "}" and text[end + 1 : end + 2] != "}"
        if character == "{" and is_name and single:
            yield start, end + 1
