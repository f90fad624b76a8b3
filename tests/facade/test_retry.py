"""Decisions about retries: tables of pure functions."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry import RateLimited
from integry.generator.runtime.retry import MAX_DELAY, delay, is_retryable, parse_retry_after

from .conftest import API

ALWAYS, SAFE, NEVER = (True, True), (True, False), (False, False)


@pytest.mark.parametrize(
    ("status", "connected", "permanent", "expected"),
    [
        (429, True, False, ALWAYS),
        (408, True, False, SAFE),
        (502, True, False, SAFE),
        (503, True, False, SAFE),
        (504, True, False, SAFE),
        (500, True, False, NEVER),
        (501, True, False, NEVER),
        (400, True, False, NEVER),
        (404, True, False, NEVER),
        (302, True, False, NEVER),
        (None, False, False, ALWAYS),
        (None, True, False, SAFE),
        (None, False, True, NEVER),
        (None, True, True, NEVER),
    ],
)
def test_is_retryable_depends_on_status_and_idempotency(status, connected, permanent, expected):
    """A request is retried according to its failure and to its operation's idempotency."""
    fact = {"status": status, "connected": connected, "permanent": permanent}
    assert (is_retryable(idempotent=True, **fact), is_retryable(idempotent=False, **fact)) == expected


@pytest.mark.parametrize(
    ("attempt", "retry_after", "rand", "expected"),
    [
        (1, None, 1.0, 0.5),
        (2, None, 1.0, 1.0),
        (3, None, 1.0, 2.0),
        (5, None, 1.0, 8.0),
        (99, None, 1.0, 8.0),
        (3, None, 0.0, 0.0),
        (3, None, 0.5, 1.0),
        (1, 0.0, 1.0, 0.0),
        (1, 3.0, 1.0, 3.0),
        (1, 60.0, 1.0, 60.0),
        (1, 60.1, 1.0, None),
        (1, float("inf"), 1.0, None),
    ],
)
def test_delay_is_exponential_with_jitter(attempt, retry_after, rand, expected):
    """Delays double up to a maximum, with full jitter; Retry-After replaces them, up to a limit."""
    assert delay(attempt, retry_after, lambda: rand) == expected


@given(st.integers(1, 10**9))
def test_delays_are_bounded(attempt):
    """No delay is negative or longer than the maximum."""
    assert 0 <= delay(attempt, None) <= MAX_DELAY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Thu, 01 Jan 1970 00:16:45 GMT", 5.0),
        ("Thu, 01 Jan 1970 00:16:45", 5.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Thursday, 01-Jan-70 00:16:45 GMT", 5.0),
        ("Thu Jan  1 00:16:45 1970", 5.0),
        ("Thu, 01 Jan 1970 01:16:45 +0100", 5.0),
        ("Thu, 01 Jan 99999 00:00:00 GMT", None),
        ("9" * 400, float("inf")),
        (None, None),
        ("", None),
        ("2.5", 2.5),
        (" 0.5\t", 0.5),
        (".5", 0.5),
        ("120.", 120.0),
        ("60.000001", 60.000001),
        ("0.0", 0.0),
        ("9" * 400 + ".5", float("inf")),
        ("-1", None),
        ("-0.5", None),
        ("+5", None),
        (".", None),
        ("1.5.5", None),
        ("1,5", None),
        ("2, 2", None),
        ("1e3", None),
        ("1_0", None),
        ("0x10", None),
        ("nan", None),
        ("inf", None),
        ("5 s", None),
        ("soon", None),
        ("٣", None),
        ("1.٣", None),
        ("Thu, 99 Jan 1970", None),
    ],
)
def test_parse_retry_after_accepts_seconds_and_dates(text, expected):
    """Retry-After is parsed as seconds or an HTTP date, and any other value gives None."""
    assert parse_retry_after(text, now=lambda: 1000.0) == expected


@pytest.mark.parametrize(("text", "sent", "waited"), [("0.01", 3, 0.01), ("60.5", 1, None), ("120.5", 1, None)])
def test_a_fractional_retry_after_is_exact(answers, integry, caplog, text, sent, waited):
    """The client waits exactly for a fractional Retry-After, and does not retry if it exceeds a minute."""
    answers.post(f"{API}/apps/x/get/", status=429, headers={"Retry-After": text})
    with caplog.at_level(logging.DEBUG, "integry"), pytest.raises(RateLimited) as caught:
        integry.apps.get("x")
    assert caught.value.retry_after == float(text)
    assert len(answers.calls) == sent
    waits = [record.getMessage() for record in caplog.records if "waiting" in record.getMessage()]
    assert len(waits) == sent - 1
    assert all(f"waiting {waited:.2f} s" in each for each in waits)


@given(st.text())
def test_any_retry_after_is_parsed(text):
    """No value of the Retry-After header raises an exception."""
    seconds = parse_retry_after(text)
    assert seconds is None or seconds >= 0
