"""`include=meta`, calls, forms and predictions with unusual schemas."""

import pytest

from integry._results import schema_types
from integry.sandbox import _forms
from integry.sandbox._catalogue import Catalogue
from integry.sandbox._schemas import schema_error

DEEP = {"type": "string"}
for _ in range(20):
    DEEP = {"anyOf": [DEEP]}

#: Unusual but valid schemas of a function's arguments.
UNUSUAL = {
    "no properties": {"type": "object"},
    "nothing": {},
    "true for all": {"type": "object", "properties": {"a": True}},
    "false for one": {"type": "object", "properties": {"a": False, "b": True}, "required": ["b"]},
    "a list of types": {"properties": {"a": {"type": ["string", "null"]}, "b": {"type": ["integer", "boolean"]}}},
    "no type": {"properties": {"a": {}, "b": {"description": "b"}}},
    "references": {
        "properties": {"a": {"$ref": "#/$defs/name"}, "b": {"$ref": "#/$defs/a~1b", "description": "own"}},
        "$defs": {"name": {"type": "string"}, "a/b": {"type": "boolean"}},
    },
    "a reference to all": {"properties": {"a": {"$ref": "#"}}},
    "deep": {"properties": {"a": DEEP}},
    "alternatives": {"properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}, "b": {"oneOf": [True]}}},
    "parts": {"allOf": [{"properties": {"a": {"type": "string"}}}], "required": ["a"]},
    "alternatives for all": {"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": {}}},
    "enums": {"properties": {"a": {"enum": ["x", 5, None, True, {"k": []}]}, "b": {"const": 7}, "c": {"enum": []}}},
    "arrays": {"properties": {"a": {"type": "array"}, "b": {"type": "array", "prefixItems": [{"type": "string"}]}}},
    "odd required": {"properties": {"a": {}}, "required": []},
    "odd names": {"properties": {"": {}, "a b": {"type": "string"}, "<b>": {"type": "object"}}},
    "empty meta": {"properties": {"a": {"type": "string", "meta": None}, "b": {"meta": {"ui": None}}}},
}
#: Invalid schemas: jsonschema cannot validate arguments with them.
INVALID = {
    "a circle": {"properties": {"a": {"$ref": "#/properties/a"}}},
    "items of an older draft": {"properties": {"a": {"type": "array", "items": [{"type": "string"}]}}},
    "null": {"properties": None, "required": None},
    "lists": {"properties": ["a"], "required": "a"},
    "invalid properties": {"properties": {"a": None, "b": 5, "c": "x", "d": []}},
    "invalid types": {"properties": {"a": {"type": 5}, "b": {"type": [5, "string"]}, "c": {"anyOf": 5}}},
    "dangling references": {
        "properties": {"a": {"$ref": "#/nope"}, "b": {"$ref": 5}, "c": {"$ref": "https://x.example"}}
    },
}


def test_the_documented_schemas_are_valid():
    """The schemas of the documented functions are valid. The sandbox does not check them at its start."""
    schemas = {name: function.parameters for name, function in Catalogue().functions.items()}
    assert len(schemas) > 5
    assert {name: schema_error(schema) for name, schema in schemas.items()} == dict.fromkeys(schemas, "")


@pytest.fixture
def add(sandbox):
    """Return a function that adds a function with a schema and returns a client."""
    sandbox.add_app("acme")
    sandbox.connect("acme")

    def add(parameters):
        sandbox.add_function("acme-f", None, app="acme", parameters=parameters)
        return sandbox.client()

    return add


def field_of(client, name):
    """Return the `meta` of an argument."""
    parameters = client.functions.get("acme-f", include=["meta"]).parameters
    return parameters["properties"][name]["meta"]


@pytest.mark.parametrize("parameters", INVALID.values(), ids=INVALID)
@pytest.mark.usefixtures("garbage_kept")
def test_a_value_that_is_not_a_schema_is_refused(add, sandbox, parameters):
    """`add_function` raises ValueError for a value that is not a schema, and adds nothing.

    Otherwise the first call of the function would fail.
    """
    with pytest.raises(ValueError, match="The parameters of 'acme-f' are not a valid JSON schema: "):
        add(parameters)
    assert "acme-f" not in sandbox._state.catalogue.functions


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"properties": []}, r"properties: \[\] is not of type 'object'"),
        ({"type": 5}, "type: 5 is not valid under any of the given schemas"),
        ({"properties": {"a": {"type": "text"}}}, "properties.a.type: 'text' is not valid"),
        ([], "expected a dict, got list"),
        (True, "expected a dict, got bool"),
        ({"enum": [{1}]}, "Object of type set is not JSON serializable"),
        ({"properties": {"a": {"$ref": "#/nope"}}}, "nope"),
        ({"properties": {"a": {"$ref": "#/properties/a"}}}, "a reference leads back to itself"),
    ],
)
@pytest.mark.usefixtures("garbage_kept")
def test_the_error_of_a_schema_has_its_place(add, parameters, message):
    """The ValueError for an invalid schema contains the location of the error."""
    with pytest.raises(ValueError, match=message):
        add(parameters)


