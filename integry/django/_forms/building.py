"""The choice of a form field for an argument."""

from __future__ import annotations

from typing import Any, Callable, Collection, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from attrs import define
from django import forms
from django.utils.html import escape

from .arguments import Argument, Option
from .choices import ChoiceField, Choices, MultipleChoiceField
from .fields import ArgumentField, JSONField, LinesField, NumberField, TextField
from .formats import CHECKS
from .limits import length_of, limits_of
from .values import is_tag, json_value, names_in, text_of

#: Maximum number of characters of a text in a field of one line.
MAX_LINE = 255
_NUMBERS = frozenset(["integer", "number"])
_TEXTS = frozenset(["string"])
_ARRAYS = frozenset(["array"])
#: Native inputs by format. A browser shows only values of exactly this format in them.
_NATIVE: Mapping[str, Tuple[str, Any]] = {
    "date": ("date", lambda text: len(text) == len("2024-05-31")),
    "date-time": ("datetime-local", lambda text: len(text) in (len("2024-05-31T10:30"), len("2024-05-31T10:30:00"))),
}
_INPUT_MODES = {"email": "email", "idn-email": "email", "uri": "url", "iri": "url", "url": "url"}


@define
class Filling:
    """The values that a form starts with.

    Attributes:
        variables: The variables of tags, as JSON; None without any.
        predicted: The predicted arguments of the function.
        choices: The choices that the view gives, by argument.
        sent: A function that returns the sent text of a field, by argument; the empty string for an unbound form.
    """

    variables: Optional[Dict[str, Any]]
    predicted: Mapping[str, Any]
    choices: Mapping[str, Any]
    sent: Callable[[str], Any]

    def value_of(self, argument: Argument) -> Any:
        """Return the predicted value of an argument, or its default; None without one."""
        found = self.predicted.get(argument.name)
        return argument.default if found is None else found

    def names_for(self, argument: Argument) -> FrozenSet[str]:
        """Return the names of the tags that an argument accepts: all variables, and those that were predicted."""
        return frozenset(self.variables or ()) | names_in(self.predicted.get(argument.name))

    def lists_for(self, argument: Argument) -> FrozenSet[str]:
        """Return the names of the tags that stand for a whole list."""
        found = self.predicted.get(argument.name)
        lists = frozenset(name for name, value in (self.variables or {}).items() if isinstance(value, list))
        return lists if isinstance(found, list) else lists | names_in(found)


def field_for(argument: Argument, filling: Filling) -> ArgumentField:
    """Return the form field of an argument, with its initial value."""
    label, help_text = argument.label, escape(argument.description)
    common = {"required": argument.is_required, "label": label, "help_text": help_text}
    field = _make(argument, filling, common)
    value = filling.value_of(argument)
    if value is not None:
        field.initial = field.initial_of(value)
    _fit_widget(field, argument, filling.sent(argument.name) or field.initial)
    return field


def _make(argument: Argument, filling: Filling, common: Dict[str, Any]) -> ArgumentField:
    names = filling.names_for(argument)
    options = _options(argument, filling.choices.get(argument.name))
    is_list = argument.types == _ARRAYS or (not argument.types and bool(argument.ui_field.get("is_multiselect")))
    if is_list:
        return _make_list(argument, filling, options, common)
    if options:
        choices = _with_tags(Choices(options), argument, filling, names)
        return ChoiceField(choices=choices, names=names, **common)
    return _make_one(argument, names, common)


def _make_list(
    argument: Argument, filling: Filling, options: List[Tuple[Any, str, str]], common: Dict[str, Any]
) -> ArgumentField:
    """Return the field of an array."""
    names, lists = filling.names_for(argument), filling.lists_for(argument)
    items = argument.items
    # Not the choices of a boolean: an array may have the same one several times.
    options = options or [(value, text, "") for value, text in items.options]
    if options:
        choices = _with_tags(Choices(options), argument, filling, names)
        return MultipleChoiceField(choices=choices, names=lists, item_names=names, **common)
    is_simple = items.types == _TEXTS or (items.types and items.types <= _NUMBERS)
    if is_simple and argument.ui_field.get("type") not in _OBJECTS:
        item = _make_one(items, names, {"required": False})
        return LinesField(item=item, names=lists, widget=_area(4), **common)
    return _make_json(argument, names, common)


