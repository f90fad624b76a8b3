"""Wrong credentials of every kind: requests are refused and have no effect."""

import base64
import hashlib
import hmac
import json
from contextlib import ExitStack
from urllib.parse import quote, urlencode

import pytest

from integry import APIStatusError, sign
from integry.sandbox import Sandbox

from .hostile import OTHER, USER, dump_database, request, send_raw, signed

pytestmark = pytest.mark.slow

MESSAGE = json.dumps({"channel": "random", "text": "Hello!"}).encode()
CALL = "POST /functions/slack-post-message/call/"
ORGANISATION = "11111111-1111-4111-8111-111111111111"
CREATE = f"POST /api/v1/organisations/{ORGANISATION}/integrations"
NAMES = ("App-Key", "User-ID", "Hash")


@pytest.fixture
def target(tmp_path):
    """Return a sandbox on a real port with a database file, where two users have connected Slack."""
    with Sandbox(db=str(tmp_path / "state.db")) as sandbox:
        for user in (USER, OTHER):
            sandbox.connect("slack", user_id=user)
        yield sandbox


@pytest.fixture
def assert_refused(target, tmp_path):
    """Return a function that sends a request and asserts that it is refused without effect."""
    before = dump_database(tmp_path / "state.db")

    def send(line, headers, body=MESSAGE):
        response = send_raw(target.url, request(line, headers, body))
        assert response.status in (400, 401, 403), (headers, response)
        assert target.app_secret.encode() not in response.text
        assert target.calls == []
        assert dump_database(tmp_path / "state.db") == before

    return send


def wrong_hashes(secret):
    """Return hashes that do not sign the user."""
    right = sign(secret, USER)
    return [
        sign(secret, OTHER),
        sign("another secret", USER),
        hmac.new(secret.encode(), b"", hashlib.sha256).hexdigest(),
        sign(secret, f"{USER} "),
        sign(USER, secret),
        hashlib.sha256(USER.encode()).hexdigest(),
        hmac.new(secret.encode(), USER.encode(), "sha1").hexdigest(),
        base64.b64encode(bytes.fromhex(right)).decode(),
        *(right.upper(), right.title(), right[:-1], right[:32], right[1:], right * 2, f"{right}0", f"0x{right}"),
        *(f"{right} ", f"{right}\t", f"{right}\xa0", f"{right}\0", f"\0{right}", f"{right}\0{right}", f"{right}\r\n x"),
        *(f"{right},{right}", f"{right}, {right}", f"{right},", f";{right}", f'"{right}"', f"Hash {right}"),
        *("", " ", "\0", "0" * 64, "null", "*", "' OR '1'='1", "\xff" * 64, "\u00b2" * 64, "x" * 60_000),
    ]


def test_valid_credentials_are_accepted(target):
    """The unchanged request of the attacks below posts a message, and the case of header names does not matter."""
    for number, change in enumerate((str, str.upper, str.lower, str.swapcase), 1):
        headers = [(change(name), value) for name, value in signed(target)]
        assert send_raw(target.url, request(CALL, headers, MESSAGE)).status == 200
        assert len(target.calls) == number


def test_wrong_hashes_are_refused(target, assert_refused):
    """Wrong hashes are refused in headers, and in the query, where the browser SDK sends them."""
    key, user, _ = signed(target)
    for value in wrong_hashes(target.app_secret):
        assert_refused(CALL, [key, user, ("Hash", value)])
        if value.strip(" ,\t\r\n"):
            query = urlencode({"app_key": target.app_key, "user_id": USER, "hash": value})
            assert_refused(f"{CALL}?{query}"[:65_000], [])


