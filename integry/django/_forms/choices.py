"""Form fields with choices, whose values are JSON values."""

from __future__ import annotations

from typing import Any, Collection, List, Tuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from .fields import ArgumentField, checked
from .values import is_tag, json_text, json_value, text_of


class Choices:
    """JSON values with the keys that a browser sends for them.

    The key of a string is the string, and the key of another value is its JSON. A string that is the key of another
    value, as "3" beside 3, has quotes.

    Args:
        options: The values, each with its text, and the title of its group. Text and title may be empty.
    """

    def __init__(self, options: List[Tuple[Any, str, str]]) -> None:
        others = {json_text(value) for value, _, _ in options if not isinstance(value, str)}
        self._quoted = {"", *others}
        self._values = {self.key_of(value): value for value, _, _ in options}
        self.shown: List[Any] = []
        for value, text, group in options:
            self._show((self.key_of(value), text or _label(value)), group)

    def _show(self, shown: Tuple[str, str], group: str) -> None:
        if not group:
            self.shown.append(shown)
        elif self.shown and self.shown[-1][0] == group and isinstance(self.shown[-1][1], list):
            self.shown[-1][1].append(shown)
        else:
            self.shown.append((group, [shown]))

    def add_tag(self, tag: str) -> None:
        """Show a tag as a choice."""
        if tag not in self._values:
            self.shown.append((tag, tag))

    def key_of(self, value: Any) -> str:
        """Return the key of a value."""
        value = json_value(value)
        key = text_of(value) if isinstance(value, str) else json_text(value)
        while isinstance(value, str) and key in self._quoted:
            key = json_text(key)
        return key

    def value_of(self, key: str) -> Any:
        """Return the value of a key, or raise ValidationError."""
        if key not in self._values:
            message = gettext_lazy("Select a valid choice. %(value)s is not one of the available choices.")
            raise ValidationError(message, "invalid_choice", {"value": key})
        return self._values[key]


def _label(value: Any) -> Any:
    if isinstance(value, bool):
        return gettext_lazy("Yes") if value else gettext_lazy("No")
    return text_of(value) if isinstance(value, str) else json_text(value)


class ChoiceField(ArgumentField):
    """One of several JSON values.

    Args:
        choices: The choices.
        **options: Other arguments of `ArgumentField`.
    """

    widget = forms.Select
    keeps_spaces = True

    def __init__(self, *, choices: Choices, **options: Any) -> None:
        super().__init__(**options)
        self._choices = choices
        self.widget.choices = [("", "---------"), *choices.shown]

    def parse(self, text: str) -> Any:
        """Return the value of a key."""
        return self._choices.value_of(text)

    def initial_of(self, value: Any) -> Any:
        """Return the key of a value."""
        return self._choices.key_of(value)


class MultipleChoiceField(ArgumentField):
    """A list of several JSON values out of a list of choices.

    Args:
        choices: The choices.
        item_names: The names of variables whose tags are accepted as items. `names` are those of whole lists.
        **options: Other arguments of `ArgumentField`.
    """

    widget = forms.SelectMultiple

    def __init__(self, *, choices: Choices, item_names: Collection[str], **options: Any) -> None:
        super().__init__(**options)
        self._choices, self._item_names = choices, item_names
        self.widget.choices = choices.shown

    def clean(self, value: Any) -> Any:
        """Return the chosen values, or a tag that stands for a whole list."""
        keys = [key for key in map(checked, self.text_from(value)) if key]
        if not keys:
            return self.empty()
        if len(keys) == 1 and is_tag(keys[0], self.names):
            return keys[0]
        found = [key if is_tag(key, self._item_names) else self._choices.value_of(key) for key in keys]
        self.run_validators(found)
        return found

    def text_from(self, value: Any) -> List[str]:
        """Return the keys in submitted data."""
        return [text_of(each) for each in (value if isinstance(value, (list, tuple)) else [value])]

    def initial_of(self, value: Any) -> List[str]:
        """Return the keys of the values."""
        return [self._choices.key_of(each) for each in (value if isinstance(value, list) else [value])]
