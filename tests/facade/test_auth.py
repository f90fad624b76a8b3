"""Signatures of requests, and the user ids that can be signed."""

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


@given(st.text(min_size=1), st.text(min_size=1))
def test_sign_is_hmac_sha256(secret, user):
    """sign() returns the hexadecimal HMAC-SHA256 of the user id, keyed with the app secret, both in UTF-8."""
    try:
        expected = hmac.new(secret.encode(), user.encode(), hashlib.sha256).hexdigest()
    except UnicodeEncodeError:
        return
    assert sign(secret, user) == sign(secret.encode(), user.encode()) == expected


def test_ints_are_signed_as_text():
    """An int as user id is signed like its decimal text, as in the documentation's Node examples."""
    assert sign("s", 123456) == sign("s", "123456")


def test_every_request_is_signed_for_its_user(answers, integry):
    """Every request has the three signature headers, for the user of the call or else of the client."""
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
def test_user_ids_of_other_types_are_refused(integry, user):
    """A user id of another type than str, int or UUID is refused with its type."""
    with pytest.raises(InvalidRequest, match=f"must be a str, an int or a UUID, got {type(user).__name__}"):
        integry.apps.get("slack", user_id=user)


def test_uuids_are_accepted_as_user_ids(answers):
    """A UUID, which is a common primary key in Django, is signed as its text."""
    user = uuid.UUID("41c52a7f-0000-4000-8000-000000000000")
    answers.post(f"{API}/apps/slack/get/", json=APP)
    Integry(KEY, SECRET, user_id=user).apps.get("slack")
    headers = answers.calls[0].request.headers
    assert (headers["User-ID"], headers["Hash"]) == (str(user), sign(SECRET, str(user)))
    assert sign(SECRET, user) == sign(SECRET, str(user))


@pytest.mark.parametrize("user", ["", " a", "a ", "é", "☃", "a\r\nb: c", "a\tb", "\x00", "a\x7f"])
def test_user_ids_that_are_no_header_values_are_refused(answers, integry, user):
    """A user id that cannot be sent unchanged in a header is refused before sending."""
    with pytest.raises(InvalidRequest, match="cannot be sent in a header"):
        integry.apps.get("slack", user_id=user)
    with pytest.raises(InvalidRequest, match="cannot be sent in a header"):
        integry.with_options(user_id=user)
    assert len(answers.calls) == 0


def test_zero_is_a_user_id(answers):
    """The int 0 is a user id like any other."""
    answers.post(f"{API}/apps/slack/get/", json=APP)
    Integry(KEY, SECRET, user_id=0).apps.get("slack")
    assert answers.calls[0].request.headers["User-ID"] == "0"


def test_a_missing_user_is_refused(answers):
    """The error of a call without a user names the argument and the environment variable that set a user."""
    with Integry(KEY, SECRET) as client, pytest.raises(ConfigurationError, match="pass user_id=.*INTEGRY_USER_ID"):
        client.apps.get("slack")
    assert len(answers.calls) == 0


def test_disconnect_is_signed_in_the_query(answers, integry):
    """Disconnecting is signed in the query, and sent to the server of the browser SDK."""
    answers.delete("https://app.integry.io/connected-accounts/7", status=204)
    integry.apps.disconnect("slack", connected_account_id=7)
    url = answers.calls[0].request.url
    expected = f"https://app.integry.io/connected-accounts/7?force=false&app_key={KEY}&user_id=123456"
    assert url == f"{expected}&hash={sign(SECRET, '123456')}"


def test_the_cache_of_signatures_is_bounded(integry):
    """The client caches the signatures of at most 1024 users."""
    signer = integry._signer
    for user in range(3000):
        signer.credentials(str(user))
    assert signer.sign.cache_info().currsize == 1024


def test_integry_auth_cannot_be_pickled():
    """IntegryAuth holds the app secret, so pickling it raises TypeError."""
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(IntegryAuth(KEY, SECRET, 1))
