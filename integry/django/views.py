"""A view that shows the form of a function, and calls the function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Sequence

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.generic import FormView

from .._client import Integry
from .._results.calls import FunctionResult
from .._results.functions import Function
from ..errors import ConfigurationError, IntegryError, NotFound
from ._answers import answer, may_have_run
from ._clients import client_for
from ._forms.values import json_text
from ._once import claim, release
from .forms import FunctionForm

if TYPE_CHECKING:
    _FormView = FormView[FunctionForm]
else:
    _FormView = FormView

__all__ = ["FunctionView"]

#: The name of the button that shows the arguments instead of sending them. The names of arguments have a prefix.
PREVIEW = "preview"


class FunctionView(_FormView):
    """A page with the form of a function, for the user of the request.

    A valid form calls the function. The page then shows the result, unless the view has a `success_url`. Arguments
    that the server refuses are errors of the form. Other errors are raised: `IntegryMiddleware` answers them.

    A form that a browser sends twice, as after the server was killed, calls once. This needs a session on the server.

    Any visitor with an id can use the view. Restrict it with the mixins of django.contrib.auth. Visitors without an id
    get a response with status 403.

    Example:
        ```python
        from django.contrib.auth.mixins import PermissionRequiredMixin
        from integry.django.views import FunctionView

        class Announce(PermissionRequiredMixin, FunctionView):
            permission_required = "shop.announce"
            function_name = "slack-post-message"

            def get_variables(self):
                return {"name": self.request.user.first_name}
        ```

    Attributes:
        function_name: The name of the function.
        prompt: A description of the task, from which the server predicts the arguments of a new form; None for none.
        form_class: The form, a subclass of `FunctionForm`.
        template_name: The template. Its context has `form`, `function`, `preview` and `preview_json` after a preview,
            `result` and `result_json` after a call.
        success_url: The URL to redirect to after a call whose app returned no error; None to show the result.
    """

    function_name: str = ""
    prompt: Optional[str] = None
    form_class = FunctionForm
    template_name = "integry/function.html"
    success_url = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return the response, with status 403 for a visitor without an id."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except ConfigurationError as error:
            response = answer(request, error)
            if response is None:
                raise
            return response

    def get_client(self) -> Integry:
        """Return the client, by default that of the user of the request."""
        return client_for(self.request)

    def get_function(self) -> Function:
        """Return the function, with predicted arguments for a new form.

        Raises:
            Http404: If the function does not exist.
        """
        if not self.function_name:
            message = f"{type(self).__name__} needs a function_name"
            raise ImproperlyConfigured(message)
        prompt = None if self.request.method in ("POST", "PUT") else self.prompt
        try:
            return self.get_client().functions.get(
                self.function_name, prompt=prompt, variables=self.get_variables(), include="meta"
            )
        except NotFound as error:
            raise Http404(gettext("The service has no such function.")) from error

    def get_variables(self) -> Optional[Mapping[str, Any]]:
        """Return the values of tags; None for a form without tags."""
        return None

    def get_choices(self) -> Mapping[str, Sequence[Any]]:
        """Return choices by argument, as lists of (value, text), for values that the schema does not list."""
        return {}

    def get_call_options(self) -> Dict[str, Any]:
        """Return further arguments of the call, for example `connected_account_id`."""
        return {}

    def get_prefix(self) -> str:
        """Return the prefix of the fields' names."""
        return self.prefix or "arguments"

    def get_form_kwargs(self) -> Dict[str, Any]:
        """Return the arguments of the form."""
        found = super().get_form_kwargs()
        return {
            **found,
            "function": self.get_function(),
            "variables": self.get_variables(),
            "choices": self.get_choices(),
        }

    def get_context_data(self, **context: Any) -> Dict[str, Any]:
        """Return the context of the template."""
        found = super().get_context_data(**context)
        found["function"] = found["form"].function
        if "preview" in found:
            found["preview_json"] = json_text(found["preview"], indent=2)
        if "result" in found:
            found["result_json"] = json_text(found["result"].output, indent=2)
        return found

    def form_valid(self, form: FunctionForm) -> HttpResponse:
        """Show the arguments if that button was pressed, or else call the function."""
        if PREVIEW in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form, preview=form.preview()))
        result = self._call_once(form)
        return self.form_invalid(form) if result is None else self.function_called(form, result)

    def _call_once(self, form: FunctionForm) -> Optional[FunctionResult]:
        """Return the result of a call; None if the form was sent before, or the server refused its arguments."""
        key = claim(self.request)
        if key is None:
            text = gettext("This form was sent before. The call may have run: check the app before you send it again.")
            form.add_error(None, text)
            return None
        try:
            result = form.call(**self.get_call_options())
        except IntegryError as error:
            if not may_have_run(error):
                release(self.request, key)
            raise
        if result is None:
            release(self.request, key)
        return result

    def function_called(self, form: FunctionForm, result: FunctionResult) -> HttpResponse:
        """Return the response after a call.

        Args:
            form: The form.
            result: The result. Its app may have returned an error: see `result.ok`.
        """
        if self.success_url and result.ok:
            return HttpResponseRedirect(self.get_success_url())
        return self.render_to_response(self.get_context_data(form=form, result=result))
