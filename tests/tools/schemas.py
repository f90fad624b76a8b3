"""Schemas for the tests of tools."""

from integry._results.functions import Function

#: A schema with what frameworks and providers get wrong.
NASTY = {
    "type": "object",
    "properties": {
        "count": {"type": "integer", "description": "An integer", "minimum": 0},
        "level": {"type": "string", "enum": ["low", "high"]},
        "either": {"anyOf": [{"type": "string"}, {"type": "array"}]},
        "types": {"type": ["string", "null", "array"]},
        "nested_object": {
            "type": "object",
            "properties": {"inner": {"type": "object", "properties": {"deep": {"type": "integer"}}}},
            "required": ["inner", "undeclared"],
        },
        "list": {"type": "array"},
        "lists": {"type": "array", "items": {"type": "array"}},
        "untyped": {"description": "Anything"},
        "anything": True,
        "date-from": {"type": "string", "format": "date"},
        "a b": {"type": "string"},
        "größe": {"type": "number"},
        "$top": {"type": "integer"},
        "_hidden": {"type": "string"},
        "_cursor": {"type": "string"},
        "class": {"type": "string"},
        "properties": {"type": "object", "properties": {}},
        "name": {"type": "string"},
        "type": {"type": "string"},
        "meta": {"type": "string", "meta": {"title": "Meta"}},
        **{
            name: {"type": "string"}
            for name in (
                *("self", "cls", "func", "args", "kwargs", "config", "run_manager", "callbacks", "ctx", "context"),
                *("nested", "stack", "cache_dependencies", "dependency_provider", "sanitize_inputs_outputs"),
            )
        },
    },
    "required": ["count", "self", "date-from"],
    "anyOf": [{"required": ["count"]}, {"required": ["level"]}],
    "meta": {"id": 1},
}
#: Arguments that are valid for the schema.
NASTY_ARGUMENTS = {
    "count": 3,
    "level": "low",
    "either": ["a"],
    "types": None,
    "nested_object": {"inner": {"deep": 1}, "undeclared": 2},
    "list": [1, "b", None],
    "lists": [[1], []],
    "untyped": {"any": [1.5]},
    "anything": False,
    "date-from": "2026-01-31",
    "a b": "c",
    "größe": 1.5,
    "$top": 2,
    "_hidden": "h",
    "class": "k",
    "properties": {"x": 1},
    "name": "n",
    "type": "t",
    "meta": "m",
    "self": "s",
    "cls": "c",
    "func": "f",
    "args": "a",
    "kwargs": "k",
    "config": "c",
    "run_manager": "r",
    "callbacks": "c",
    "ctx": "c",
    "context": "c",
    "nested": "n",
    "stack": "s",
    "cache_dependencies": "c",
    "dependency_provider": "d",
    "sanitize_inputs_outputs": "s",
}


def function(parameters=None, name="slack-test", **fields):
    """Return a function with a schema."""
    return Function.from_dict({"name": name, "description": "", "parameters": parameters or {}, **fields})
