"""A form for any function of an app, made from its JSON schema."""

from __future__ import annotations

import logging
from typing import Any, Dict, Mapping, Optional, Sequence

from django import forms
from django.conf import settings
from django.utils.datastructures import MultiValueDict

from .. import tags
from .._http.request import json_object
from .._results.calls import FunctionResult
from .._results.functions import Function
from .._results.schema import keep_texts
from ..errors import AppNotConnected, BadRequest, InvalidRequest, UnprocessableEntity
from ._forms.arguments import arguments_of
from ._forms.building import Filling, field_for
from ._forms.fields import ArgumentField
from ._forms.problems import problems_of
from ._forms.values import EMPTY, printable

log = logging.getLogger(__name__.rsplit(".", 2)[0])

__all__ = ["FunctionForm"]


class FunctionForm(forms.Form):
    """A form with a field for each argument of a function.

    The names of the fields are the names of the arguments, so templates, widgets, `clean_channel` and subclasses work
    as in any form of Django. `cleaned_data` has the JSON values of the arguments. Arguments that were left empty are
    not in it. A field that a subclass declares itself replaces the field of the argument.

    Example:
        ```python
        from integry.django.forms import FunctionForm

        function = integry.functions.get("slack-post-message", include="meta")
        form = FunctionForm({"arguments-channel": "general", "arguments-text": "Hi"}, function=function)
        result = form.call()
        ```

    Args:
        data: The submitted data, usually `request.POST`; None for a new form.
        function: The function, from `functions.get`, `list` or `predict`, if possible with `include="meta"`.
        variables: The values of tags. Fields accept the tags of these variables, such as `{name}`.
        choices: Choices by argument, as lists of (value, text) in Django's format, for values that the schema does not
            list, such as channels. The value is sent.
        prefix: The prefix of the fields' names in the page.
        **options: Other arguments of `django.forms.Form`, for example `initial`.

    Attributes:
        function: The function.
        variables: The variables as JSON; None without any.

    Raises:
        InvalidRequest: If `variables` is not a dict, or has values that cannot be sent.
    """

    def __init__(
        self,
        data: Optional[Mapping[str, Any]] = None,
        *,
        function: Function,
        variables: Optional[Mapping[str, Any]] = None,
        choices: Optional[Mapping[str, Sequence[Any]]] = None,
        prefix: Optional[str] = "arguments",
        **options: Any,
    ) -> None:
        super().__init__(data, prefix=prefix, **options)
        self.function = function
        self.variables = None if variables is None else tags.substitute(json_object("variables", variables), {})
        self.initial = dict(self.initial)
        filling = Filling(self.variables, {**function.arguments, **self.initial}, choices or {}, self._sent)
        self._names = []
        for argument in arguments_of(function):
            self._names.append(argument.name)
            if argument.name not in self.fields:
                field = self.fields[argument.name] = field_for(argument, filling)
                self.initial[argument.name] = field.initial
        self.order_fields(self.field_order)
        self._warn(choices or {})

    @property
    def template_name(self) -> str:
        """The template of the form: that of the project, or div.html. Django 4.2 has a deprecated table by default."""
        found = self.renderer.form_template_name
        return "django/forms/div.html" if found == "django/forms/default.html" else found

    def _warn(self, choices: Mapping[str, Any]) -> None:
        """Log what is likely a mistake."""
        unknown = sorted(set(choices) - set(self._names))
        if unknown:
            log.warning("choices= has names that are not arguments of %s: %s", self.function.name, ", ".join(unknown))
        limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        if limit is not None and len(self.fields) > limit:
            message = "The form of %s has %d fields, but DATA_UPLOAD_MAX_NUMBER_FIELDS is %d: Django will refuse it"
            log.warning(message, self.function.name, len(self.fields), limit)

    def _sent(self, name: str) -> Any:
        """Return the submitted data of an argument: a list if there are several values."""
        if not self.is_bound:
            return ""
        key, data = self.add_prefix(name), self.data
        found = data.getlist(key) if isinstance(data, MultiValueDict) else data.get(key)
        return found[0] if isinstance(found, list) and len(found) == 1 else found

    def add_prefix(self, field_name: str) -> str:
        """Return the name of a field in the page, where lone surrogates of JSON are replaced."""
        return super().add_prefix(printable(field_name))

    def clean(self) -> Dict[str, Any]:
        """Leave out what is empty."""
        self.cleaned_data = {name: value for name, value in self.cleaned_data.items() if value is not EMPTY}
        return self.cleaned_data

    def arguments(self) -> Dict[str, Any]:
        """Return the arguments that were filled in, with their tags.

        Raises:
            ValueError: If the form is not valid, or was not submitted.
        """
        if not self.is_valid():
            message = f"The form of {self.function.name} is not valid: call is_valid() first"
            raise ValueError(message)
        return {name: self.cleaned_data[name] for name in self._names if self._is_filled(name)}

    def _is_filled(self, name: str) -> bool:
        """Return True if an argument is sent. A field of a subclass returns the empty values of its class."""
        if name not in self.cleaned_data or self.cleaned_data[name] is EMPTY:
            return False
        field = self.fields.get(name)
        return isinstance(field, ArgumentField) or self.cleaned_data[name] not in forms.Field.empty_values

    def preview(self) -> Dict[str, Any]:
        """Return the arguments with their tags replaced by the variables, as the function would get them.

        Raises:
            ValueError: If the form is not valid, or was not submitted.
        """
        found = self.arguments()
        return keep_texts(self.function.parameters, found, tags.substitute(found, self.variables or {}))

    def call(self, **options: Any) -> Optional[FunctionResult]:
        """Call the function with the arguments, for the user for whom it was fetched.

        Args:
            **options: Other arguments of the function, for example `connected_account_id`.

        Returns:
            The result. None if the form is not valid, or if the server refused the arguments: the form then has the
            server's errors, at their fields where possible, and the function was not called.

        Raises:
            AppNotConnected: If the user has not connected the function's app.
            IntegryError: The errors of `functions.call` that are not about arguments.
        """
        if not self.is_valid():
            return None
        try:
            return self.function(self.arguments(), variables=self.variables, **options)
        except AppNotConnected:
            raise
        except (BadRequest, UnprocessableEntity) as error:
            self.add_server_errors(error)
        except InvalidRequest as error:
            if not hasattr(error, "missing"):
                raise
            self.add_server_errors(error)
        return None

    def add_server_errors(self, error: Exception) -> None:
        """Show an error of the server at the fields that it names, or else at the form.

        A path such as `emails.0.value` belongs to the field `emails`.

        Args:
            error: The error, usually `InvalidArguments`.
        """
        if not self.is_bound:
            self.cleaned_data = {}
        for name, message in problems_of(error, self.fields):
            self.add_error(name or None, forms.ValidationError(message))
