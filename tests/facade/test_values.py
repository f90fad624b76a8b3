"""Values of other types than the documented ones are accepted if their meaning is clear, and otherwise refused."""

import copy
import enum
import numbers
import uuid
from pathlib import Path

import pytest

from integry import ConfigurationError, ConnectedAccount, Integry, IntegryAuth, InvalidRequest, Organisation, sign
from integry._secrets import Secret
from tests.facade.conftest import KEY, SECRET, TOKEN

API = "https://api.integry.io"
ACCOUNT = ConnectedAccount.from_dict({"id": 247, "display_name": "marketing", "modified_at": "2024-11-10T23:28:58Z"})
RESULT = {"network_code": 200, "output": None}
APP = {"id": 1, "name": "slack", "connected_accounts": []}


class SecretValue:
    """A secret of another library, such as pydantic's SecretStr or SecretBytes."""

    def __init__(self, value):
        self._value = value

    def get_secret_value(self):
        """Return the secret."""
        return self._value

    def __str__(self):
        return "**********"


def describe(value):
    """Return a test id: the type and text of a value, without addresses."""
    return type(value).__name__ if type(value) is object else f"{type(value).__name__} {value}"


SECRET_FORMS = [
    str,
    str.encode,
    lambda text: bytearray(text.encode()),
    SecretValue,
    lambda text: SecretValue(text.encode()),
]
NOT_SECRETS = [(SECRET,), [SECRET], {SECRET: 1}, True, 5, Path(SECRET), uuid.UUID(int=7), object()]
NOT_IDS = [None, True, False, 1.5, b"1", ("1",), ["1"], {"id": "1"}, object(), Path("1")]


@pytest.mark.parametrize("form", SECRET_FORMS)
def test_secrets_may_be_bytes_or_secret_objects(form, answers):
    """Bytes and objects with get_secret_value() are accepted as app key, app secret and token."""
    answers.post(f"{API}/apps/slack/get/", json=APP)
    answers.get("https://api.telex.im/api/v1/organisations/o/integrations", json={"data": []})
    with Integry(form(KEY), form(SECRET), user_id="1") as integry, Organisation("o", form(TOKEN)) as organisation:
        integry.apps.get("slack")
        organisation.integrations.list()
    sent = [call.request.headers for call in answers.calls]
    assert (sent[0]["App-Key"], sent[0]["Hash"]) == (KEY, sign(SECRET, "1"))
    assert sent[1]["Authorization"] == f"Bearer {TOKEN}"
    assert sign(form(SECRET), "1") == sign(SECRET, "1")


@pytest.mark.parametrize("value", NOT_SECRETS, ids=lambda value: type(value).__name__)
def test_secrets_of_other_types_are_refused(value):
    """Secrets of other types are refused, and the error names the argument.

    A tuple would otherwise be signed as its repr.
    """
    for name, make in {
        "app_key": lambda: Integry(value, SECRET),
        "app_secret": lambda: Integry(KEY, value),
        "token": lambda: Organisation("o", value),
    }.items():
        with pytest.raises(ConfigurationError, match=f"{name} must be a str or bytes, got {type(value).__name__}"):
            make()
    with pytest.raises(ConfigurationError, match="IntegryAuth: app_secret must be"):
        IntegryAuth(KEY, value, "1")
    with pytest.raises(InvalidRequest, match=f"app_secret must be a str or bytes, got {type(value).__name__}"):
        sign(value, "1")


def test_secrets_must_be_utf_8():
    """A client's app secret must be UTF-8 text, while sign() accepts any bytes."""
    with pytest.raises(ConfigurationError, match="app_secret must be text: its bytes are not UTF-8"):
        Integry(KEY, b"\xff\xfe")
    assert len(sign(b"\xff\xfe", "1")) == 64
    with pytest.raises(InvalidRequest, match="app_secret must be a str or bytes, got NoneType"):
        sign(None, "1")


