"""Names, docstrings and messages of generated clients, each with its smallest document."""

import datetime
import importlib
import json

import pytest

from integry.generator import __main__ as generate
from integry.generator.runtime._encoding import query_pairs
from integry.generator.runtime._values import dumps
from integry.generator.runtime.errors import InvalidRequest

from .reading import arguments, data, defaults, fields, operation, read, read_text, schema, warnings

DOCUMENT = """
paths:
  /a/{id}:
    get: {operationId: a, parameters: [{name: id, in: path, required: true, schema: {}}, PARAMETERS]}
"""


def named(*names):
    """Return the Python names of query parameters with some names in the document."""
    found = ", ".join(f"{{name: {name!r}, in: query, schema: {{type: string}}}}" for name in names)
    client, _ = read_text(DOCUMENT.replace("PARAMETERS", found))
    return [*arguments(client, operation(client, "a"))][1:]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a-b", "a_b"], ["a_b_", "a_b"]),
        (["a_b", "a-b"], ["a_b", "a_b_"]),
        (["a_b", "a-b", "a.b"], ["a_b", "a_b_", "a_b__"]),
        (["a_b", "aB"], ["a_b", "aB"]),
        (["class", "class_"], ["class_", "class__"]),
    ],
)
def test_equal_python_names_are_told_apart(names, expected):
    """A parameter or field whose name is valid in Python keeps it. One that differs in its signs gets an underscore."""
    assert named(*names) == expected
    if len(names) == 2:
        client, _ = schema(f"{{type: object, properties: {{{', '.join(f'{name!r}: {{}}' for name in names)}}}}}")
        assert sorted(fields(client, "A")) == sorted(names)
        assert [str(prop.python_name) for prop in client.models[0].optional_properties] == expected


def test_an_operation_without_a_summary_is_described_by_method_and_path():
    """The docstring of an operation without summary and description starts with its method and its path."""
    client, _ = read_text(DOCUMENT.replace(", PARAMETERS", ""))
    assert data(client, operation(client, "a"))["title"].get_untrusted_value() == "GET /a/{id}"


def test_a_reference_to_a_server_is_one_warning():
    """A reference that is not followed is reported once, also where its target would be needed."""
    reference = {"$ref": "https://example.com/b.yaml#/A"}
    content = {"application/json": {"schema": reference}}
    get = {"parameters": [reference], "responses": {"200": {"content": content}, "404": reference}}
    document = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": get}}}
    _, report = read(document, "a.yaml")
    message = "a reference to another server or folder is typed as Any, or left out: https://example.com/b.yaml"
    assert warnings(report) == [message]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{type: number, default: '1.50'}", "1.5"),
        ("{type: string, format: decimal, default: '1.50'}", "'1.50'"),
    ],
)
def test_decimal_defaults_are_kept(text, expected):
    """A decimal number in a string is the default of a number, and of a string."""
    client, _ = schema(f"{{type: object, properties: {{x: {text}}}}}")
    assert defaults(client, "A") == [expected]


@pytest.mark.parametrize(
    ("flows", "code"),
    [
        ("authorizationCode: {tokenUrl: /t}", "Bearer(token_url='/t')"),
        ("authorizationCode: {tokenUrl: /a}, clientCredentials: {tokenUrl: /c}", "Bearer(token_url='/c')"),
        ("implicit: {authorizationUrl: /a}", "Bearer()"),
        ("password: 5", "Bearer()"),
    ],
)
def test_client_credentials_find_the_token_url_of_any_flow(flows, code):
    """A server has one token URL, which may be documented for another flow than client credentials."""
    client, _ = read_text(f"paths: {{}}\ncomponents: {{securitySchemes: {{s: {{type: oauth2, flows: {{{flows}}}}}}}}}")
    assert [each.code for each in client.document.data_of_modules()["security_schemes"]] == [code]


