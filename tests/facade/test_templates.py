"""Functions in templates: rendering shows them and does not call them."""

import pytest

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
