"""Every public parameter with unusual values gives a result or an exception of this package."""

import datetime
import decimal
import enum
import inspect
import re
import types
from collections import OrderedDict, deque
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
import responses

from integry import App, ConnectedAccount, Function, Integry, IntegryAuth, IntegryError, Organisation, sign, tags
from integry._generated.api.apps import get_app
from tests.facade.conftest import KEY, ORG, SECRET, TOKEN

APP = {"id": 1, "name": "slack", "login_url": "https://x.example/", "connected_accounts": []}
FUNCTION = Function("f", {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}})
BODY = {
    **APP,
    "connected_accounts": [{"id": 2, "display_name": "a", "modified_at": "2024-11-10T23:28:58Z"}],
    "apps": [APP],
    "functions": [{"name": "f", "description": "", "parameters": {}}],
    "parameters": {},
    "network_code": 200,
    "output": [1],
    "data": {"id": "i"},
}


class Hostile:
    """An object whose methods all raise, similar to an array whose truth value is ambiguous."""

    def _refuse(self, *_):
        message = "hostile"
        raise ValueError(message)

    __str__ = __repr__ = __bool__ = __iter__ = __len__ = __eq__ = __hash__ = __int__ = __format__ = _refuse


class Colour(str, enum.Enum):
    """An enum whose members are texts."""

    RED = "red"


def cyclic():
    """Return an object that contains itself."""
    found = {}
    found["a"] = [found]
    return found


def deep():
    """Return an object that is nested too deeply for the json module."""
    found = {}
    for _ in range(3000):
        found = {"a": found}
    return found


def signed(app_secret, user_id):
    """Sign for a user. The plugin tests.leaks replaces `sign` with a function without keyword arguments."""
    return sign(app_secret, user_id)