def test_hashes_of_other_users_are_refused(target, assert_refused):
    """The credentials of two users cannot be combined."""
    mine, theirs = dict(signed(target)), dict(signed(target, OTHER))
    for name in ("User-ID", "Hash"):
        assert_refused(CALL, list({**mine, name: theirs[name]}.items()))
    for value in ("x", "", target.app_key.upper(), target.app_key[:-1], f"{target.app_key} ", target.app_secret, "\0"):
        assert_refused(CALL, list({**mine, "App-Key": value}.items()))
    for value in (
        "",
        " ",
        "0",
        f"{USER} ",
        f"{USER}\0",
        f"{USER},{OTHER}",
        f"{USER}.0",
        f"+{USER}",
        f"0{USER}",
        "\xb9",
    ):
        assert_refused(CALL, list({**mine, "User-ID": value}.items()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("respell", [str, str.lower, lambda name: name.replace("-", "_")])
def test_repeated_headers_are_refused(target, assert_refused, name, respell):
    """A repeated credential is refused in any order and spelling, even if both values are right."""
    mine, theirs = dict(signed(target)), dict(signed(target, OTHER))
    for wrong in (theirs[name], "x", "", mine[name]):
        for pair in ((mine[name], wrong), (wrong, mine[name])):
            rest = [(each, value) for each, value in mine.items() if each != name]
            assert_refused(CALL, [(name, pair[0]), (respell(name), pair[1]), *rest])
            assert_refused(CALL, [(name, pair[0]), *rest, (respell(name), pair[1])])
            assert_refused(CALL, [(name, ",".join(pair)), *rest])
    assert_refused(CALL, [*mine.items(), *theirs.items()])
    assert_refused(CALL, [*theirs.items(), *mine.items()])


def test_repeated_query_parameters_are_refused(target, assert_refused):
    """Repeated credentials in the query are refused in any order, and do not override a wrong header."""
    right = {"app_key": target.app_key, "user_id": USER, "hash": sign(target.app_secret, USER)}
    for name, value in right.items():
        for wrong in ("x", value):
            for pair in ((value, wrong), (wrong, value)):
                rest = [(each, value) for each, value in right.items() if each != name]
                assert_refused(f"{CALL}?{urlencode([*((name, each) for each in pair), *rest])}", [])
        header = {"app_key": "App-Key", "user_id": "User-ID", "hash": "Hash"}[name]
        assert_refused(f"{CALL}?{urlencode(right)}", [(header, "x")])


def test_wrong_tokens_are_refused(target, assert_refused):
    """Tokens that have another scheme, belong to another sandbox, are repeated or are in another place are refused."""
    token, body = target.organisation_token, b'{"name": "n", "json_url": "https://x.example"}'
    right = ("Authorization", f"Bearer {token}")
    basic = base64.b64encode(f":{token}".encode()).decode()
    for value in (
        *(f"bearer {token}", f"BEARER {token}", f"Bearer  {token}", f"Bearer\t{token}", f"Bearer:{token}"),
        *(token, f"Token {token}", f"Basic {basic}", f"Bearer {token} ", f"Bearer {token}\0", f'Bearer "{token}"'),
        *("Bearer", "Bearer ", "", "\0", "Bearer null", f"Bearer {token[:-1]}", f"Bearer {token.upper()}"),
        *(f"Bearer {target.app_key}", f"Bearer {target.app_secret}", "Bearer token-" + "0" * 32, "Bearer \xff"),
        *(f"Bearer {token},Bearer {token}", f"Bearer {token}, {token}", f"Bearer x, Bearer {token}"),
    ):
        assert_refused(CREATE, [("Authorization", value)], body)
    for other in (right, ("Authorization", "Bearer x"), ("AUTHORIZATION", ""), ("authorization", "Basic x")):
        assert_refused(CREATE, [right, other], body)
        assert_refused(CREATE, [other, right], body)
    for name in ("token", "access_token", "authorization"):
        assert_refused(f"{CREATE}?{name}={token}", [], body)
    assert_refused(CREATE, signed(target), body)
    assert_refused(CALL, [right])
    assert send_raw(target.url, request(CREATE, [right], body)).status == 201


@pytest.fixture
def stack():
    """Yield an ExitStack that closes the clients."""
    with ExitStack() as opened:
        yield opened


def test_objects_of_others_are_not_found(target, stack):
    """The id of an object of another user or organisation does not give access to the object."""
    mine, theirs = (stack.enter_context(target.organisation(*given)) for given in ((ORGANISATION,), ()))
    me, them = (stack.enter_context(target.client(user)) for user in (USER, OTHER))
    created = mine.integrations.create("n", "https://x.example")
    mine.integrations.settings(created.id).add("l", "v")
    (account,) = me.apps.connected_accounts("slack")
    for attack in (
        lambda: theirs.integrations.update(created.id, name="theirs"),
        lambda: theirs.integrations.delete(created.id),
        lambda: theirs.integrations.settings(created.id).list(),
        lambda: theirs.integrations.settings(created.id).update("l", "theirs"),
        lambda: theirs.integrations.channel(created.id, "c").settings.add("l", "theirs"),
        lambda: them.apps.disconnect("slack", connected_account_id=account.id),
    ):
        with pytest.raises(APIStatusError, match="not found"):
            attack()
    assert mine.integrations.list()[0].display_name == "n"
    assert mine.integrations.settings(created.id).list()[0].form_field_value == "v"
    assert me.apps.connected_accounts("slack") == [account]


def test_forged_consent_links_are_refused(target, assert_refused):
    """A signature of another user, app or purpose is refused, also if it is truncated or repeated."""
    secret = target.app_secret
    given = {app: target.application.integry.login_signature(USER, app) for app in ("slack", "hubspot")}
    right = given["slack"]
    for signature in (
        *("", "0" * 32, right[:-1], right.upper(), f"{right} ", f"{right}\0", right * 2, "\u00e9", "\ud7ff"),
        *(given["hubspot"], target.application.integry.login_signature(OTHER, "slack"), sign(secret, USER)),
        *(sign(secret, name)[:32] for name in (f"connect slack {USER}", f"slack {USER}", f"connect {USER}", USER)),
    ):
        assert_refused(f"POST /connect/slack?{urlencode({'user_id': USER, 'signature': signature})}", [], b"")
    for query in (
        [("user_id", USER), ("signature", right), ("signature", "x")],
        [("user_id", USER), ("signature", "x"), ("signature", right)],
        [("user_id", OTHER), ("user_id", USER), ("signature", right)],
        [("user_id", USER), ("user_id", OTHER), ("signature", right)],
    ):
        assert_refused(f"POST /connect/slack?{urlencode(query)}", [], b"")
    for app in ("slack ", "Slack", "slack/x", "hubspot", "..", "' OR '1'='1"):
        assert_refused(
            f"POST /connect/{quote(app, safe='')}?{urlencode({'user_id': USER, 'signature': right})}", [], b""
        )
    response = send_raw(
        target.url, request(f"POST /connect/slack?{urlencode({'user_id': USER, 'signature': right})}", [])
    )
    assert response.status == 200


@pytest.mark.parametrize("is_equal", [True, False])
def test_credentials_are_compared_in_constant_time(sandbox, monkeypatch, is_equal):
    """Only hmac.compare_digest decides whether credentials are right, so that timing reveals nothing."""
    compared = []
    monkeypatch.setattr(hmac, "compare_digest", lambda *both: compared.append(both) or is_equal)
    session, url = sandbox.session(), sandbox.url
    right = {"App-Key": sandbox.app_key, "User-ID": USER, "Hash": sign(sandbox.app_secret, USER)}
    token, signature = (
        f"Bearer {sandbox.organisation_token}",
        sandbox.application.integry.login_signature(USER, "slack"),
    )
    for given in (right, {**right, "Hash": "wrong"}, {**right, "App-Key": "wrong"}):
        compared.clear()
        assert session.post(f"{url}/apps/list/", headers=given).status_code == (200 if is_equal else 401)
        expected = {(given[name].encode(), right[name].encode()) for name in ("App-Key", "Hash")}
        assert expected.issubset(compared) if is_equal else expected & set(compared)
    for value in (token, "wrong"):
        compared.clear()
        response = session.get(f"{url}/api/v1/slack/organisations/{ORGANISATION}", headers={"Authorization": value})
        assert (response.status_code == 401) is not is_equal
        assert compared == [(value.encode(), token.encode())]
    for value in (signature, "wrong"):
        compared.clear()
        response = session.get(f"{url}/connect/slack", params={"user_id": USER, "signature": value})
        assert response.status_code == (200 if is_equal else 403)
        assert compared == [(value.encode(), signature.encode())]


def test_app_key_and_hash_are_always_compared(sandbox, monkeypatch):
    """App key and hash are both compared, so that timing does not reveal which of the two is wrong."""
    compared, compare = [], hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda *both: compared.append(both) or compare(*both))
    for key in (sandbox.app_key, "wrong"):
        for signature in (sign(sandbox.app_secret, USER), "wrong"):
            compared.clear()
            headers = {"App-Key": key, "User-ID": USER, "Hash": signature}
            sandbox.session().post(f"{sandbox.url}/apps/list/", headers=headers)
            assert [given for given, _ in compared] == [key.encode(), signature.encode()]
