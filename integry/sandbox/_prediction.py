"""Predictions by keywords: a deterministic fake of Integry's models.

Each function gets a score for the words that the prompt shares with its name, its app's name and title, and, with fewer
points, its description. The words in quoted texts are arguments, and give no points. A word after `#` is a channel.
Such a word gives points to functions that require a channel, and so does a quoted text in a prompt with a channel.

A function is left out if the prompt asks for another action, names other apps only, or does not name the object that
the function is about. If the prompt has no verb, only functions that require a channel can fit, and only if the prompt
has a channel.

The value of an argument is, in this order:

- `{name}`, if there is a variable with the argument's name. Optional arguments get no other value.
- For `channel`, the word after `#`, or a known channel after "on", "in" or "to".
- If the schema has choices, the first choice that the prompt names.
- A quoted text. For `name`, also a name after "named" or "called".
- For `text`, the whole prompt, followed by a line `x: {x}` for each variable.
"""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional

from attrs import define

from .._results.schema_types import choices_of, properties_of, required_of
from ._catalogue import Catalogue, Function

#: Minimum score of a prediction: more than a verb alone, or a noun alone.
MIN_SCORE = 4
#: Points for a word that the prompt shares with a function, by where the word occurs.
VERB, NAME, APP, CHANNEL, DESCRIPTION = 3, 2, 2, 2, 1
#: Points for functions that require a channel, if the prompt has a channel and a quoted text, probably a message.
QUOTED = 2
#: Additional points for functions with at least MIN_SCORE points whose first verb is the first verb of the prompt.
FIRST = 3
#: Synonyms of words in functions' names.
_SYNONYMS = {
    "post": "send write tell say announce notify inform share publish drop dm ping reply remind warn alert ask leave",
    "add": "create make insert register save open",
    "list": "get show find fetch read search display see give look",
    "update": "change edit modify set rename",
    "delete": "remove erase drop archive",
    "person": "people",
    "company": "organisation organization firm business",
    "deal": "opportunity",
    "conversation": "channel room",
    "message": "msg text note announcement reminder notification",
    "property": "field attribute",
}
_CANONICAL = {word: canonical for canonical, words in reversed(list(_SYNONYMS.items())) for word in words.split()}
_VERBS = {"post", "add", "list", "update", "delete"}
#: Words that stand for a verb in a prompt without a verb.
_IMPLIED_VERBS = {"which": "list", "what": "list", "how": "list", "new": "add"}
#: Words that may stand for a noun of functions' names, with fewer points.
_ALIASES = {"contact": "person"}
_IGNORED = (
    "a all an and any at by call every for from given i in into is it me my of on our please s so that the their this "
    "to us we who with you your"
)
_STOP_WORDS = frozenset(_IGNORED.split())
#: Phrases that stand for a verb, each with the verb.
_PHRASES = (
    (re.compile(r"\blet (?:me|us) know\b|\b(?:tell|give|show) me\b"), " list "),
    (re.compile(r"\blet\b(?!')([^.?!]{1,200}?)\bknow\b"), r" post \1 "),
    (re.compile(r"^\W*(?:please\s+)?(?=(?:message|text)\b(?!\s+from\b))"), " post "),
)

#: Quoted texts, with any kind of quotes. A single quote inside a word is an apostrophe.
_QUOTED = re.compile(
    '"([^"]+)"|\u201c([^\u201d]+)\u201d|\xab([^\xbb]+)\xbb|\u2018([^\u2019]+)\u2019|`([^`]+)`'
    r"|(?<!\w)'((?:[^']|(?<=\w)'(?=\w))+)'(?!\w)"
)
_CHANNEL = re.compile(r"(?<![\w&])#([\w-]+)")
#: A word that may be a channel without `#`. Only known channels are accepted.
_BARE_CHANNEL = re.compile(r"\b(?:on|in|to)\s+(?:the\s+)?([\w-]+)")
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


@define
class _Prompt:
    """The words of a prompt.

    Attributes:
        words: The words outside of quotes.
        verbs: The verbs, in order.
        apps: The names of the apps that the prompt names.
        channel: The channel; None without one.
        has_quote: True if the prompt has a quoted text.
    """

    words: FrozenSet[str]
    verbs: List[str]
    apps: FrozenSet[str]
    channel: Optional[str]
    has_quote: bool

    @classmethod
    def from_text(cls, text: str, catalogue: Catalogue) -> _Prompt:
        """Return the words of a text."""
        bare = _QUOTED.sub(" ", text)
        plain = _CHANNEL.sub(" ", bare).lower()
        for phrase, verb in _PHRASES:
            plain = phrase.sub(verb, plain)
        found = _words(plain)
        verbs = [word for word in found if word in _VERBS]
        verbs = verbs or [_IMPLIED_VERBS[word] for word in found if word in _IMPLIED_VERBS]
        words = frozenset(found)
        apps = frozenset(name for name, app in catalogue.apps.items() if _names_app(name, app, words))
        return cls(words, verbs, apps, _channel_in(text, catalogue), bare != text)


