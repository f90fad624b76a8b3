"""Masking of secrets in texts and JSON values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry._secrets import Mask

#: Secrets with characters that JSON and URLs encode in several ways.
SECRETS = st.text(st.sampled_from('ab1"\\/+ &é'), min_size=6).filter(lambda secret: secret == secret.strip())


#: Texts that do not look like parameters or fields.
HARMLESS = st.text().filter(lambda text: not set(text) & set('=:"'))


def holders(secret):
    """Return a strategy of JSON values that may contain a secret."""
    return st.recursive(
        st.sampled_from([secret, f"<{secret}>", {secret: 1}, 5, None, True, "harmless"]),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["x", "y"]), inner),
    )


@given(SECRETS.flatmap(lambda secret: st.tuples(st.just(secret), holders(secret))))
def test_known_secrets_are_masked_in_any_encoding(example):
    """Known secrets are masked in JSON values and in their texts, and the result is still JSON."""
    secret, value = example
    mask = Mask((secret,))
    hidden = json.dumps(mask.value(value), ensure_ascii=False)
    assert secret not in json.loads(json.dumps([hidden]))[0]
    assert json.dumps(secret)[1:-1] not in hidden
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False), str(value)):
        assert secret not in mask.text(text)
        assert json.dumps(secret)[1:-1] not in mask.text(text)


@given(
    st.recursive(
        st.none() | st.integers() | HARMLESS,
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abcd"), inner),
    )
)
def test_values_without_secrets_are_unchanged(value):
    """JSON without the known secrets is not changed."""
    assert Mask(("an-unlikely-secret",)).value(value) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a secret-key, its% and 12", "a ***, its% and ***"),
        ("a secret-keys", "a ***s"),
        ("123 and a12", "123 and a12"),
        ("x=a%20b%2Fc", "x=***"),
        ("x=a+b%2Fc", "x=***"),
        ("hash " + "0a" * 32, "hash ***"),
        ('{"token": "xoxb-1", "hash": ""}', '{"token": "***", "hash": ""}'),
        ('{"access_token": "xo\\/xb', '{"access_token": "***"'),
        ('{"auth_credential": "Bearer a", "a": "b"}', '{"auth_credential": "***", "a": "b"}'),
        (
            '{"clientSecret": "a b", "Authorization": 5, "token": null}',
            '{"clientSecret": "***", "Authorization": "***", "token": null}',
        ),
        ("/x?hash=abc&app_key=def&page=3", "/x?hash=***&app_key=***&page=3"),
        ("https://me:pass@x.example/@a", "https://***@x.example/@a"),
        ('"https://hooks.slack.com/services/T/B"', '"***"'),
        ('"https:\\/\\/hooks.slack.com\\/services"', '"***"'),
    ],
)
def test_secrets_in_texts_are_masked(text, shown):
    """Known secrets, sensitive fields and parameters, hashes and webhooks are masked.

    Short secrets are masked as whole words.
    """
    assert Mask(("secret-key", "12", "a b/c")).text(text) == shown


def test_secrets_in_values_are_masked():
    """Secret numbers and fields with sensitive names are masked, but not sentences in such fields."""
    mask = Mask(("123456",))
    assert mask.value([123456, 1234567, 123456.5, True, None]) == ["***", 1234567, 123456.5, True, None]
    body = {"token": "t1", "Access-Token": "a-long-one-of-letters", "api_key": "required", "secret": {"a": "b"}}
    remarks = {"hash": "is wrong, see RFC 2104", "password": ["too short"], "client_secret": ""}
    assert mask.value({**body, **remarks}) == {**body, **remarks, "token": "***", "Access-Token": "***"}


def test_secrets_of_a_request_are_learned():
    """with_secrets_of() returns a mask that also hides the secrets of a request, and does not change the original."""
    mask = Mask(("known-secret",))
    sent = {"oauth_code": "xoxc-1", "other": "harmless", "deep": [{"password": "correct horse", "token": 12345678}]}
    extended = mask.with_secrets_of(json.dumps(sent))
    assert extended.text("xoxc-1 known-secret harmless correct horse 12345678") == "*** *** harmless *** ***"
    assert mask.text("xoxc-1") == "xoxc-1"
    for body in ('{"a": 1}', "no JSON", "[" * 100000):
        assert mask.with_secrets_of(body) is mask
    assert "known-secret" not in repr(mask)


def test_an_empty_mask_changes_nothing():
    """A mask without secrets does not change ordinary texts."""
    assert Mask(()).text("a text") == "a text"
