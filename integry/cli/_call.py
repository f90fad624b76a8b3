"""`integry call`: call a function."""

from __future__ import annotations

import shlex
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

import click

from . import _dry_run, _output
from ._cache import Cache
from ._commands import command, pass_state
from ._completion import arguments as complete_arguments
from ._completion import files, function_names
from ._errors import APP_REFUSED, USAGE, CommandError
from ._lists import cursor_options, cursor_text
from ._pairs import Arguments, Stdin, object_source, split, variables
from ._state import State
from ._terminal import Progress, can_ask, note

if TYPE_CHECKING:
    from .. import Integry


@command(
    "call",
    example="integry call slack-post-message channel=random text='Hello, {name}!' --var name=John",
    help="""Call a function.

    Arguments are key=value, key:=JSON or key@=FILE (- for standard input). A value has the type that the function's
    schema wants. A key that is given twice fills a list.""",
)
@click.argument("name", shell_complete=function_names)
@click.argument("pairs", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=complete_arguments)
@click.option("--args", "many", metavar="@FILE|-|JSON", shell_complete=files, help="Many arguments; single ones win.")
@click.option(
    "--var",
    "variable",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=files,
    help="A variable; also @FILE, - or JSON.",
)
@click.option("--account", metavar="ID", help="The account, if the user has several.")
@click.option("--cursor", metavar="CURSOR", help="Start after the page that printed this cursor.")
@click.option("--all", "all_pages", is_flag=True, help="Call the function for each page.")
@click.option("--items", metavar="FIELD", help="Print the items in this field of the output, one a line.")
@click.option("--strict-tags", is_flag=True, help="Refuse tags without a variable.")
@_dry_run.options
@click.option("--preview", is_flag=True, help="Print the arguments with variables in place of tags; send nothing.")
@pass_state
def call(
    state: State,
    name: str,
    pairs: Tuple[str, ...],
    *,
    many: Optional[str],
    variable: Tuple[str, ...],
    account: Optional[str],
    cursor: Optional[str],
    all_pages: bool,
    items: Optional[str],
    strict_tags: bool,
    dry_run: bool,
    curl: bool,
    preview: bool,
) -> int:
    """Call a function."""
    if dry_run + curl + preview > 1:
        message = "--dry-run, --curl and --preview exclude each other."
        raise CommandError(message, USAGE)
    stdin = Stdin()
    given = variables(variable, stdin) if variable else None
    options: Dict[str, Any] = {"variables": given, "connected_account_id": account, **cursor_options(cursor)}
    options["strict_tags"] = strict_tags or None
    with state.client() as client:
        values = _arguments(state, client, name, pairs, many, stdin)

        def send(each: Integry) -> Any:
            return each.functions.call(name, values, **options)

        if preview:
            # A call with --strict-tags is refused before the request, so the preview is, too.
            _dry_run.request_of(client, send)
            _output.value(state, client.functions.preview(values, given or {}))
            return 0
        if dry_run or curl:
            _dry_run.show(state, client, send, as_curl=curl)
            return 0
        try:
            return _run(state, client, name, values, options, all_pages=all_pages, items=items)
        except Exception as error:
            add_connect_url(client, error)
            raise


def _arguments(
    state: State, client: Integry, name: str, pairs: Tuple[str, ...], many: Optional[str], stdin: Stdin
) -> Dict[str, Any]:
    """Return the arguments, checked with the schema; --args alone needs none.

    Raises:
        CommandError: If arguments are unknown, wrong or missing.
    """
    found, given = [split(pair) for pair in pairs], object_source(many, "--args", stdin) if many is not None else {}
    if many is not None and not found:
        return given
    cache = Cache(state)
    schema = cache.schema(name)
    if schema is not None:
        arguments = Arguments(schema, given)
        # A function may have changed since: ask the server before an argument is refused.
        if not any(pair.kind == "@=" for pair in found):
            arguments.add(found, stdin)
            if not arguments.wrong and not arguments.missing():
                return arguments.values
    function = client.functions.get(name)
    cache.keep_schema(name, function.parameters)
    arguments = Arguments(function.parameters, given)
    arguments.add(found, stdin)
    if can_ask(state) and not arguments.wrong:
        from ._ask import ask

        ask(arguments, function.parameters, stdin)
    return arguments.check_all(name)


def _run(
    state: State,
    client: Integry,
    name: str,
    values: Dict[str, Any],
    options: Dict[str, Any],
    *,
    all_pages: bool,
    items: Optional[str],
) -> int:
    """Call the function once, or for each page, and return the exit code."""
    functions = client.with_raw_response.functions
    if not all_pages:
        response = functions.call(name, values, **options)
        show_result(state, response, items)
        if response.parsed.cursor is not None:
            shown = cursor_text(response.parsed.cursor, response.parsed.cursor_name)
            note(state, f"There is more: pass --all, or --cursor {shlex.quote(shown)} for the next page.")
        return 0
    with closing(Progress(state, "pages")) as progress:
        for number, response in enumerate(functions.call_pages(name, values, **options), 1):
            show_result(state, response, items)
            progress.show(number)
    return 0


def show_result(state: State, response: Any, items: Optional[str]) -> None:
    """Print a result.

    Raises:
        CommandError: If the app refused the call.
    """
    result = response.parsed
    if state.flag("raw"):
        _output.write_bytes(response.content)
    elif items is not None and result.ok:
        for each in _items(result.output, items):
            _output.json_line(each)
    elif state.flag("json"):
        _output.json_line(result.to_dict())
    else:
        _output.value(state, result.output)
    if not result.ok:
        message = f"The app refused the call with status {result.network_code}. Its output is on standard output."
        fields = {"status": result.network_code, "request_id": response.headers.get("X-Request-ID")}
        raise CommandError(message, APP_REFUSED, name="NetworkCodeError", may_have_run=True, **fields)


def _items(output: Any, field: str) -> Any:
    """Return the items in a field of an output.

    Raises:
        CommandError: If there is no list.
    """
    found = output.get(field) if isinstance(output, dict) else None
    if found is None and (not output or (isinstance(output, dict) and field in output)):
        return []
    if not isinstance(found, list):
        lists = [key for key, each in output.items() if isinstance(each, list)] if isinstance(output, dict) else []
        message = f"The call ran, but its output has no list in a field {field!r}. Lists: {', '.join(lists) or 'none'}."
        raise CommandError(message, may_have_run=True)
    return found


def add_connect_url(client: Integry, error: Exception) -> None:
    """Add the URL where the user connects the app to an error, if the client does not know it yet."""
    from ..errors import AppNotConnected, IntegryError

    if isinstance(error, AppNotConnected) and not error.connect_url and error.app:
        # The advice names the command, which says what is wrong.
        with suppress(IntegryError):
            error.connect_url = client.apps.connect_url(error.app, max_retries=0)


COMMANDS = {"call": call}
