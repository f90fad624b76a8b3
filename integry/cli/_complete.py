"""The answers to shells that complete a line."""

from __future__ import annotations

import os
import sys
from typing import List, Tuple

from click.shell_completion import CompletionItem, ShellComplete, split_arg_string

#: Characters at which bash divides words.
BREAKS = "=:"


class Complete(ShellComplete):
    """Completes a line. The shell is given a line for each item: its type, its value and its help."""

    name = "integry"
    source_template = ""

    def __init__(self, words: List[str], incomplete: str) -> None:
        from ._root import root

        super().__init__(root, {"obj": None}, "integry", "")
        self.words, self.incomplete = words, incomplete

    def items(self) -> List[CompletionItem]:
        """Return the completions."""
        return self.get_completions(self.words, self.incomplete)


def _line(shell: str) -> Tuple[List[str], str]:
    """Return the complete words of a line, and the incomplete one."""
    if shell == "bash":
        line = os.environ.get("COMP_LINE", "")
        words = split_arg_string(line)[1:]
        incomplete = "" if not line or line[-1:].isspace() else (words.pop() if words else "")
        return words, incomplete
    words = os.environ.get("COMP_WORDS", "").split("\n")[1:]
    if shell == "fish":
        # fish drops line breaks at the end, so its words end with a dot.
        words = words[:-1]
    return words[:-1], words[-1] if words else ""


def complete(shell: str) -> int:
    """Print the completions for a shell, and return the exit code."""
    try:
        words, incomplete = _line(shell)
        lines = [_text(item, incomplete, shell) for item in Complete(words, incomplete).items()]
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 (a message would appear in the line that the user types)
        return 1
    return 0


def _text(item: CompletionItem, incomplete: str, shell: str) -> str:
    from ._text import clean

    kind, value = item.type, str(item.value)
    if kind in ("file", "dir"):
        # The shell completes the path, and keeps what is before it in the word, such as `text@=`.
        before = incomplete[: len(incomplete) - len(value)]
        start = max(before.rfind(each) for each in BREAKS) + 1 if shell == "bash" else 0
        return f"file\t{clean(before[start:])}\t{clean(value)}"
    if shell == "bash":
        # bash replaces only the part after the last = or : of the word.
        start = max(incomplete.rfind(each) for each in BREAKS) + 1
        return f"{kind}\t{_quoted(value[start:])}"
    return f"{kind}\t{clean(value)}\t{clean(item.help or '')[:100]}"


def _quoted(value: str) -> str:
    """Return a value for bash, which puts it into the line as it is. Values of a server must not become code."""
    import re

    from ._text import clean

    return re.sub(r"([^\w@%+=:,./{}-])", r"\\\1", clean(value))
