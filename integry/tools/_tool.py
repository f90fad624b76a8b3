"""Tools, and the calls that language models make."""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping, Optional, Union

from attrs import define, field

from .._results.functions import Function


@define(frozen=True, eq=False, repr=False)
class Tool:
    """A tool of a `Toolbox`. It can be called with the arguments as a dict, or by name.

    Attributes:
        name: The name that the language model sees.
        function: The function. None for the tools of the search mode.
        description: A sentence that describes the tool.
        parameters: The JSON schema of the arguments, as `schema_of` returns it.
        read_only: True for functions of the type QUERY, which change nothing.
    """

    name: str
    function: Optional[Function]
    description: str
    parameters: Dict[str, Any]
    read_only: bool
    _run: Callable[[Any], Dict[str, Any]] = field(repr=False)

    def __repr__(self) -> str:
        number = len(self.parameters["properties"])
        return f"Tool({self.name!r}, {number} parameter{'' if number == 1 else 's'}, read_only={self.read_only})"

    def __call__(self, arguments: Union[Mapping[str, Any], str, None] = None, /, **named: Any) -> Dict[str, Any]:
        """Run the tool like `Toolbox.run`, and return the result as a JSON object."""
        if named and (arguments is None or isinstance(arguments, Mapping)):
            arguments = {**(arguments or {}), **named}
        return self._run(arguments)


@define(frozen=True)
class ToolCall:
    """A call that a language model wants to make.

    Attributes:
        name: The name of the tool. For the hook `confirm`, the name of the function.
        arguments: The arguments, a dict. If the model wrote something other than a JSON object, they are unchanged.
        id: The id that the model's API gave the call; empty without one.
        function: The function to call. None if the call is for another tool.
    """

    name: str
    arguments: Any
    id: str = ""
    function: Optional[Function] = None
    #: The kind of item that answers the call in the model's API.
    _kind: str = field(default="", repr=False, eq=False)