#: Kinds of fields of the vendor's browser SDK that hold an object.
_OBJECTS = ("CUSTOM_FIELDS", "OBJECT")


def _make_one(argument: Argument, names: Collection[str], common: Dict[str, Any]) -> ArgumentField:
    """Return the field of a text, a number or another value without choices."""
    types, kind = argument.types, argument.ui_field.get("type")
    if kind in _OBJECTS:
        return _make_json(argument, names, common)
    if types == _TEXTS or (not types and kind == "DYNAMIC_DROPDOWN"):
        form, schema = argument.schema.get("format"), argument.schema
        check = CHECKS.get(form) if isinstance(form, str) else None
        lengths = (length_of(schema.get("minLength")), length_of(schema.get("maxLength")))
        return TextField(check=check, lengths=lengths, names=names, widget=forms.TextInput, **common)
    if types and types <= _NUMBERS:
        limits = limits_of(argument.schema)
        whole = "number" not in types
        return NumberField(whole=whole, validators=limits, names=names, widget=forms.TextInput, **common)
    return _make_json(argument, names, common)


def _make_json(argument: Argument, names: Collection[str], common: Dict[str, Any]) -> JSONField:
    types = argument.types
    if not types and argument.ui_field.get("type") in _OBJECTS:
        types = frozenset(["object"])
    types |= {"null"} if types and argument.is_nullable else set()
    return JSONField(types=types, names=names, widget=_area(6), **common)


def _options(argument: Argument, given: Any) -> List[Tuple[Any, str, str]]:
    """Return the options of an argument, each with its group: those that the view gives, or those of the schema."""
    if given is not None:
        return list(_grouped(given))
    found: List[Option] = argument.options
    is_boolean = argument.types == {"boolean"} or (not argument.types and argument.ui_field.get("type") == "CHECKBOX")
    if not found and is_boolean:
        found = [(True, ""), (False, "")]
    return [(value, text, "") for value, text in found]


def _grouped(given: Sequence[Any], group: str = "") -> List[Tuple[Any, str, str]]:
    """Return the choices that a view gives, in Django's format, which allows groups."""
    found: List[Tuple[Any, str, str]] = []
    for value, text in given:
        found += (
            _grouped(text, str(value)) if isinstance(text, (list, tuple)) else [(json_value(value), str(text), group)]
        )
    return found


def _with_tags(choices: Choices, argument: Argument, filling: Filling, names: Collection[str]) -> Choices:
    """Return choices with the tags that were predicted or sent, which the widget could not show otherwise."""
    predicted, sent = filling.predicted.get(argument.name), filling.sent(argument.name)
    for each in (predicted, sent):
        for tag in each if isinstance(each, list) else [each]:
            if isinstance(tag, str) and is_tag(tag, names):
                choices.add_tag(tag)
    return choices


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _fit_widget(field: ArgumentField, argument: Argument, value: Any) -> None:
    """Choose a widget that can show a value."""
    if isinstance(field, TextField):
        field.widget = _text_widget(field, argument, text_of(value))
    elif isinstance(field, NumberField):
        mode = "numeric" if argument.types == {"integer"} else "decimal"
        step = {} if mode == "numeric" else {"step": "any"}
        is_plain = not field.names and text_of(value)[:1] in (*"-+0123456789", "")
        field.widget = forms.NumberInput(attrs=step) if is_plain else forms.TextInput(attrs={"inputmode": mode})
    if argument.placeholder and hasattr(field.widget, "input_type") and not isinstance(field.widget, forms.Select):
        field.widget.attrs["placeholder"] = argument.placeholder
    field.widget.is_required = field.required


def _text_widget(field: TextField, argument: Argument, text: str) -> forms.Widget:
    longest = length_of(argument.schema.get("maxLength"))
    is_long = argument.ui_field.get("type") == "TEXTAREA" or (longest is not None and longest > MAX_LINE)
    # An input of one line would drop line breaks.
    if is_long or len(text) > MAX_LINE or "\n" in text:
        return _area(4)
    form = argument.schema.get("format")
    kind, fits = _NATIVE.get(form, ("", None)) if isinstance(form, str) else ("", None)
    if fits and not field.names and (not text or fits(text)):
        return forms.TextInput(attrs={"type": kind})
    mode = _INPUT_MODES.get(form) if isinstance(form, str) else None
    return forms.TextInput(attrs={"inputmode": mode} if mode else {})
