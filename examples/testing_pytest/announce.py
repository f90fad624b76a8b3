"""The code to test, which announces in a channel who signed up."""

from integry import Integry, NetworkCodeError


def announce(integry: Integry, name: str, channel: str = "random") -> bool:
    """Post a message, and return False if the channel does not exist."""
    result = integry.functions.call(
        "slack-post-message", {"channel": channel, "text": "{name} signed up"}, variables={"name": name}
    )
    try:
        result.raise_for_network_code()
    except NetworkCodeError:
        return False
    return bool(result.output["ok"])