def _names_app(name: str, app: Mapping[str, Any], words: FrozenSet[str]) -> bool:
    found = (set(_words(text)) for text in (name, str(app.get("title", ""))))
    return any(each and each <= words for each in found)


def _channel_in(text: str, catalogue: Catalogue) -> Optional[str]:
    """Return the last channel outside of quotes; None without one."""
    bare = _QUOTED.sub(" ", text)
    known = {str(each["name"]) for each in catalogue.samples["slack_conversations"]}
    found = _CHANNEL.findall(bare) or [name for name in _BARE_CHANNEL.findall(bare) if name in known]
    return found[-1] if found else None


def predict(prompt: str, functions: Iterable[Function], catalogue: Catalogue) -> Optional[Function]:
    """Return the function that fits a prompt best; None if none fits.

    Args:
        prompt: The prompt.
        functions: The functions to choose from. The first one wins a tie.
        catalogue: The apps, for their titles, and the known channels.
    """
    parsed = _Prompt.from_text(prompt[:MAX_PROMPT], catalogue)
    best, best_score = None, 0
    for function in functions:
        score = _score(parsed, function, catalogue) if function.type != "PASSTHROUGH" else 0
        score += FIRST * (score >= MIN_SCORE and parsed.verbs[:1] == _verbs_of(function)[:1])
        if score > max(best_score, MIN_SCORE - 1):
            best, best_score = function, score
    return best


def _verbs_of(function: Function) -> List[str]:
    return [word for word in _words(function.name) if word in _VERBS]


def _score(parsed: _Prompt, function: Function, catalogue: Catalogue) -> int:
    """Return the points of a function; 0 if the prompt asks for something else."""
    app = {*_words(function.app), *_words(str(catalogue.apps.get(function.app, {}).get("title", "")))}
    name = set(_words(function.name)) - app
    has_channel = parsed.channel is not None and "channel" in required_of(function.parameters)
    nouns = _noun_points(parsed, name - _VERBS)
    verbs = frozenset(name & _VERBS)
    is_asked_for = verbs & set(parsed.verbs)
    is_other_app = parsed.apps and function.app not in parsed.apps and not has_channel
    if is_other_app or (
        verbs and not _fits(parsed, verbs, has_noun=bool(nouns or name <= _VERBS), has_channel=has_channel)
    ):
        return 0
    description = set(_words(function.description)) - app - name - _VERBS
    points = (
        VERB * len(is_asked_for)
        + nouns
        + DESCRIPTION * len(description & parsed.words)
        + APP * bool(app & parsed.words)
    )
    return points + (CHANNEL + QUOTED * parsed.has_quote) * has_channel


def _noun_points(parsed: _Prompt, nouns: Iterable[str]) -> int:
    aliases = {_ALIASES[word] for word in parsed.words if word in _ALIASES}
    return sum(NAME if noun in parsed.words else DESCRIPTION * (noun in aliases) for noun in nouns)


def _fits(parsed: _Prompt, verbs: FrozenSet[str], *, has_noun: bool, has_channel: bool) -> bool:
    """Return True if a prompt may ask for a function.

    Args:
        parsed: The prompt.
        verbs: The verbs in the function's name.
        has_noun: True if the prompt has a noun of the function's name.
        has_channel: True if the prompt has a channel that the function requires.
    """
    is_message = "post" in verbs
    if verbs & set(parsed.verbs):
        # A prompt need not contain the word "message": "Say hello on Slack".
        return has_noun or is_message
    if parsed.verbs:
        # A prompt may also ask to create, make or open a message.
        return is_message and has_noun and "add" in parsed.verbs
    return has_channel


def predict_arguments(
    function: Function, prompt: str, variables: Mapping[str, Any], catalogue: Catalogue
) -> Dict[str, Any]:
    """Return predicted arguments of a function.

    Args:
        function: The function.
        prompt: The prompt; empty to use the variables alone.
        variables: The variables, which are inserted as tags.
        catalogue: The known channels.
    """
    found: Dict[str, Any] = {}
    required = required_of(function.parameters)
    for name, schema in properties_of(function.parameters).items():
        if name in variables:
            found[name] = f"{{{name}}}"
        elif prompt and name == "channel" and name in required and not choices_of(schema, function.parameters):
            found[name] = _channel_in(prompt[:MAX_PROMPT], catalogue)
        elif prompt and name in required:
            found[name] = _value_from_prompt(name, prompt, variables, choices_of(schema, function.parameters))
    return {name: value for name, value in found.items() if value is not None}


def _value_from_prompt(name: str, prompt: str, variables: Mapping[str, Any], choices: List[Any]) -> Any:
    """Return the value of a required argument in a prompt; None if the prompt has no value."""
    begin = prompt[:MAX_PROMPT]
    if choices:
        words = set(_words(begin))
        return next((each for each in choices if _words(str(each)) and set(_words(str(each))) <= words), None)
    found = _QUOTED.search(begin) or (_NAMED.search(begin) if name == "name" else None)
    if found:
        return next(filter(None, found.groups()))
    tags = "".join(f"\n{each}: {{{each}}}" for each in variables)
    return prompt + tags if name == "text" else None
