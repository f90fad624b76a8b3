"""The helpers for tests of a Django project."""

import unittest

import pytest
from django.conf import settings
from django.test import SimpleTestCase

from integry.django import get_client, get_organisation
from integry.django.test import IntegrySandboxMixin

ARGUMENTS = {"channel": "general", "text": "Hi {name}"}


def make_case():
    """Return a test case of a project, which pytest does not collect."""

    class Example(IntegrySandboxMixin, SimpleTestCase):
        """A test case of a project. Each test finds a new state."""

        def test_a_call(self):
            """A call reaches the sandbox."""
            self.check_call()

        def test_another_call(self):
            """Another call is the first one of its test."""
            self.check_call()

        def check_call(self):
            """Call a function, and assert that it was called."""
            self.assertEqual(self.integry_sandbox.calls, [])  # noqa: PT009 (a test case of unittest)
            self.integry_sandbox.connect("slack", user_id=7)
            get_client().for_user(7).functions.call("slack-post-message", ARGUMENTS, variables={"name": "Ann"})
            self.assertIntegryCalled("slack-post-message", text="Hi Ann")

        def test_a_wrong_assertion(self):
            """An assertion that is not met fails the test."""
            self.assertIntegryCalled("slack-post-message")

    return Example


def test_the_mixin_leads_clients_to_a_sandbox():
    """A test case calls a sandbox, which is reset for each test, and the settings are as before at the end."""
    before = getattr(settings, "INTEGRY", None)
    outcome = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(make_case()).run(outcome)
    assert (outcome.testsRun, outcome.errors) == (3, [])
    assert [test.id().rpartition(".")[2] for test, _ in outcome.failures] == ["test_a_wrong_assertion"]
    assert getattr(settings, "INTEGRY", None) == before


def test_the_fixture_leads_clients_to_a_sandbox(integry_settings, request):
    """The fixture replaces credentials, URLs and CLIENT of the settings, and keeps the other keys."""
    integry_settings(APP_KEY="k", APP_SECRET="s", CLIENT="acme.client", JS_OPTIONS={"lang": "de"})
    sandbox = request.getfixturevalue("integry_django")
    assert settings.INTEGRY["JS_OPTIONS"] == {"lang": "de"}
    sandbox.connect("slack", user_id=7)
    get_client().for_user(7).functions.call("slack-post-message", {"channel": "general", "text": "Hi"})
    call = sandbox.assertIntegryCalled("slack-post-message", channel="general", text="Hi")
    assert call.user_id == "7"
    assert list(get_organisation("0192202e-b6f3-7d23-8025-3f60675cc031").integrations.list()) == []


def test_the_assertion_lists_the_calls(integry_settings, integry_django):
    """An assertion that fails names the calls that the sandbox got."""
    assert integry_settings
    with pytest.raises(AssertionError, match="slack-post-message.. was not called. The sandbox got no call"):
        integry_django.assertIntegryCalled("slack-post-message")
    integry_django.connect("slack", user_id=7)
    get_client().for_user(7).functions.call("slack-post-message", {"channel": "general", "text": "Hi"})
    with pytest.raises(AssertionError, match=r"thread=None\) was not called"):
        integry_django.assertIntegryCalled("slack-post-message", thread=None)
    with pytest.raises(AssertionError) as caught:
        integry_django.assertIntegryCalled("slack-post-message", text="Ho", name=1)
    assert str(caught.value) == (
        "slack-post-message(text='Ho', name=1) was not called. The sandbox got these calls:\n"
        "  slack-post-message(channel='general', text='Hi') of user 7"
    )
