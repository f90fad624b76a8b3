"""Predictions by keywords: a deterministic fake of Integry's models.

Each function gets a score for the words that the prompt shares with its name, its app's name and title, and, with fewer
points, its description. Quoted texts are arguments, so they do not affect the score. A word after `#` is a channel, and
gives points to functions that require one.

An argument is the tag of the variable with the same name, or a value in the prompt: a channel after `#` or "on", one of
the schema's choices, a name after "named", a quoted text, or else the prompt itself with the tags of all variables.
"""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional

from .._results.schema_types import choices_of, properties_of, required_of
from ._catalogue import Function

#: Minimum score of a prediction: more than a verb alone, or a noun alone.
MIN_SCORE = 4
#: Points for a word that the prompt shares with a function, by its place.
VERB, NAME, APP, CHANNEL, DESCRIPTION = 3, 2, 2, 2, 1
#: Synonyms of words in functions' names.
_SYNONYMS = {
    "post": "send write tell say announce notify inform share publish drop dm ping reply",
    "add": "create make insert register save open",
    "list": "get show find fetch read search display see give",
    "update": "change edit modify set rename",
    "delete": "remove erase drop",
    "person": "people",
    "company": "organisation organization firm business",
    "deal": "opportunity",
    "conversation": "channel room",
    "message": "msg text note",
    "property": "field attribute",
}
_CANONICAL = {word: canonical for canonical, words in reversed(list(_SYNONYMS.items())) for word in words.split()}
_VERBS = {"post", "add", "list", "update", "delete"}
_STOP_WORDS = {
    *(
        "a",
        "all",
        "an",
        "and",
        "any",
        "at",
        "by",
        "call",
        "every",
        "for",
        "from",
        "given",
        "i",
        "in",
        "into",
        "is",
        "it",
    ),
    *(
        "me",
        "my",
        "of",
        "on",
        "our",
        "please",
        "s",
        "so",
        "that",
        "the",
        "their",
        "this",
        "to",
        "us",
        "we",
        "who",
        "with",
    ),
    *("you", "your"),
}

#: Quoted texts, with any kind of quotes. A single quote inside a word is an apostrophe.
_QUOTED = re.compile(
    '"([^"]+)"|\u201c([^\u201d]+)\u201d|\xab([^\xbb]+)\xbb|\u2018([^\u2019]+)\u2019|`([^`]+)`'
    r"|(?<!\w)'((?:[^']|(?<=\w)'(?=\w))+)'(?!\w)"
)
_CHANNEL = re.compile(r"(?<![\w&])#([\w-]+)")
_NAMED = re.compile(r"\b(?:named|called)\s+([A-Z][\w'-]*(?:\s+[A-Z][\w'-]*)*)")
#: Maximum characters of a prompt to consider.
MAX_PROMPT = 5000


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _words(text: str) -> List[str]:
    """Return the words of a text without stop words, in order, each in its canonical form."""
    found = (_singular(word) for word in re.findall(r"[^\W_]+", text.lower()) if word not in _STOP_WORDS)
    return [_CANONICAL.get(word, word) for word in found]


def predict(prompt: str, functions: Iterable[Function], apps: Mapping[str, Mapping[str, Any]]) -> Optional[Function]:
    """Return the function that fits a prompt best; None if none fits.

    Args:
        prompt: The prompt.
        functions: The functions to choose from. The first one wins a tie.
        apps: The apps by name, for their titles.
    """
    prompt = prompt[:MAX_PROMPT]
    has_channel = bool(_CHANNEL.search(prompt))
    said = frozenset(_words(_CHANNEL.sub(" ", _QUOTED.sub(" ", prompt))))
    best, most = None, MIN_SCORE - 1
    for function in functions:
        title = str(apps.get(function.app, {}).get("title", ""))
        score = _score(said, function, title) + CHANNEL * (
            has_channel and "channel" in required_of(function.parameters)
        )
        if score > most and function.type != "PASSTHROUGH":
            best, most = function, score
    return best


def _score(said: FrozenSet[str], function: Function, title: str) -> int:
    app = {*_words(function.app), *_words(title)}
    name = set(_words(function.name)) - app
    description = set(_words(function.description)) - app - name - _VERBS
    points = {**dict.fromkeys(description, DESCRIPTION), **{word: VERB if word in _VERBS else NAME for word in name}}
    return sum(points.get(word, 0) for word in said) + APP * bool(app & said)


def predict_arguments(function: Function, prompt: str, variables: Mapping[str, Any]) -> Dict[str, Any]:
    """Return predicted arguments of a function.

    Args:
        function: The function.
        prompt: The prompt; empty to use the variables alone.
        variables: The variables, which are inserted as tags.
    """
    found: Dict[str, Any] = {}
    required = required_of(function.parameters)
    for name, schema in properties_of(function.parameters).items():
        if name in variables:
            found[name] = f"{{{name}}}"
        elif prompt and name in required:
            found[name] = _value_from_prompt(name, prompt, variables, choices_of(schema, function.parameters))
    return {name: value for name, value in found.items() if value is not None}


def _value_from_prompt(name: str, prompt: str, variables: Mapping[str, Any], choices: List[Any]) -> Any:
    """Return the value of a required argument in a prompt; None if the prompt has no value."""
    if choices:
        words = _words(prompt[:MAX_PROMPT])
        return next((each for each in choices if _words(str(each)) and set(_words(str(each))) <= set(words)), None)
    if name == "channel":
        # The last match: "on Slack on random" names the app first.
        bare = _QUOTED.sub(" ", prompt[:MAX_PROMPT])
        named = _CHANNEL.findall(bare) or re.findall(r"\bon ([\w-]+)", bare)
        return named[-1] if named else None
    begin = prompt[:MAX_PROMPT]
    found = _QUOTED.search(begin) or (_NAMED.search(begin) if name == "name" else None)
    if found:
        return next(filter(None, found.groups()))
    tags = "".join(f"\n{each}: {{{each}}}" for each in variables)
    return prompt + tags if name == "text" else None
