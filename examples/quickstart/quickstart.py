"""Post a message to Slack, and connect Slack first if needed."""

import sys

from integry import AppNotConnected, Integry, IntegryError


def post(integry: Integry) -> str:
    """Post the message, and return its text as Slack stored it."""
    result = integry.functions.call(
        "slack-post-message",
        {"channel": "random", "text": "{first_name} just signed up!"},
        variables={"first_name": "Ann"},
    )
    text: str = result.raise_for_network_code().output["message"]["text"]
    return text


def main() -> int:
    """Post the message, after the user has connected Slack, and return the exit status."""
    with Integry() as integry:
        try:
            try:
                text = post(integry)
            except AppNotConnected as error:
                print(f"Connect {error.app} here: {integry.apps.connect_url(error.app)}", flush=True)
                integry.apps.wait_until_connected(error.app, timeout=300, poll=1, known=[])
                text = post(integry)
        except IntegryError as error:
            print(f"Failed: {error}", file=sys.stderr)
            return 1
    print(f"Posted: {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
