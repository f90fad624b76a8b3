"""A task calls functions in the background, with Django 6.0 or django-tasks."""

import importlib.util
import json
import sys
from types import ModuleType

import django
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import JsonResponse
from django.test import RequestFactory, override_settings

from tests.django.site import user
from tests.docs.pages import DOCS, blocks

HAS_TASKS = django.VERSION >= (6,)
IMMEDIATE = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
ARGUMENTS = {"channel": "general", "text": "Hi {name}"}


@pytest.fixture
def slack(integry_settings, integry_django):
    """Return a sandbox in which the user 7 has connected Slack."""
    assert integry_settings
    integry_django.connect("slack", user_id=7)
    return integry_django


@pytest.mark.skipif(not HAS_TASKS, reason="Django has tasks from 6.0 on")
def test_a_task_calls_a_function(slack):
    """A task of Django calls the function once, for its user, and returns JSON."""
    from integry.django.tasks import call_function

    with override_settings(TASKS=IMMEDIATE):
        found = call_function.enqueue("slack-post-message", ARGUMENTS, user_id="7", variables={"name": "Ann"})
    assert found.return_value["network_code"] == 200
    assert json.loads(json.dumps(found.return_value)) == found.return_value
    call = slack.assertIntegryCalled("slack-post-message", text="Hi Ann")
    assert call.user_id == "7"


@pytest.mark.skipif(not HAS_TASKS, reason="Django has tasks from 6.0 on")
def test_a_failed_task_ran_once(slack):
    """An error makes the task fail, without credentials in its traceback, and it is not run again."""
    from integry.django.tasks import call_function

    slack.fail(500, times=9, path="/call/")
    with override_settings(TASKS=IMMEDIATE):
        found = call_function.enqueue("slack-post-message", ARGUMENTS, user_id="7", deadline=5)
    assert str(found.status) == "FAILED"
    assert "ServerError" in found.errors[0].exception_class_path
    assert slack.app_secret not in found.errors[0].traceback
    slack.reset()
    assert slack.calls == []


@pytest.mark.skipif(not HAS_TASKS, reason="Django has tasks from 6.0 on")
def test_the_view_of_the_documentation(slack):
    """The view in docs/django/background.md enqueues a call."""
    (block,) = [block for block in blocks(DOCS / "django" / "background.md") if block.run_by]
    names = {"JsonResponse": JsonResponse}
    exec(block.text, names)  # noqa: S102 (the project's own documentation)
    request = RequestFactory().post("/announce/")
    request.user = user(7)
    with override_settings(TASKS=IMMEDIATE):
        assert set(json.loads(names["announce"](request).content)) == {"task"}
    slack.assertIntegryCalled("slack-post-message", text="user7 signed up")


def load_tasks():
    """Return a new module of tasks, without a change of the imported one."""
    spec = importlib.util.find_spec("integry.django.tasks")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_backport_serves_as_well(slack, monkeypatch):
    """Without Django's tasks, the task is one of django-tasks."""
    backport = ModuleType("django_tasks")
    backport.task = lambda: lambda function: function
    monkeypatch.setitem(sys.modules, "django.tasks", None)
    monkeypatch.setitem(sys.modules, "django_tasks", backport)
    found = load_tasks().call_function("slack-post-message", ARGUMENTS, "7", {"name": "Ann"}, max_retries=0)
    assert (found["network_code"], found["output"]["ok"]) == (200, True)
    slack.assertIntegryCalled("slack-post-message", text="Hi Ann")


def test_the_message_names_what_is_missing(monkeypatch):
    """Without either, importing the module says what to install."""
    monkeypatch.setitem(sys.modules, "django.tasks", None)
    monkeypatch.setitem(sys.modules, "django_tasks", None)
    with pytest.raises(ImproperlyConfigured, match=r"Django 6\.0, or the package django-tasks: pip install"):
        load_tasks()
