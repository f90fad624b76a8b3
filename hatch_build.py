"""Hatch build hook: add the folder `generated` to wheels as `integry/_generated`, which is a symbolic link in git.

Only standard wheels need this copy. An editable install uses the link; with a copy, type checkers would read old files.
"""

from typing import Any, Dict

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GeneratedLayer(BuildHookInterface):
    """Build hook that adds `integry/_generated` to wheels."""

    def initialize(self, version: str, build_data: Dict[str, Any]) -> None:
        """Add the folder, and set the tag of the wheel.

        Args:
            version: The kind of build, "standard" or "editable".
            build_data: The settings of the build, changed in place.
        """
        if version == "standard":
            build_data["force_include"]["generated"] = "integry/_generated"
            # With the tag "py3" alone, pip for Python 2.7 prints "not a supported wheel on this platform". With "py2",
            # this pip checks Requires-Python, and prints the required version of Python.
            build_data["tag"] = "py2.py3-none-any"
