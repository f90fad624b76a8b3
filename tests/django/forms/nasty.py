"""A schema of 40 properties with every row of the table, and names, titles and descriptions that break pages."""

TEXT, ROBUST = {"type": "string"}, "<script>alert('1')</script> & \"quotes\" %s {tag} {{ 1 }}"


def ui(kind, options=(), **more):
    """Return the metadata for a kind of field."""
    return {"meta": {"ui": {"ui_field": {"type": kind, "options": [*options], **more}}}}


OPTIONS = [{"id": "C1", "value": "#general"}, {"id": "C2", "value": ROBUST}]

#: By the name of a property: its schema, the text to send, and the value that the text stands for.
PROPERTIES = {
    "plain": ({**TEXT, "description": ROBUST, "title": ROBUST}, " a ", " a "),
    "area": ({**TEXT, **ui("TEXTAREA")}, "a\r\nb", "a\nb"),
    "long": ({**TEXT, "maxLength": 4000}, "c" * 300, "c" * 300),
    "short": ({**TEXT, "minLength": 1, "maxLength": 3}, "abc", "abc"),
    "pattern": ({**TEXT, "pattern": "^a+$"}, "aaa", "aaa"),
    "integer": ({"type": "integer", "minimum": 0}, "9007199254740993", 9007199254740993),
    "number": ({"type": "number"}, "1.50", 1.5),
    "tenth": ({"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5}, "0.5e-0", 0.5),
    "boolean": ({"type": "boolean"}, "false", False),
    "checkbox": ({"type": "boolean", **ui("CHECKBOX")}, "true", True),
    "enum": ({"enum": ["1", 1, None, [2], {"a": 1.5}]}, "1", 1),
    "enum text": ({"type": "string", "enum": ["red", ROBUST]}, ROBUST, ROBUST),
    "const": ({"const": {"kind": "x"}}, '{"kind": "x"}', {"kind": "x"}),
    "titled": ({"oneOf": [{"const": 1, "title": "One"}, {"const": 2, "title": ROBUST}]}, "2", 2),
    "static": ({**TEXT, **ui("STATIC_DROPDOWN", OPTIONS)}, "C2", "C2"),
    "static_many": (
        {"type": "array", "items": TEXT, **ui("STATIC_DROPDOWN", OPTIONS, is_multiselect=True)},
        ["C1", "C2"],
        ["C1", "C2"],
    ),
    "date": ({**TEXT, "format": "date"}, "2024-02-29", "2024-02-29"),
    "moment": ({**TEXT, "format": "date-time"}, "2024-05-31T10:30", "2024-05-31T10:30:00+00:00"),
    "zoned": ({**TEXT, "format": "date-time"}, "2024-05-31T10:30:00.5-03:30", "2024-05-31T10:30:00.5-03:30"),
    "email": ({**TEXT, "format": "email"}, "a@example.com", "a@example.com"),
    "uri": ({**TEXT, "format": "uri"}, "https://example.com", "https://example.com"),
    "other_format": ({**TEXT, "format": "hostname"}, "example.com", "example.com"),
    "lines": ({"type": "array", "items": TEXT}, "a\r\n\r\nb", ["a", "b"]),
    "numbers": ({"type": "array", "items": {"type": "number"}}, "1\n2.5", [1, 2.5]),
    "choices": ({"type": "array", "items": {"enum": ["a", 1, False]}}, ["1", "false"], [1, False]),
    "rows": ({"type": "array", "items": {"type": "object"}}, '[{"a": 1}]', [{"a": 1}]),
    "tuple": ({"type": "array", "prefixItems": [TEXT]}, '["a", 1]', ["a", 1]),
    "object": ({"type": "object", "additionalProperties": True}, '{"a": null}', {"a": None}),
    "custom": ({"type": "object", **ui("CUSTOM_FIELDS")}, '{"b": [1]}', {"b": [1]}),
    "raw object": ({**ui("OBJECT")}, "{}", {}),
    "type_list": ({"type": ["null", "integer"]}, "7", 7),
    "types": ({"type": ["string", "integer"]}, "text", "text"),
    "any_of": ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, "true", True),
    "one_of": ({"oneOf": [{"type": "integer"}, {"type": "object"}]}, '{"a": 1}', {"a": 1}),
    "untyped": ({}, "[1]", [1]),
    "true": (True, "word", "word"),
    "ref": ({"$ref": "#/$defs/level"}, "high", "high"),
    "circle": ({"$ref": "#/properties/circle"}, "1", 1),
    "dynamic": ({**TEXT, **ui("DYNAMIC_DROPDOWN", data_source={"function": "x"})}, "C9", "C9"),
    ROBUST: (TEXT, ROBUST, ROBUST),
}
#: A reference to itself cannot be validated, so the schema for a server has another one.
PARAMETERS = {
    "type": "object",
    "$defs": {"level": {"enum": ["high", "low"]}},
    "properties": {name: row[0] for name, row in PROPERTIES.items()},
    "required": [*PROPERTIES],
}
SENT = {name: row[1] for name, row in PROPERTIES.items()}
VALUES = {name: row[2] for name, row in PROPERTIES.items()}