def test_references_are_not_checked_under_other_ids(add):
    """References under a nested `$id`, which changes their targets, are not checked."""
    inner = {"$id": "https://x.example/inner", "$defs": {"b": {}}, "properties": {"a": {"$ref": "#/$defs/b"}}}
    add({"properties": {"a": inner}})


@pytest.mark.parametrize("parameters", UNUSUAL.values(), ids=UNUSUAL)
def test_every_schema_is_returned(add, send_signed, sandbox, parameters):
    """No endpoint and no console page fails for any schema, with or without `meta`."""
    add(parameters)
    plain = send_signed("POST", "/functions/acme-f/get/", json={})
    assert plain == (200, {"name": "acme-f", "description": "", "parameters": parameters})
    status, with_meta = send_signed("POST", "/functions/acme-f/get/?include=meta", json={})
    assert (status, with_meta["meta"]["app"]["name"]) == (200, "acme")
    assert set(with_meta["parameters"]) == set(parameters)
    for path, body in (("list/?app=acme&include=meta", {}), ("predict/?predict_arguments=true", {"prompt": "acme f"})):
        assert send_signed("POST", f"/functions/{path}", json=body)[0] == 200
    body = {"prompt": "x", "_variables": {"a": 1}}
    assert send_signed("POST", "/functions/acme-f/get/?include=meta", json=body)[0] == 200
    assert sandbox.session().get(f"{sandbox.url}/console/functions/acme-f").status_code == 200


@pytest.mark.parametrize("parameters", UNUSUAL.values(), ids=UNUSUAL)
def test_a_call_with_any_schema_is_answered(add, send_signed, parameters):
    """A call of a function with any schema runs, or is refused with a reason, for JSON and for forms."""
    add(parameters)
    for options in (
        {"json": {"a": "{n}", "_variables": {"n": 1}}},
        {"data": {"a": "5", "b": "true", "_variables": "{}"}},
    ):
        status, body = send_signed("POST", "/functions/acme-f/call/", **options)
        assert status == 200 or (status, set(body)) == (400, {"error", "error_details"}), body


def test_boolean_schemas_are_kept(add):
    """A property with a boolean schema, which cannot hold `meta`, is kept. Other properties get their `meta`."""
    client = add({"type": "object", "properties": {"a": True, "b": False, "c": {"type": "boolean"}}})
    properties = client.functions.get("acme-f", include=["meta"]).parameters["properties"]
    assert (properties["a"], properties["b"]) == (True, False)
    assert properties["c"]["meta"]["ui"]["ui_field"]["type"] == "CHECKBOX"


def test_meta_of_a_property_is_merged(add):
    """Keys of a property's own `meta` override the derived ones, missing keys are added, and the default is copied."""
    ui_field = {"type": "DYNAMIC_DROPDOWN", "data_source": {"url": "http://127.0.0.1/options"}}
    own = {"title": "Colour", "machine_name": "colour", "ui": {"placeholder": "Choose", "ui_field": ui_field}}
    client = add({"properties": {"a": {"type": "string", "default": "red", "meta": own}}, "required": ["a"]})
    assert field_of(client, "a") == {
        "title": "Colour",
        "machine_name": "colour",
        "description_for_users": "",
        "is_required": True,
        "default_value": "red",
        "ui": {
            "placeholder": "Choose",
            "regex": None,
            "ui_field": {"options": [], "is_multiselect": False, **ui_field},
        },
    }


@pytest.mark.parametrize(
    ("schema", "kind", "options", "is_multiselect"),
    [
        ({"type": "string"}, "TEXTFIELD", [], False),
        ({"type": ["boolean", "null"]}, "CHECKBOX", [], False),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, "CHECKBOX", [], False),
        ({"$ref": "#/$defs/flag"}, "CHECKBOX", [], False),
        ({"type": ["object", "null"]}, "OBJECT", [], False),
        ({"type": ["object", "string"]}, "TEXTFIELD", [], False),
        ({"enum": ["x", 5]}, "STATIC_DROPDOWN", [("x", "x"), (5, "5")], False),
        ({"const": "x"}, "STATIC_DROPDOWN", [("x", "x")], False),
        ({"oneOf": [{"const": 1}, {"enum": [2, 3]}]}, "STATIC_DROPDOWN", [(1, "1"), (2, "2"), (3, "3")], False),
        ({"oneOf": [{"const": 1}, {"type": "string"}]}, "TEXTFIELD", [], False),
        ({"type": "array", "items": {"enum": ["x"]}}, "STATIC_DROPDOWN", [("x", "x")], True),
        ({"type": "array", "items": {"type": "string"}}, "TEXTFIELD", [], False),
    ],
)
def test_the_field_of_a_form_follows_the_schema(add, schema, kind, options, is_multiselect):
    """Enumerated values become a dropdown in the format of the browser SDK."""
    client = add({"properties": {"a": schema}, "$defs": {"flag": {"type": "boolean"}}})
    assert field_of(client, "a")["ui"]["ui_field"] == {
        "type": kind,
        "options": [{"id": id_, "value": value} for id_, value in options],
        "is_multiselect": is_multiselect,
    }


