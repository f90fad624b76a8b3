"""Form fields whose clean value is the JSON value of an argument, or `EMPTY`."""

from __future__ import annotations

from typing import Any, Callable, Collection, FrozenSet, Optional, Tuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from .values import EMPTY, has_tag, has_type, is_tag, json_text, parse_json, parse_number, text_of

#: Names of JSON types for messages.
_TYPE_NAMES = {
    "object": gettext_lazy("a JSON object, such as {}"),
    "array": gettext_lazy("a JSON array, such as []"),
    "string": gettext_lazy("a JSON string in quotes"),
    "integer": gettext_lazy("a whole number"),
    "number": gettext_lazy("a number"),
    "boolean": "true, false",
    "null": "null",
}
#: Maximum number of lines whose errors are shown.
MAX_ERRORS = 20


class ArgumentField(forms.Field):
    """The base class of the fields of arguments.

    Args:
        names: The names of variables whose tags the field accepts in place of its own values.
        **options: Other arguments of `django.forms.Field`.
    """

    #: True if spaces around the text are part of the value.
    keeps_spaces = False

    def __init__(self, *, names: Collection[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.names = names

    def clean(self, value: Any) -> Any:
        """Return the value to send; `EMPTY` if the field is empty."""
        text = checked(self.text_from(value))
        text = text if self.keeps_spaces else text.strip()
        if not text:
            return self.empty()
        found = text if is_tag(text, self.names) else self.parse(text)
        self.run_validators(found)
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:  # noqa: ARG002 (Django's signature)
        """Return what the widget shows again."""
        return self.text_from(data)

    def text_from(self, value: Any) -> Any:
        """Return the text in submitted data, which may be of any type if they are not from a browser."""
        return text_of(value)

    def empty(self) -> Any:
        """Return `EMPTY`, or raise ValidationError if the field is required."""
        if self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return EMPTY

    def parse(self, text: str) -> Any:
        """Return the value of a text that is not empty, or raise ValidationError."""
        return text

    def initial_of(self, value: Any) -> Any:
        """Return what the widget shows for a JSON value."""
        return text_of(value)


def checked(text: str) -> str:
    """Return a text with the line breaks of JSON: browsers send CRLF."""
    if "\0" in text:
        raise ValidationError(gettext_lazy("Null characters are not allowed."), code="null_characters_not_allowed")
    return text.replace("\r\n", "\n")


class TextField(ArgumentField):
    """A text, as it was typed.

    Args:
        check: A function that returns a text of the argument's format, or raises ValidationError.
        lengths: The minimum and maximum number of characters.
        **options: Other arguments of `ArgumentField`.
    """

    keeps_spaces = True

    def __init__(
        self,
        *,
        check: Optional[Callable[[str], str]] = None,
        lengths: Tuple[Optional[int], Optional[int]] = (None, None),
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._check, self._lengths = check, lengths

    def parse(self, text: str) -> str:
        """Check the length and the format, unless the text has tags, whose values are not known here."""
        if has_tag(text, self.names):
            return text
        shortest, longest = self._lengths
        if longest is not None and len(text) > longest:
            message = gettext_lazy("Enter at most %(limit)s characters (this has %(length)s).")
            raise ValidationError(message, "max_length", {"limit": longest, "length": len(text)})
        if shortest is not None and len(text) < shortest:
            message = gettext_lazy("Enter at least %(limit)s characters (this has %(length)s).")
            raise ValidationError(message, "min_length", {"limit": shortest, "length": len(text)})
        return self._check(text) if self._check else text


class NumberField(ArgumentField):
    """A number with exactly the digits that were typed.

    Args:
        whole: True to accept whole numbers only.
        **options: Other arguments of `ArgumentField`.
    """

    def __init__(self, *, whole: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._whole = whole

    def parse(self, text: str) -> Any:
        """Return the number."""
        return parse_number(text, whole=self._whole)

    def run_validators(self, value: Any) -> None:
        """Check the limits, but not of a tag, whose value is not known here."""
        if not isinstance(value, str):
            super().run_validators(value)


class LinesField(ArgumentField):
    """A list of texts or numbers, one in each line. Empty lines are left out.

    Args:
        item: The field of an item.
        **options: Other arguments of `ArgumentField`.
    """

    keeps_spaces = True

    def __init__(self, *, item: ArgumentField, **options: Any) -> None:
        super().__init__(**options)
        self._item = item

    def parse(self, text: str) -> Any:
        """Return the list, or raise ValidationError with the numbers of the wrong lines."""
        found = [self._parse_line(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        errors = [each for each in found if isinstance(each, ValidationError)]
        if errors:
            raise ValidationError(errors[:MAX_ERRORS])
        return found or self.empty()

    def _parse_line(self, number: int, line: str) -> Any:
        """Return the item in a line, or the error with the number of the line."""
        try:
            return self._item.clean(line)
        except ValidationError as error:
            message = gettext_lazy("Line %(number)s: %(reason)s")
            return ValidationError(message, "line", {"number": number, "reason": "; ".join(error.messages)})

    def text_from(self, value: Any) -> str:
        """Return the lines in submitted data, which may be a list."""
        return self.initial_of(value)

    def initial_of(self, value: Any) -> str:
        """Return the items as lines."""
        return "\n".join(map(text_of, value)) if isinstance(value, list) else text_of(value)


class JSONField(ArgumentField):
    """A JSON value. If the schema allows a string, a text that is not JSON is a string as well.

    Args:
        types: The JSON types that are allowed; empty for any type.
        **options: Other arguments of `ArgumentField`.
    """

    def __init__(self, *, types: FrozenSet[str], **options: Any) -> None:
        super().__init__(**options)
        self._types = types
        self.keeps_spaces = not types or "string" in types

    def parse(self, text: str) -> Any:
        """Return the value."""
        try:
            found = parse_json(text)
        except ValueError as error:
            return self._text(text, str(error))
        except ValidationError as error:
            return self._text(text, "; ".join(error.messages))
        return found if has_type(found, self._types) else self._text(text, "")

    def _text(self, text: str, reason: str) -> str:
        """Return a text that is not JSON of the right type, or raise ValidationError."""
        if self.keeps_spaces:
            return text
        listed = ", ".join(str(_TYPE_NAMES[name]) for name in sorted(self._types))
        message = gettext_lazy("Enter %(types)s: %(reason)s.") if reason else gettext_lazy("Enter %(types)s.")
        raise ValidationError(message, "invalid", {"types": listed, "reason": reason})

    def initial_of(self, value: Any) -> Any:
        """Return the value as JSON, or a string as it is if the field reads the same string from it."""
        if isinstance(value, str):
            if self.names and is_tag(value, self.names):
                return value
            # A field that keeps spaces accepts any text.
            if value != "" and self.keeps_spaces and self.parse(value) == value:
                return text_of(value)
        return json_text(value, indent=2)