def test_a_datetime_without_a_time_zone_is_named():
    """The message names the argument, or the place in the body, and does not speak of JSON for a query."""
    naive = datetime.datetime(2024, 1, 2)  # noqa: DTZ001 (naive, so refused)
    with pytest.raises(InvalidRequest, match=r"^datetime.* has no time zone: .* \(in argument 'since'\)$"):
        query_pairs("since", naive)
    with pytest.raises(InvalidRequest, match=r"^datetime.* has no time zone: .* \(in argument 'a.b\[0\]'\)$"):
        dumps({"a": {"b": [naive]}})


@pytest.fixture
def run(tmp_path, capsys):
    """Return a function that generates a client with a template, and returns exit code, stderr and the file."""
    (tmp_path / "a.yaml").write_text(
        'openapi: 3.0.3\ninfo: {title: T}\npaths: {/a: {get: {operationId: a, summary: \'"""\'}}}\n'
        "components: {schemas: {Pet: {properties: {a: {type: string}}}, Kind: {type: string, enum: [cat]}}}\n"
    )
    (tmp_path / "templates").mkdir()

    def command(name, text, path=None):
        (tmp_path / "templates" / f"{name}.jinja").write_text(text)
        command = [str(tmp_path / "a.yaml"), str(tmp_path / "client")]
        code = generate.main([*command, f"--custom-template-path={tmp_path}/templates"])
        path = tmp_path / "client" / (path or name)
        return code, capsys.readouterr().err, path.read_text() if code == 0 and path.exists() else None

    return command


@pytest.mark.parametrize(
    ("name", "path"),
    [
        *((name, name) for name in ("resources.py", "servers.py", "security.py", "operations.py", "types.py")),
        ("package_init.py", "__init__.py"),
        ("endpoint_module.py", "api/default/a.py"),
        ("endpoint_init.py", "api/default/__init__.py"),
        ("model.py", "models/pet.py"),
        ("models_init.py", "models/__init__.py"),
        ("str_enum.py", "models/kind.py"),
    ],
)
def test_templates_can_change_the_built_in_text(run, name, path):
    """`original` is the text of the built-in template, which a template of the user can extend."""
    code, _, text = run(name, "{{ original }}\nMORE = 1\n", path)
    assert code == 0
    assert text.startswith("# Do not edit: made from a.yaml by")
    assert '"""' in text
    assert text.endswith("MORE = 1\n")


def test_values_and_names_keep_all_characters(tmp_path, monkeypatch):
    """Values of enums and names of fields are sent with their line breaks, control characters and quotes."""
    values = [",", "\t", "\n", "\r\n", "\u2028", "\x7f", '"', "\\n"]
    fields = {"a\nb": {"type": "string"}, "end": {"allOf": [{"$ref": "#/components/schemas/End"}], "default": "\r\n"}}
    schemas = {"End": {"type": "string", "enum": values}, "Pet": {"type": "object", "properties": fields}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "components": {"schemas": schemas}}
    (tmp_path / "texts.json").write_text(json.dumps(document))
    assert generate.main([str(tmp_path / "texts.json"), str(tmp_path / "texts_client")]) == 0
    monkeypatch.syspath_prepend(tmp_path)
    models = importlib.import_module("texts_client.models")
    assert sorted(member.value for member in models.End) == sorted(values)
    assert models.Pet(ab="x").to_dict() == {"a\nb": "x", "end": "\r\n"}


def test_a_template_cannot_print_a_text_of_the_document_unchanged(run):
    """A text of the document could be code. A template that prints it without a filter is an error with its line."""
    text = "{{ header }}\n\n# {{ endpoint.summary %s}}\n"
    code, said, _ = run("endpoint_module.py", text % "")
    assert (code, said.count("\n")) == (1, 1)
    assert "the template endpoint_module.py.jinja, line 3: this text of the document may be code: use a filter" in said
    assert run("endpoint_module.py", text % "| in_double_quote_literal ")[0] == 0