@pytest.mark.parametrize("value", [each for each in NOT_IDS if each != b"1"], ids=describe)
def test_users_of_other_types_are_refused(value, integry, answers):
    """A user id of another type is refused. No call is made for a user "None", or for the client's user instead."""
    calls = {
        "sign": lambda: sign(SECRET, value),
        "for_user": lambda: integry.for_user(value),
        "apps.list": lambda: integry.apps.list(value),
        "apps.get": lambda: integry.apps.get("slack", value),
        "apps.is_connected": lambda: integry.apps.is_connected("slack", value),
        "apps.connected_accounts": lambda: integry.apps.connected_accounts("slack", value),
        "apps.connect_url": lambda: integry.apps.connect_url("slack", value),
        "apps.wait_until_connected": lambda: integry.apps.wait_until_connected("slack", value, timeout=0.1),
        "apps.disconnect": lambda: integry.apps.disconnect("slack", value, connected_account_id=1),
        "functions.list": lambda: integry.functions.list(value),
        "functions.get": lambda: integry.functions.get("f", value),
        "functions.predict": lambda: integry.functions.predict("p", value),
        "functions.call": lambda: integry.functions.call("f", {}, value),
        "functions.call_pages": lambda: next(integry.functions.call_pages("f", {}, value)),
        "functions.call_items": lambda: next(integry.functions.call_items("f", {}, value)),
        "functions.passthrough": lambda: integry.functions.passthrough("slack", "GET", "https://x.test", value),
        "request": lambda: integry.request("GET", "/x", user_id=value),
        "raw": lambda: integry.with_raw_response.apps.get("slack", value),
        "IntegryAuth": lambda: IntegryAuth(KEY, SECRET, value),
    }
    for name, call in calls.items():
        with pytest.raises(InvalidRequest, match="user_id (is None|must be)"):
            pytest.fail(f"{name} returned {call()}")
    assert len(answers.calls) == 0


def test_the_clients_user_is_the_default(integry, answers):
    """A user_id that is omitted is the client's user, unlike None, which is refused."""
    answers.post(f"{API}/apps/slack/get/", json=APP)
    integry.apps.get("slack")
    assert answers.calls[0].request.headers["User-ID"] == "123456"


def test_accounts_are_accepted_as_ids(integry, answers):
    """connected_account_id= accepts an account instead of its id."""
    answers.post(f"{API}/functions/f/call/", json=RESULT)
    answers.delete("https://app.integry.io/connected-accounts/247", status=204)
    for account in (ACCOUNT, 247, "247"):
        integry.functions.call("f", {}, connected_account_id=account)
        assert answers.calls[-1].request.url.partition("?")[2] == "connected_account_id=247"
        integry.apps.disconnect("slack", connected_account_id=account)


@pytest.mark.parametrize("value", [each for each in NOT_IDS if each is not None], ids=describe)
def test_ids_of_other_types_are_refused(value, integry, organisation, answers):
    """An id of another type is refused before sending, because its text would be the id of another object."""
    calls = {
        "connected_account_id": lambda: integry.functions.call("f", {}, connected_account_id=value),
        "connected_account_id ": lambda: integry.apps.disconnect("slack", connected_account_id=value),
        "name": lambda: integry.apps.get(value),
        "name ": lambda: integry.functions.get(value),
        "name  ": lambda: integry.functions.call(value),
        "integration_id": lambda: organisation.integrations.delete(value),
        "integration_id ": lambda: organisation.integrations.settings(value),
        "integration_id  ": lambda: organisation.custom_integrations.settings(value),
        "channel_id": lambda: organisation.integrations.channel("i", value),
        "setting_id": lambda: organisation.integrations.channel("i", "c").settings.delete(value),
        "known": lambda: integry.apps.wait_until_connected("slack", timeout=0.1, known=[value]),
    }
    for name, call in calls.items():
        with pytest.raises(InvalidRequest, match=f"{name.strip()} must be a .* or a UUID, got {type(value).__name__}"):
            pytest.fail(f"{name} returned {call()}")
    with pytest.raises(ConfigurationError, match="organisation_id must be a str, an int or a UUID"):
        Organisation(value, TOKEN)
    assert len(answers.calls) == 0


def test_an_empty_organisation_id_is_refused():
    """An empty organisation id, as from an empty environment variable, is refused."""
    with pytest.raises(ConfigurationError, match="organisation_id must not be empty"):
        Organisation("", TOKEN)


