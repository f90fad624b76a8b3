"""The code that is tested: it tells a channel who signed up."""

from integry import Integry, NetworkCodeError


def announce(integry: Integry, name: str, channel: str = "random") -> bool:
    """Post a message, and return False if there is no such channel."""
    result = integry.functions.call(
        "slack-post-message", {"channel": channel, "text": "{name} signed up"}, variables={"name": name}
    )
    try:
        result.raise_for_network_code()
    except NetworkCodeError:
        return False
    return bool(result.output["ok"])
