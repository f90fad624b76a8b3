"""Predictions by words: a deterministic stand-in for what Integry's models do.

The function is that whose name and description share most words with the prompt, its app's name counting thrice. An
argument is the tag of the variable of its name, or what the prompt says of it: a channel after `#` or "on", a text in
quotes or else the prompt itself with all variables as tags.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Iterable, Mapping, Optional, Set

from ._catalogue import Function

#: Fewer shared words are no prediction.
FEWEST = 3
_IDLE = {"a", "an", "and", "in", "of", "on", "that", "the", "their", "to", "with", "s", "call", "get", "given"}
_SAME = {"send": "post", "write": "post", "tell": "post", "create": "add", "people": "person", "persons": "person"}


def _words(text: str) -> Set[str]:
    found = re.findall(r"[a-z0-9]+", text.lower())
    return {_SAME[word] if word in _SAME else word.rstrip("s") for word in found if word not in _IDLE}


def predicted(prompt: str, functions: Iterable[Function]) -> Optional[Function]:
    """The function that fits a prompt best; None if none does."""
    said = _words(prompt)
    best, most = None, FEWEST - 1
    for function in functions:
        known = _words(f"{function.name} {function.description}")
        score = len(said & known) + 2 * (function.app.rstrip("s") in said)
        if score > most and function.type != "PASSTHROUGH":
            best, most = function, score
    return best


def predicted_arguments(function: Function, prompt: str, variables: Mapping[str, Any]) -> Dict[str, Any]:
    """Arguments of a function, with tags for variables."""
    found: Dict[str, Any] = {}
    for name in function.parameters.get("properties", {}):
        if name in variables:
            found[name] = f"{{{name}}}"
        elif prompt and name in function.parameters.get("required", []):
            found[name] = _said(name, prompt, variables)
    return {name: value for name, value in found.items() if value is not None}


def _said(name: str, prompt: str, variables: Mapping[str, Any]) -> Optional[str]:
    """What a prompt says of a required argument."""
    if name == "channel":
        # The last one: "on Slack on random" names the app first.
        named = re.findall(r"#([\w-]+)", prompt) or re.findall(r"\bon ([\w-]+)", prompt)
        return named[-1] if named else None
    quoted = re.search(r"[\"“']([^\"“”']+)[\"”']", prompt)
    if quoted:
        return quoted.group(1)
    tags = "".join(f"\n{each}: {{{each}}}" for each in variables)
    return prompt + tags if name == "text" else None
