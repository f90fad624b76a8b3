"""The steps of scripts/demo.py, a demonstration of the SDK over real HTTP.

`make demo` runs the steps against a sandbox, and `make demo LIVE=1` against the service.

Every step prints its title and checks its result. The exit status is 0 if all steps succeed. The live demonstration
uses the credentials in the environment, and runs read-only steps.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import threading
from pathlib import Path
from typing import Any, Callable, List, NamedTuple, Optional

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo_bulk import kill_and_resume

from integry import AppNotConnected, Integry, IntegryError, InvalidArguments, sign
from integry.sandbox import Sandbox

PROMPT = "Send a message on Slack on random that a contact just signed up"
#: The output of `printf 123456 | openssl dgst -sha256 -hmac "app secret"`.
DIGEST = "43882050a7324094aabd06b5f1507538ba9d35c0842c65c45e0d4124b92696dc"
#: Maximum number of pages to show.
PAGES = 3
#: Number of calls of the step that kills a process.
CALLS = 500
COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ


class StepError(Exception):
    """A step failed."""


class Demo(NamedTuple):
    """The objects that the steps use.

    Attributes:
        integry: A client of the Integry API.
        sandbox: The sandbox; None in a live demonstration.
    """

    integry: Integry
    sandbox: Optional[Sandbox]

    def require_sandbox(self) -> Sandbox:
        """Return the sandbox. Only steps that are not read-only call this method."""
        if self.sandbox is None:
            message = "this step needs the sandbox"
            raise StepError(message)
        return self.sandbox


class Step(NamedTuple):
    """A step of the demonstration.

    Attributes:
        title: The title.
        run: The function that runs the step.
        reads_only: True if the step may run with a real account.
    """

    title: str
    run: Callable[[Any], None]
    reads_only: bool


STEPS: List[Step] = []


def step(title: str, *, reads_only: bool = False) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Return a decorator that adds a function to the steps."""

    def add(run: Callable[[Any], None]) -> Callable[[Any], None]:
        STEPS.append(Step(title, run, reads_only))
        return run

    return add


def coloured(text: str, code: int) -> str:
    """Return a text in an ANSI colour if the output is a terminal."""
    return f"\033[{code}m{text}\033[0m" if COLOURS else text


def print_line(text: str) -> None:
    """Print a line of a step."""
    print(f"    {text}")


def check(condition: object, message: str) -> None:
    """Raise StepError if a condition is false."""
    if not condition:
        raise StepError(message)


@step("Sign a user's id", reads_only=True)
def _sign(demo: Demo) -> None:
    digest = sign("app secret", "123456")
    print_line(f'sign("app secret", "123456") = {digest[:16]}…   (requests are signed for you)')
    check(digest == DIGEST, f"{DIGEST} was expected")
    check(demo.integry.settings.user_id, "a user is needed: set INTEGRY_USER_ID")


@step("List apps, page by page", reads_only=True)
def _list_apps(demo: Demo) -> None:
    page, names = demo.integry.apps.list(page_size=2), []
    for number, each in enumerate(page.pages(), 1):
        names += [app.name for app in each.apps]
        print_line(f"page {number}: {', '.join(app.name for app in each.apps)}")
        if number == PAGES:
            break
    check(names, "no app was listed")
    check(len(set(names)) == len(names), "an app came twice")


@step("Look at a function", reads_only=True)
def _get_function(demo: Demo) -> None:
    function = demo.integry.functions.get("slack-post-message")
    print_line(f"{function.name}: {function.description}; {len(function.parameters['properties'])} parameters")
    print_line(f"required: {', '.join(function.required)}")
    check({"channel", "text"} <= set(function.required), "channel and text were expected")


@step("Call it before Slack is connected: a typed error with advice")
def _not_connected(demo: Demo) -> None:
    try:
        demo.integry.functions.call("slack-post-message", {"channel": "random", "text": "Hi"})
    except AppNotConnected as error:
        print_line(f"{type(error).__name__}: {error}")
        check(error.app == "slack", "the error should name the app")
    else:
        check(condition=False, message="an error was expected")


@step("Connect Slack, as a user does on the consent page")
def _connect(demo: Demo) -> None:
    url = demo.integry.apps.connect_url("slack")
    print_line(f"connect_url: {url[:60]}…")
    click = threading.Timer(0.3, demo.require_sandbox().session().post, (url,), {"timeout": 10})
    click.start()
    account = demo.integry.apps.wait_until_connected("slack", timeout=10, poll=0.2)
    click.join()
    print_line(f"connected: account {account.id}, {account.display_name}")
    check(demo.integry.apps.is_connected("slack"), "Slack should be connected")


@step("Predict a function and its arguments from a prompt", reads_only=True)
def _predict(demo: Demo) -> None:
    variables = {"first_name": "John", "last_name": "Doe"}
    found = demo.integry.functions.predict(PROMPT, predict_arguments=True, variables=variables)
    check(found, "a function should have been predicted")
    print_line(f"“{PROMPT}”")
    print_line(f"→ {found[0].name} {found[0].arguments}")
    check(demo.sandbox is None or found[0].name == "slack-post-message", "slack-post-message was expected")


@step("Preview the tags in arguments", reads_only=True)
def _preview(demo: Demo) -> None:
    arguments = {"channel": "random", "text": "{first_name} {last_name} just signed up!"}
    shown = demo.integry.functions.preview(arguments, {"first_name": "John", "last_name": "Doe"})
    print_line(f"{arguments['text']!r} → {shown['text']!r}")
    check(shown["text"] == "John Doe just signed up!", "the tags should have been substituted")