#: Functions that make a value, because some values can be used only once.
ODD = {
    **{repr(value): partial(lambda value: value, value) for value in (None, True, False, 0, -1, 5, 1.5, 1j, ..., "")},
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "a huge int": lambda: 10**5000,
    "a text": lambda: "x",
    "a lone surrogate": lambda: "\ud800",
    "line breaks": lambda: "a\r\nb: c",
    "not ASCII": lambda: "zoë",
    "a long text": lambda: "x" * 10_000,
    "JSON text": lambda: '{"a": "b"}',
    "JSON text of an array": lambda: "[1]",
    "deep JSON text": lambda: "[" * 100_000,
    "bytes": lambda: b"x",
    "bytes that are not text": lambda: b"\xff\xfe",
    "a tuple": lambda: (1, "a"),
    "a list": lambda: ["a", 1],
    "a list of lists": lambda: [[1], {}],
    "a dict": lambda: {"a": "b"},
    "a dict of odd things": lambda: {"a": object(), 5: {1, 2}, None: b"x", "n": float("nan")},
    "a dict with a tuple as a key": lambda: {(1, 2): "b"},
    "a set": lambda: {"a"},
    "a deque": lambda: deque([1]),
    "an iterator": lambda: iter(["a"]),
    "an object": object,
    "a class": lambda: list,
    "an enum": lambda: Colour.RED,
    "a module": lambda: types,
    "a function": lambda: len,
    "a path": lambda: Path("/x"),
    "a date": lambda: datetime.datetime(2024, 1, 1),  # noqa: DTZ001 (without a time zone, on purpose)
    "a decimal": lambda: decimal.Decimal("1.5"),
    "a mapping": lambda: types.MappingProxyType({"a": 1}),
    "an ordered dict": OrderedDict,
    "a hostile object": Hostile,
    "a list of a hostile object": lambda: [Hostile()],
    "a dict of a hostile object": lambda: {"a": Hostile()},
    "a circle": cyclic,
    "a deep object": deep,
    "an app": lambda: App.from_dict(APP),
    "an account": lambda: ConnectedAccount.from_dict(BODY["connected_accounts"][0]),
    "a function of an app": lambda: FUNCTION,
}
INTEGRY, ORGANISATION = Integry(KEY, SECRET, user_id="1"), Organisation(ORG, TOKEN)
OPTIONS = dict.fromkeys(("timeout", "max_retries", "deadline", "headers"))
#: Methods, with the arguments that they require.
METHODS = [
    (signed, {"app_secret": SECRET, "user_id": "1"}),
    (tags.find, {"value": "{a}"}),
    (tags.missing, {"value": "{a}", "variables": {}}),
    (tags.substitute, {"value": "{a}", "variables": {}}),
    (IntegryAuth, {"app_key": KEY, "app_secret": SECRET, "user_id": "1"}),
    (Integry, {"app_key": KEY, "app_secret": SECRET}),
    (Organisation, {"organisation_id": ORG, "token": TOKEN}),
    (INTEGRY.sign, {}),
    (INTEGRY.for_user, {"user_id": "1"}),
    (INTEGRY.with_options, {}),
    (ORGANISATION.with_options, {}),
    (INTEGRY.request, {"method": "GET", "path": "/x"}),
    (ORGANISATION.request, {"method": "GET", "path": "/x"}),
    (INTEGRY.send, {"request": get_app.build("slack"), "parse": lambda response: response.json()}),
    (INTEGRY.apps.list, {}),
    (INTEGRY.apps.get, {"name": "slack"}),
    (INTEGRY.apps.connected_accounts, {"name": "slack"}),
    (INTEGRY.apps.is_connected, {"name": "slack"}),
    (INTEGRY.apps.connect_url, {"name": "slack"}),
    (INTEGRY.apps.wait_until_connected, {"name": "slack", "timeout": 0.001, "poll": 0, "known": []}),
    (INTEGRY.apps.disconnect, {"name": "slack"}),
    (INTEGRY.functions.list, {}),
    (INTEGRY.functions.get, {"name": "f"}),
    (INTEGRY.functions.predict, {"prompt": "p"}),
    (INTEGRY.functions.call, {"name": "f", "arguments": {"a": "{b}"}, "variables": {"b": 1}}),
    (INTEGRY.functions.call_pages, {"name": "f"}),
    (INTEGRY.functions.call_items, {"name": "f"}),
    (INTEGRY.functions.preview, {"arguments": {"a": "{b}"}, "variables": {"b": 1}}),
    (INTEGRY.functions.passthrough, {"app": "slack", "method": "GET", "url": "https://x.example/"}),
    (FUNCTION.validate, {"arguments": {"a": "b"}}),
    (ORGANISATION.integrations.create, {"name": "n", "json_url": "https://x.example/"}),
    (ORGANISATION.integrations.list, {}),
    (ORGANISATION.integrations.update, {"integration_id": "i"}),
    (ORGANISATION.integrations.delete, {"integration_id": "i"}),
    (ORGANISATION.integrations.settings, {"integration_id": "i"}),
    (ORGANISATION.integrations.channel, {"integration_id": "i", "channel_id": "c"}),
    (ORGANISATION.integrations.settings("i").add, {"label": "l", "value": "v"}),
    (ORGANISATION.integrations.settings("i").list, {}),
    (ORGANISATION.integrations.settings("i").update, {}),
    (ORGANISATION.integrations.channel("i", "c").settings.add, {"label": "l", "value": "v"}),
    (ORGANISATION.integrations.channel("i", "c").settings.update, {"setting_id": "s"}),
    (ORGANISATION.integrations.channel("i", "c").settings.delete, {"setting_id": "s"}),
    (ORGANISATION.custom_integrations.create, {"json_url": "https://x.example/"}),
    (ORGANISATION.custom_integrations.update, {"integration_id": "i", "json_url": "https://x.example/"}),
    (ORGANISATION.custom_integrations.delete, {"integration_id": "i"}),
    (ORGANISATION.custom_integrations.settings, {"integration_id": "i"}),
    (ORGANISATION.custom_integrations.settings("i").update, {"setting_entry": {"field_name": "n", "value": "v"}}),
    (ORGANISATION.slack.exchange_token, {"oauth_code": "o"}),
    (ORGANISATION.slack.info, {}),
]
CLIENT_OPTIONS = (
    "timeout max_retries deadline default_headers user_id max_response_bytes strict_tags integration_id "
    "allow_workspace_connected_accounts log_bodies on_request on_response"
)


def parameters(method):
    """Return the names of a method's parameters, including its options."""
    names = list(inspect.signature(method).parameters)
    if "options" in names:
        names.remove("options")
        names += CLIENT_OPTIONS.split() if method.__name__ == "with_options" else OPTIONS
    # A session is left out: requests defines its type.
    return [name for name in names if name != "session"]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "arguments"), METHODS, ids=[each.__qualname__ for each, _ in METHODS])
def test_unusual_arguments_raise_no_foreign_exceptions(method, arguments):
    """No value of any public parameter raises an exception that is not from this package."""
    foreign = {}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            mock.add(verb, re.compile(".*"), json=BODY)
        for name in parameters(method):
            for kind, make in ODD.items():
                try:
                    result = method(**{**arguments, name: make()})
                    if inspect.isgenerator(result):
                        list(islice(result, 2))
                except IntegryError:
                    pass
                except Exception as error:  # noqa: BLE001 (this test looks for foreign exceptions)
                    foreign[name, kind] = f"{type(error).__name__}: {error}"
    assert not foreign
