"""Put the generated layer into wheels, as `integry/_generated`, which is a link to `generated` in a checkout.

It is done for standard wheels only: an editable install uses the link itself, and a copy there would soon be stale.
"""

from typing import Any, Dict

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GeneratedLayer(BuildHookInterface):
    """Adds the folder to what is built."""

    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        """Called before a build; `version` is its kind, "standard" or "editable"."""
        if version == "standard":
            build_data["force_include"]["generated"] = "integry/_generated"
