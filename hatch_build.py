"""Hatch build hook: add the generated layer to wheels as `integry/_generated`, which is a symbolic link in a checkout.

Only standard wheels need it. An editable install uses the link, and type checkers would read a stale copy.
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
            # With the tag "py3" alone, pip for Python 2.7 prints "not a supported wheel on this platform". With "py2",
            # it checks Requires-Python, and prints the required version of Python.
            build_data["tag"] = "py2.py3-none-any"
