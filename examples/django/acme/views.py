"""The pages of the site."""

from typing import Any, Dict, List

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse_lazy

from integry import FunctionResult
from integry.django import aclient_for
from integry.django.forms import FunctionForm
from integry.django.views import FunctionView

from .csp import HEADER, policy

FUNCTION = "slack-post-message"


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show what the site has."""
    return render(request, "acme/home.html")


class MessageView(LoginRequiredMixin, FunctionView):
    """The form that posts a message to Slack."""

    function_name = FUNCTION
    template_name = "acme/message.html"
    # A redirect after the call, so that reloading the page does not post the message again.
    success_url = reverse_lazy("message")

    def get_variables(self) -> Dict[str, Any]:
        """Return the values of the tags that the message can have."""
        return {"name": self.request.user.first_name, "company": "Acme"}

    def function_called(self, form: FunctionForm, result: FunctionResult) -> HttpResponse:
        """Tell the user what Slack answered. Slack reports its errors in a successful response."""
        if result.output["ok"]:
            messages.success(self.request, f"Posted: {result.output['message']['text']}")
            return super().function_called(form, result)
        form.add_error(None, f"Slack answered: {result.output['error']}")
        return self.form_invalid(form)


async def channels(request: HttpRequest) -> HttpResponse:
    """List the user's channels in Slack. The call runs in a thread, so that it does not block the event loop."""
    user = await sync_to_async(lambda: request.user)()
    if not await sync_to_async(lambda: user.is_authenticated)():
        return redirect_to_login(request.get_full_path())
    integry = await aclient_for(request)
    result = await sync_to_async(integry.functions.call)("slack-list-conversations", {"limit": 20})
    return await sync_to_async(render)(request, "acme/channels.html", {"channels": result.output["channels"]})


@login_required
def later(request: HttpRequest) -> HttpResponse:
    """Post a message in a background task, and show what became of the last one."""
    from integry.django.tasks import call_function  # noqa: PLC0415 (needs Django 6)

    form = FunctionForm(request.POST or None, function=request.integry.functions.get(FUNCTION))
    if form.is_valid():
        if not request.integry.apps.is_connected("slack"):
            messages.error(request, "Connect Slack first.")
            return redirect("integry:apps")
        task = call_function.enqueue(FUNCTION, form.arguments(), user_id=str(request.user.pk))
        request.session["task"] = task.id
        return redirect("later")
    task = call_function.get_result(request.session["task"]) if "task" in request.session else None
    return render(request, "acme/later.html", {"form": form, "task": task})


@login_required
def browser(request: HttpRequest) -> HttpResponse:
    """Show the browser SDK. This page alone has the exceptions of the content security policy that the SDK needs."""
    response = render(request, "acme/browser.html")
    response.headers[HEADER] = policy(settings.CSP_OF_SDK)
    return response


def optional_urls() -> List[URLPattern]:
    """Return the URLs of the pages that need Django 6, or the browser SDK."""
    tasks = [path("later/", later, name="later")] if settings.HAS_TASKS else []
    return tasks + ([path("browser/", browser, name="browser")] if settings.INTEGRY.get("SDK_URL") else [])