@step("Call a function with variables")
def _call(demo: Demo) -> None:
    arguments = {"channel": "random", "text": "{first_name} {last_name} just signed up!"}
    variables = {"first_name": "John", "last_name": "Doe"}
    result = demo.integry.functions.call("slack-post-message", arguments, variables=variables)
    print_line(f"ok={result.ok} network_code={result.network_code} credits={result.credits}")
    print_line(f"Slack got: {result.output['message']['text']}")
    check(result.output["message"]["text"] == "John Doe just signed up!", "another text was expected")


@step("Omit an argument: the error names it")
def _invalid(demo: Demo) -> None:
    try:
        demo.integry.functions.call("slack-post-message", {"channel": "random"})
    except InvalidArguments as error:
        print_line(f"{type(error).__name__}: {error.arguments}")
        check("text" in error.arguments, "the error should name `text`")
    else:
        check(condition=False, message="an error was expected")


@step("Iterate over persons, page by page, then item by item")
def _persons(demo: Demo) -> None:
    functions, name = demo.integry.functions, "pipedrive-get-all-persons"
    functions.call("pipedrive-add-a-person", {"name": "Ann Lee"})
    sizes = [len(page.output["data"]) for page in functions.call_pages(name, {"limit": 5})]
    print_line(f"pages of {sizes} persons")
    last = list(functions.call_items(name, {"limit": 5}, items="data"))[-1]
    print_line(f"the last: {last['name']}")
    check((sum(sizes), last["name"]) == (13, "Ann Lee"), "13 persons were expected, the new one last")


@step("Send a passthrough request to Slack")
def _passthrough(demo: Demo) -> None:
    result = demo.integry.functions.passthrough("slack", "GET", "https://slack.com/api/conversations.list?limit=2")
    names = [channel["name"] for channel in result.output["channels"]]
    print_line(f"channels: {', '.join(names)}")
    check(names == ["random", "general"], "two channels were expected")


@step("Create, configure and delete an organisation's integration")
def _organisation(demo: Demo) -> None:
    with demo.require_sandbox().organisation() as organisation:
        created = organisation.integrations.create(name="My filter", json_url="https://example.com/filter.json")
        if created is None:
            message = "the new integration was expected"
            raise StepError(message)
        organisation.integrations.settings(created.id).add("level", "high")
        listed = [(each.display_name, each.id == created.id) for each in organisation.integrations.list()]
        settings = organisation.integrations.settings(created.id).list()
        print_line(f"listed: {listed[0][0]}; setting {settings[0].form_field_label}={settings[0].form_field_value}")
        check(listed == [("My filter", True)], "one integration was expected")
        organisation.integrations.delete(created.id)
        check(not organisation.integrations.list(), "it should be gone")
        print_line("deleted")


@step("Retry after a 429 with Retry-After")
def _retry(demo: Demo) -> None:
    demo.require_sandbox().fail(429, {"detail": "Slow down"}, retry_after=1)
    seen: List[int] = []
    client = demo.integry.with_options(on_response=lambda response: seen.append(response.status_code))
    app = client.apps.get("slack")
    print_line(f"statuses: {seen}; then the answer: {app.title}")
    check(seen == [429, 200], "a 429 and a 200 were expected")


@step("Make 500 calls with faults, kill the process, and resume: no call runs twice")
def _bulk(demo: Demo) -> None:
    if os.name == "nt":
        print_line("left out: Windows cannot lock a journal")
        return
    done = kill_and_resume(demo.require_sandbox(), CALLS)
    print_line(f"killed after {done.killed_after} calls, then resumed")
    print_line(f"{done.counts['done']} done, {done.counts['unknown']} unknown, {done.twice} ran twice")
    check(sum(done.counts.values()) == CALLS, "each call should have one outcome")
    check(not done.counts["failed"], "no call should fail: a 429 is repeated, and other faults leave calls unknown")
    check(not done.twice, "a call ran twice")


def run_step(number: int, each: Step, demo: Demo) -> bool:
    """Run a step, and return True if it succeeded."""
    print(coloured(f"{number:2}. {each.title}", 1))
    try:
        each.run(demo)
    except (StepError, IntegryError) as error:
        print(coloured(f"    ✗ {error}", 31))
        return False
    print(coloured("    ✓", 32))
    return True


def run_steps(demo: Demo) -> bool:
    """Run all steps, or only the read-only steps if there is no sandbox. Return True if all of them succeeded."""
    steps = [each for each in STEPS if demo.sandbox is not None or each.reads_only]
    done = [run_step(number, each, demo) for number, each in enumerate(steps, 1)]
    print(coloured(f"{sum(done)} of {len(done)} steps succeeded.", 32 if all(done) else 31))
    return all(done)


def main() -> int:
    """Run the demonstration, and return the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Print a replacement on terminals whose encoding lacks the tick that marks a step as done.
        sys.stdout.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--live", action="store_true", help="use the service, with INTEGRY_APP_KEY and the other variables"
    )
    if parser.parse_args().live:
        try:
            with Integry() as integry:
                return 0 if run_steps(Demo(integry, None)) else 1
        except IntegryError as error:
            print(coloured(f"✗ {error}", 31))
            return 1
    with Sandbox() as sandbox, sandbox.client() as integry:
        print(f"The sandbox is at {sandbox.url}. Nothing leaves this machine.")
        return 0 if run_steps(Demo(integry, sandbox)) else 1
