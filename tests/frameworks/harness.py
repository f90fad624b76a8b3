"""The checks that all adapters must pass: what the model sees, what arrives, and the names of parameters."""

import json
import os
import sys
import time
from importlib.metadata import version
from typing import Any, NamedTuple

from integry.sandbox import Sandbox
from integry.tools import Toolbox
from integry.tools._names import RESERVED, Renaming, identifier_names, tool_names
from tests.docs.pages import DOCS, blocks
from tests.frameworks.provider import Provider
from tests.tools.schemas import NASTY, NASTY_ARGUMENTS

SLACK = "slack-post-message"
PROMPT = "Go."


class Case(NamedTuple):
    """A function, and the arguments that the model passes."""

    name: str
    schema: Any
    arguments: Any


CASES = [
    Case(SLACK, None, {"channel": "random", "text": "Hi", "as_user": True, "blocks": ["a"]}),
    Case("slack-nasty", NASTY, NASTY_ARGUMENTS),
    Case("slack-empty", {}, {}),
    Case("slack-object", {"type": "object"}, {}),
    Case("slack-free", {"type": "object"}, {"undeclared": [1]}),
]
_MORE = """
    action agent agent_id alias and api_key app_key argument arguments as_type async bar body bool
    callback call class code content copy data date-from default description dict enum env error event
    exec file filter for from func_args func_kwargs global handler hash headers id import in input
    input_data int invocation_state is items json key kind lambda limit list message messages meta
    metadata method mode model model_config model_dump model_fields name next None not object options
    order output page params parameters parent_run_id path print properties query request required
    response result return root run run_id schema session state status str strict tags text timeout
    to_dict tool tool_call_id tool_context tools trace True type url user user_id validate value verbose
    with yield
"""
#: 100 names and more, which a parameter may have.
NAMES = sorted({*RESERVED, *_MORE.split(), "_private", "a b", "größe", "$top", "x.y", "1st"})


def replaced(schema, convert):
    """Return a copy of a schema with each inner schema converted by a function."""
    if isinstance(schema, dict):
        return convert({name: replaced(part, convert) for name, part in schema.items()})
    return [replaced(part, convert) for part in schema] if isinstance(schema, list) else schema


def check(
    package,
    convert,
    loop,
    call=None,
    *,
    rename=identifier_names,
    expected=lambda schema: schema,
    sent=lambda arguments: arguments,
    wrap=lambda arguments: arguments,
    identifiers=False,
    cases=CASES,
):
    """Check an adapter, and print a closing line.

    Args:
        package: The package of the framework.
        convert: A function that returns the framework's tools for a toolbox.
        loop: A function that runs the framework's agent with its tools, the provider's URL and the prompt. It returns
            the tool's result if the model does not get it.
        call: A function that calls a tool of the framework with arguments, as its agent does. None for APIs, which take
            parameters of any name.
        rename: A function that returns the names of parameters that the model sees.
        expected: A function that returns what the model sees of a schema, with the framework's known differences.
        sent: A function that returns the arguments that are sent, with the framework's known differences.
        wrap: A function that returns what the model passes to a function that declares no parameters.
        identifiers: True if the names of tools are identifiers.
        cases: The functions, with arguments.
    """
    start = time.monotonic()
    with Sandbox() as sandbox, Provider() as provider:
        sandbox.connect("slack", user_id="7")
        for case in cases:
            _check_case(sandbox, provider, case, convert, loop, rename, expected, sent, wrap, identifiers)
        if call is not None:
            _check_names(sandbox, convert, call)
    seconds = time.monotonic() - start
    names = "" if call is None else f", {len(NAMES)} names"
    print(f"{package} {version(package)}: {len(cases)} of {len(cases)} calls as sent{names}, {seconds:.1f} s")


def same(names):
    """Return the names unchanged, as APIs take them."""
    return {name: name for name in names}


