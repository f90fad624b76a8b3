"""Signing, and what users may be signed for."""

import hashlib
import hmac
import pickle
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry import ConfigurationError, Integry, IntegryAuth, InvalidRequest, sign

from .conftest import API, KEY, SECRET

APP = {"id": 1, "name": "slack", "connected_accounts": []}


@given(st.text(min_size=1), st.text())
def test_sign_is_the_documented_hmac(secret, user):
    """HMAC-SHA256 of the user's id in hex, keyed with the secret, both UTF-8."""
    try:
        expected = hmac.new(secret.encode(), user.encode(), hashlib.sha256).hexdigest()
    except UnicodeEncodeError:
        return
    assert sign(secret, user) == sign(secret.encode(), user.encode()) == expected


def test_an_int_is_signed_as_its_text():
    """As the documentation's Node examples have it."""
    assert sign("s", 123456) == sign("s", "123456")


def test_every_request_is_signed_for_its_user(answers, integry):
    """With the three headers."""
    answers.post(f"{API}/apps/slack/get/", json=APP)
    integry.apps.get("slack")
    integry.apps.get("slack", user_id=7)
    integry.for_user("abc").apps.get("slack")
    seen = [call.request.headers for call in answers.calls]
    for headers, user in zip(seen, ("123456", "7", "abc")):
        assert headers["App-Key"] == KEY
        assert headers["User-ID"] == user
        assert headers["Hash"] == sign(SECRET, user)


@pytest.mark.parametrize("user", [b"123", 1.5, True, ["a"]])
def test_ids_are_text_or_what_is_taken_as_text(integry, user):
    """No bytes, no bool."""
    with pytest.raises(InvalidRequest, match=f"must be a str, an int or a UUID, got {type(user).__name__}"):
        integry.apps.get("slack", user_id=user)


def test_uuids_are_ids(answers):
    """As Django's models often have them."""
    user = uuid.UUID("41c52a7f-0000-4000-8000-000000000000")
    answers.post(f"{API}/apps/slack/get/", json=APP)
    Integry(KEY, SECRET, user_id=user).apps.get("slack")
    headers = answers.calls[0].request.headers
    assert (headers["User-ID"], headers["Hash"]) == (str(user), sign(SECRET, str(user)))
    assert sign(SECRET, user) == sign(SECRET, str(user))


@pytest.mark.parametrize("user", ["", " a", "a ", "é", "☃", "a\r\nb: c", "a\tb", "\x00", "a\x7f"])
def test_ids_that_cannot_travel_in_a_header_are_refused(answers, integry, user):
    """The server would see another id than was signed."""
    with pytest.raises(InvalidRequest, match="cannot be sent in a header"):
        integry.apps.get("slack", user_id=user)
    with pytest.raises(InvalidRequest, match="cannot be sent in a header"):
        integry.with_options(user_id=user)
    assert len(answers.calls) == 0


def test_zero_is_a_user(answers):
    """As any other int."""
    answers.post(f"{API}/apps/slack/get/", json=APP)
    Integry(KEY, SECRET, user_id=0).apps.get("slack")
    assert answers.calls[0].request.headers["User-ID"] == "0"


def test_a_user_is_needed(answers):
    """In the call, in the client or in the environment; the error says so."""
    with Integry(KEY, SECRET) as client, pytest.raises(ConfigurationError, match="pass user_id=.*INTEGRY_USER_ID"):
        client.apps.get("slack")
    assert len(answers.calls) == 0


def test_disconnect_is_signed_in_its_query(answers, integry):
    """At the server that the browser SDK uses."""
    answers.delete("https://app.integry.io/connected-accounts/7", status=204)
    integry.apps.disconnect("slack", connected_account_id=7)
    url = answers.calls[0].request.url
    expected = f"https://app.integry.io/connected-accounts/7?force=false&app_key={KEY}&user_id=123456"
    assert url == f"{expected}&hash={sign(SECRET, '123456')}"


def test_signatures_are_kept_within_bounds(integry):
    """Of so many users, and no more."""
    signer = integry._signer
    for user in range(3000):
        signer.credentials(str(user))
    assert signer.sign.cache_info().currsize == 1024


def test_what_signs_cannot_be_pickled():
    """It knows the secret."""
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(IntegryAuth(KEY, SECRET, 1))
