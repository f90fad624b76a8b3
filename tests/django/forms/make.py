"""Forms of functions with schemas that a test chooses."""

from django.http import QueryDict

from integry._results.functions import Function
from integry.django.forms import FunctionForm


def function_of(parameters, arguments=None, name="acme-do"):
    """Return a function with these parameters, and predicted arguments."""
    return Function.from_dict({"name": name, "parameters": parameters, "arguments": arguments or {}})


def post_data(**fields):
    """Return data as a browser sends them. A list has several values."""
    found = QueryDict(mutable=True)
    for name, value in fields.items():
        found.setlist(f"arguments-{name}", value if isinstance(value, list) else [value])
    return found


def form_of(schema, sent=None, *, required=False, predicted=None, **options):
    """Return the form of a function with one argument, `x`, to which a text was sent."""
    parameters = {"type": "object", "properties": {"x": schema}, "required": ["x"] if required else []}
    function = function_of(parameters, None if predicted is None else {"x": predicted})
    return FunctionForm(None if sent is None else post_data(x=sent), function=function, **options)


def value_of(schema, sent, **options):
    """Return the value that is sent for a text; fail if the form is not valid. `...` stands for no value."""
    form = form_of(schema, sent, **options)
    assert form.is_valid(), form.errors
    return form.arguments().get("x", ...)


def options_of(form, name="x"):
    """Return the choices of a field, as pairs of strings."""
    return [(value, str(text)) for value, text in form.fields[name].widget.choices]


def with_ui(schema, kind, **more):
    """Return a schema with the metadata for a kind of field."""
    return {**schema, "meta": {"ui": {"ui_field": {"type": kind, **more}}}}
