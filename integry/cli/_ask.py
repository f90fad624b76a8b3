"""Asking for required arguments on a terminal."""

from __future__ import annotations

from typing import Any, Mapping

import click

from ._pairs import Arguments, Pair, Stdin
from ._schema import describe, properties_of, resolved, values_of
from ._terminal import prompt
from ._text import clean, value_text
from ._values import MAX_VALUES

#: Maximum number of characters of a description in a question.
MAX_DESCRIPTION = 300


def ask(arguments: Arguments, schema: Mapping[str, Any], stdin: Stdin) -> None:
    """Ask for each required argument that is missing, until its value has the right type."""
    for name in arguments.missing():
        parameter = resolved(properties_of(schema).get(name), schema)
        description = clean(parameter.get("description") or "")[:MAX_DESCRIPTION]
        if description:
            click.echo(description, err=True)
        values = values_of(parameter, schema)
        choices = f", one of {', '.join(map(value_text, values[:MAX_VALUES]))}" if values else ""
        question = f"{clean(name)} ({describe(parameter, schema)}{choices})"
        while name not in arguments.values:
            arguments.wrong.pop(name, None)
            arguments.add_one(Pair(name, "=", prompt(question)), stdin)
            if name in arguments.wrong:
                click.echo(f"{clean(name)} {arguments.wrong.pop(name)}", err=True)