def run_documented(page, program, environment, texts=(), name=SLACK):
    """Run the blocks of a page that name a program as their runner, with the sandbox and the fake provider.

    Args:
        page: The path of the page below docs/.
        program: The path of the program, as the page has it.
        environment: A function that returns the environment variables for the provider's URL.
        texts: The answers of the model to frameworks that read calls from text.
        name: The name of the tool that the model calls.
    """
    with Sandbox() as sandbox, Provider() as provider:
        sandbox.connect("slack", user_id="123456")
        os.environ.update({**sandbox.environment(), **environment(provider.url)})
        found = [block for block in blocks(DOCS / page) if block.run_by == program]
        assert found, f"{page} has no block that {program} runs"
        for block in found:
            provider.expect(name, {"channel": "random", "text": "Hello"})
            provider.texts = list(texts)
            before = len(sandbox.calls)
            exec(compile(block.text, str(block), "exec"), {"__name__": "docs"})  # noqa: S102 (it is what is tested)
            assert len(sandbox.calls) == before + 1, f"{block}: the model called nothing"
    print(f"docs/{page}: {len(found)} blocks")


def _check_case(sandbox, provider, case, convert, loop, rename, expected, sent, wrap, identifiers):
    if case.schema is not None:
        sandbox.add_function(case.name, lambda call: call.arguments, app="slack", parameters=case.schema)
    toolbox = Toolbox(sandbox.client(user_id="7"), names=[case.name])
    (tool,) = toolbox.tools.values()
    (name,) = tool_names([tool.name], identifiers=identifiers).values()
    new = rename(tool.parameters["properties"])
    passed = {new[name]: value for name, value in case.arguments.items()} if new else wrap(case.arguments)
    provider.expect(name, passed)
    before = len(sandbox.calls)
    result = loop(convert(toolbox), provider.url, PROMPT) or provider.result
    assert len(sandbox.calls) == before + 1, f"{len(sandbox.calls) - before} calls: {provider.requests}"
    assert_equal(f"{case.name}: arguments", sandbox.calls[-1].arguments, sent(case.arguments))
    assert_equal(f"{case.name}: schema", provider.seen, expected(Renaming(tool.parameters, rename).schema))
    assert '"ok":true' in json.dumps(result).replace("\\", "").replace(" ", ""), result


def _check_names(sandbox, convert, call):
    """Call a tool with one parameter of each name, and list all names that get lost."""
    lost = {}
    for number, name in enumerate(NAMES):
        function = f"slack-probe-{number}"
        schema = {"type": "object", "properties": {name: {"type": "string"}}, "required": [name]}
        sandbox.add_function(function, lambda call: call.arguments, app="slack", parameters=schema)
    functions = [each for each in sandbox.client(user_id="7").functions.list(app="slack") if "probe" in each.name]
    toolbox = Toolbox(sandbox.client(user_id="7"), functions=functions, search=False, max_tools=None)
    made = dict(zip(toolbox.tools, convert(toolbox)))
    for number, name in enumerate(NAMES):
        try:
            call(made[f"slack-probe-{number}"], {identifier_names([name])[name]: "value"})
            found = sandbox.calls[-1]
            if (found.function, found.arguments) != (f"slack-probe-{number}", {name: "value"}):
                lost[name] = found.arguments
        except Exception as error:  # noqa: BLE001 (all names are tried before the check fails)
            lost[name] = error
    assert not lost, f"names of parameters that get lost: {lost}"


def assert_equal(what, found, wanted):
    """Print where two JSON values differ, and exit."""
    different = list(differences(found, wanted))
    if different:
        print("\n".join([f"{what} differ", *different]))
        sys.exit(1)


def differences(found, wanted, path="$"):
    """Yield a line for each part in which two JSON values differ."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for name in sorted({*found, *wanted}):
            yield from differences(found.get(name, "nothing"), wanted.get(name, "nothing"), f"{path}.{name}")
    elif found != wanted or type(found) is not type(wanted):
        yield f"{path}: found {json.dumps(found)}, wanted {json.dumps(wanted)}"
