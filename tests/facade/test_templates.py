"""Functions in templates: rendering shows them and does not call them."""

import pytest

from integry import InvalidRequest

FUNCTION = {
    "name": "slack-post-message",
    "description": "Post a message",
    "parameters": {"type": "object"},
    "arguments": {"channel": "random", "text": "hello"},
}
TEMPLATE = "{% for f in functions %}{{ f.name }}: {{ f.description }} {{ f }} {{ f.arguments.channel }};{% endfor %}"


def django(template, context):
    """Render a template with Django."""
    engine = pytest.importorskip("django.template", reason="Django is not installed").Engine()
    return engine.from_string(template).render(__import__("django.template").template.Context(context))


def jinja(template, context):
    """Render a template with Jinja2."""
    return pytest.importorskip("jinja2", reason="Jinja2 is not installed").Template(template).render(context)


@pytest.mark.parametrize("render", [django, jinja])
def test_rendering_calls_no_function(render, integry, answers):
    """Rendering does not call a predicted function, although it has all its arguments."""
    answers.post("https://api.integry.io/functions/predict/", json={"functions": [FUNCTION]})
    functions = integry.functions.predict("post hello to #random", predict_arguments=True)
    sent = len(answers.calls)
    rendered = render(TEMPLATE, {"functions": functions, "first": functions[0]})
    assert rendered.startswith("slack-post-message: Post a message ")
    assert rendered.endswith(" random;")
    assert "slack-post-message" in render("{{ first }}", {"first": functions[0]})
    assert len(answers.calls) == sent


@pytest.mark.parametrize("options", [{}, {"timeout": 5}, {"connected_account_id": 1}])
def test_calls_without_arguments_are_refused(integry, answers, options):
    """A call of a Function without arguments is refused, because templates and forms call callable objects."""
    answers.post("https://api.integry.io/functions/predict/", json={"functions": [FUNCTION]})
    (function,) = integry.functions.predict("post hello to #random", predict_arguments=True)
    sent = len(answers.calls)
    with pytest.raises(InvalidRequest, match=r"slack-post-message was called without arguments: pass a dict, such as"):
        function(**options)
    assert len(answers.calls) == sent


def test_django_forms_do_not_call_functions(integry, answers):
    """A function as the initial value of a field is refused when the form is rendered, and is not called."""
    forms = pytest.importorskip("django.forms", reason="Django is not installed")
    from django.test import override_settings

    from tests.django.site import configure

    answers.post("https://api.integry.io/functions/predict/", json={"functions": [FUNCTION]})
    (function,) = integry.functions.predict("post hello to #random", predict_arguments=True)
    configure()
    with override_settings(USE_I18N=False):
        field = forms.Field(initial=function)
        form = type("NameForm", (forms.Form,), {"name": field})()
        with pytest.raises(InvalidRequest, match="was called without arguments"):
            form.get_initial_for_field(field, "name")
    assert len(answers.calls) == 1