@pytest.mark.parametrize("known", ["247715", b"247715", {"247715": 1}, 247715, object()], ids=describe)
def test_known_must_be_a_list(known, integry, answers):
    """known= refuses a text, whose characters are not account ids."""
    with pytest.raises(InvalidRequest, match="known must be a list of accounts or ids"):
        integry.apps.wait_until_connected("slack", timeout=0.1, known=known)
    assert len(answers.calls) == 0


def test_uuids_are_ids(answers):
    """UUIDs as ids are sent as text, in headers and in paths."""
    user, organisation_id, integration_id = (uuid.UUID(int=number) for number in (1, 2, 3))
    url = f"https://api.telex.im/api/v1/organisations/{organisation_id}/integrations/{integration_id}"
    answers.delete(url, json={})
    with Organisation(organisation_id, TOKEN) as organisation:
        organisation.integrations.delete(integration_id)
    answers.post(f"{API}/apps/slack/get/", json=APP)
    with Integry(KEY, SECRET) as integry:
        integry.apps.get("slack", user)
    assert answers.calls[-1].request.headers["User-ID"] == str(user)


class Int64:
    """An int of another library, such as numpy's."""

    def __str__(self):
        return "247"


numbers.Integral.register(Int64)


class Proxy:
    """An object that stands for a text, as Django's lazy objects do."""

    __class__ = str

    def __str__(self):
        return "247"


IDS = [Int64(), enum.IntEnum("Ids", {"A": 247}).A, enum.Enum("Ids", {"A": "247"}, type=str).A, Proxy()]


@pytest.mark.parametrize("id_value", IDS, ids=lambda id_: type(id_).__name__)
def test_ids_of_other_libraries_are_accepted(id_value, answers):
    """Integers of numpy, enum members and proxies are sent as their values."""
    answers.post(f"{API}/functions/f/call/", json=RESULT)
    with Integry(KEY, SECRET, user_id=id_value) as integry:
        integry.functions.call("f", {}, connected_account_id=id_value, integration_id=id_value)
        integry.functions.call("f", {}, id_value)
    for call in answers.calls:
        assert (call.request.headers["User-ID"], call.request.headers["Hash"]) == ("247", sign(SECRET, "247"))
    assert answers.calls[0].request.url.endswith("?connected_account_id=247&integration_id=247")


def test_secrets_are_masked_unless_requested():
    """The text and repr of a Secret are masked, and get_secret_value() returns it."""
    secret = Secret("the-secret-value")
    assert "the-secret-value" not in f"{secret} {secret!r} {[secret]}"
    assert secret.get_secret_value() == "the-secret-value"
    assert copy.deepcopy(secret) is secret
    assert not Secret(None)


@pytest.mark.parametrize("user", ["", b""])
def test_sign_refuses_empty_users_and_secrets(user):
    """sign() refuses an empty key, and an empty user id, whose hash would be that of every anonymous visitor."""
    for arguments in ((SECRET, user), (user, "123456")):
        with pytest.raises(InvalidRequest, match="and not empty"):
            sign(*arguments)


@pytest.mark.parametrize("user", [None, ""])
def test_clients_do_not_replace_an_explicit_user(user, monkeypatch):
    """A user of None or an empty string is not replaced by the user of the environment."""
    monkeypatch.setenv("INTEGRY_USER_ID", "999")
    assert Integry(KEY, SECRET).settings.user_id == "999"
    if user is None:
        assert Integry(KEY, SECRET, user_id=None).settings.user_id is None
        assert Integry(KEY, SECRET).with_options(user_id=None).settings.user_id is None
    else:
        with pytest.raises(InvalidRequest, match="must not be empty|cannot be sent in a header"):
            Integry(KEY, SECRET, user_id=user)


def test_invalid_names_of_headers_are_not_shown():
    """The name of an invalid header is not shown, because it may be a secret passed by mistake."""
    with pytest.raises(ConfigurationError, match="a str of 10 characters is not the name of a header"):
        Integry(KEY, SECRET, default_headers={"sk-live-1:": "x"})
