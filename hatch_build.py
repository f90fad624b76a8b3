"""Hatch build hook: put the generated layer into wheels, as `integry/_generated`, a symbolic link in a checkout.

This is done for standard wheels only: an editable install uses the link itself, and a copy there would soon be stale.
"""

from typing import Any, Dict

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GeneratedLayer(BuildHookInterface):
    """Build hook that adds the folder of the generated layer."""

    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        """Add the folder, and set the tag of the wheel.

        Args:
            version: The kind of build, "standard" or "editable".
            build_data: The settings of the build, changed in place.
        """
        if version == "standard":
            build_data["force_include"]["generated"] = "integry/_generated"
            # With "py3" alone, pip for Python 2.7 says "not a supported wheel on this platform". With "py2" too, it
            # reads Requires-Python, and says which Python is needed.
            build_data["tag"] = "py2.py3-none-any"