def test_title_description_default_and_pattern_follow_the_schema(add):
    """Title, description, default and pattern come from the target of a `$ref`, unless the property has its own."""
    shared = {"type": "string", "title": "Name", "description": "Whom to greet.", "default": "Ann", "pattern": "A.*"}
    client = add({"properties": {"a": {"$ref": "#/$defs/s", "title": "Own"}, "last_name": {}}, "$defs": {"s": shared}})
    field = field_of(client, "a")
    shown = (field["title"], field["description_for_users"], field["default_value"], field["ui"]["regex"])
    assert shown == ("Own", "Whom to greet.", "Ann", "A.*")
    assert field_of(client, "last_name")["title"] == "Last name"


@pytest.mark.parametrize(
    ("schema", "variable", "sent"),
    [
        ({"type": "string"}, 1, "1"),
        ({"type": "string"}, True, "true"),
        ({"type": ["string", "null"]}, 1, "1"),
        ({"$ref": "#/$defs/s"}, 1.5, "1.5"),
        ({"type": ["string", "number"]}, 1, 1),
        ({"type": ["string", "number"]}, True, "true"),
        ({"type": "integer"}, 1, 1),
        (True, 1, 1),
        ({}, 1, 1),
    ],
)
def test_a_variable_is_converted_to_a_string_if_needed(add, schema, variable, sent):
    """A variable becomes a string only where the schema allows nothing else."""
    client = add({"properties": {"a": schema}, "$defs": {"s": {"type": "string"}}})
    assert client.functions.call("acme-f", {"a": "{v}"}, variables={"v": variable}).output == {"a": sent}


@pytest.mark.parametrize(
    ("schema", "text", "value"),
    [
        ({"type": "string"}, "5", "5"),
        ({"type": ["string", "null"]}, "null", "null"),
        ({"type": "integer"}, "5", 5),
        ({"type": "integer"}, "x", "x"),
        ({"type": "boolean"}, "true", True),
        ({"type": "object"}, '{"a": 1}', {"a": 1}),
        ({"type": "array"}, "[1,\r\n2]", [1, 2]),
        ({"enum": [1, "1", True, None]}, "null", None),
        ({"enum": ["x y", {"a": 1}]}, '{"a": 1}', {"a": 1}),
        ({"enum": [True]}, "true", True),
        (True, "5", 5),
    ],
)
def test_console_fields_are_parsed_by_the_schema(sandbox, schema, text, value):
    """A field of the console is text if the schema allows a string. Otherwise it is parsed as JSON if possible."""
    sandbox.add_function("slack-f", None, app="slack", parameters={"properties": {"a": schema}})
    function = sandbox._state.catalogue.functions["slack-f"]
    assert _forms.arguments_of_form(function, {"argument:a": text, "argument:b": "", "user_id": "7"}) == {"a": value}


def test_console_inputs_follow_the_schema(sandbox):
    """In forms of the console, enums become selects, objects become text areas, and defaults are filled in."""
    properties = {
        "choice": {"enum": ["x", 5], "default": 5},
        "flag": {"type": "boolean"},
        "object": {"type": "object", "default": {"k": "é"}},
        "text": {"type": "string"},
        "lines": {"type": "string", "default": "a\nb"},
        "number": {"type": "number", "default": 0},
    }
    sandbox.add_function("slack-f", None, app="slack", parameters={"properties": properties, "required": ["choice"]})
    text = sandbox.session().get(f"{sandbox.url}/console/functions/slack-f").text
    assert '<option value="5" selected>5</option>' in text
    assert '<option value="true">true</option><option value="false">false</option>' in text
    assert "\n{&quot;k&quot;: &quot;é&quot;}</textarea>" in text
    assert "\na\nb</textarea>" in text
    assert '<input name="argument:number" value="0">' in text
    assert '<textarea name="argument:text"' in text


def test_circular_and_deep_references_terminate():
    """A circular reference, or one that is nested too deeply, resolves to an empty schema."""
    assert schema_types.resolved({"$ref": "#"}, {"$ref": "#"}) == {}
    assert schema_types.types_of(DEEP, {}) == frozenset()
    assert schema_types.types_of(DEEP["anyOf"][0], {}, 8) == frozenset()
