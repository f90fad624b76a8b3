"""A task that calls a function in the background, with the tasks of Django 6.0 or the package django-tasks.

Example:
    ```python
    from integry.django.tasks import call_function

    call_function.enqueue("slack-post-message", {"channel": "general", "text": "Hello"}, user_id=str(user.pk))
    ```
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Callable, Dict, Optional

from django.core.exceptions import ImproperlyConfigured

from ._clients import get_client

__all__ = ["call_function"]


def _task(function: Callable[..., Any]) -> Any:
    """Return a function as a task of Django, or of its backport.

    Raises:
        ImproperlyConfigured: If there is neither.
    """
    try:
        module = import_module("django.tasks")
    except ImportError:
        try:
            module = import_module("django_tasks")
        except ImportError as error:
            message = "integry.django.tasks needs Django 6.0, or the package django-tasks: pip install django-tasks"
            raise ImproperlyConfigured(message) from error
    return module.task()(function)


@_task
def call_function(
    name: str,
    arguments: Dict[str, Any],
    user_id: str,
    variables: Optional[Dict[str, Any]] = None,
    **options: Any,
) -> Dict[str, Any]:
    """Call a function for a user, and return the result as a JSON object.

    Everything that a task takes and returns is JSON. An error of the call makes the task fail. Backends for Django do
    not run a failed task again, so a call runs once at most.

    Args:
        name: The name of the function.
        arguments: The arguments of the function.
        user_id: The id of the user. A task has no request, so it cannot find the user itself.
        variables: The values of tags.
        **options: Other arguments of `functions.call`, for example `connected_account_id` or `deadline`.

    Returns:
        The fields `network_code`, `output` and, for functions that return pages, the cursor.
    """
    return get_client().functions.call(name, arguments, user_id, variables, **options).to_dict()
