"""Check that prose uses plain words: docstrings, comments, messages, documents (used by `make words`).

The phrases in `WORDS` are signs of sentences that are hard to read or to search for. Use the technical term instead.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
#: Phrases to avoid, with advice.
WORDS = {
    r"[Ii]n the place of": "instead of; the word of the field, such as monkeypatch",
    r"[Ss]o (?:many|much)": "the quantity: Number of …, Maximum …",
    r"(?:is|are) none": "the thing that is missing",
    r"(?<!here )(?:is|are|was|were) no (?!longer|more|such)\w+": "is not …",
    r"amid(?:st)?": "during, between",
    r"[Mm]end(?:s|ed|ing)?": "fix",
    r"[Aa]t the most": "at most",
    r"[Aa]s (?:it|they) (?:has|have) it": "as in",
    r"[Aa]s (?:it|they) stands?(?: there)?": "unchanged",
    r"(?:as|by|from|of|than) (?:ours|theirs)": "the name of the package or project",
    r"(?:[Aa]new|[Ff]orthwith|[Hh]enceforth|[Ll]est|[Ww]hence|[Ww]hilst)": "a word of everyday English",
    r"(?:[Tt]here|[Ww]here)(?:by|in|of|upon)": "a word of everyday English",
}
PATTERN = re.compile("|".join(rf"(?P<w{number}>\b{word}\b)" for number, word in enumerate(WORDS)))
#: A docstring or a comment that opens with a pronoun or a question word, so that it has no subject.
OPENING = re.compile(r'\s*(?:r?"""|#:? )((?:It|Its|They|Their|Them|What|Whether|Who|Whose)\b)')
#: File name extensions of the files whose prose is checked.
KINDS = {".py", ".md", ".yaml", ".yml", ".jinja", ".toml", ".sh", ".html", ".mjs", ".css", ".ini", ".txt", ""}
#: File name extensions of the files whose docstrings and comments are checked. In Markdown, `#` starts a heading.
CODE = KINDS - {".md", ".html", ".mjs", ".css"}
#: Files that are not checked, because they quote the words.
SKIPPED = ("scripts/words.py", "tests/test_tools.py")


def files() -> Iterator[Path]:
    """Yield the files under version control whose prose is checked."""
    listed = subprocess.run(["git", "ls-files"], check=True, cwd=ROOT, capture_output=True, text=True)  # noqa: S607 (git is on PATH)
    for name in listed.stdout.splitlines():
        if name not in SKIPPED and Path(name).suffix in KINDS and (ROOT / name).is_file():
            yield ROOT / name


def problems(path: Path) -> Iterator[str]:
    """Yield the places of phrases and openings to avoid in a file, with advice."""
    before = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        for match in PATTERN.finditer(line):
            advice = list(WORDS.values())[int(str(match.lastgroup)[1:])]
            yield f"{path}:{number}: {match.group()!r}: write {advice}"
        opening = OPENING.match(line) if path.suffix in CODE else None
        # A pronoun in a further line of a comment may refer to a noun in an earlier line.
        if opening and not before.lstrip().startswith("#"):
            yield f"{path}:{number}: {opening.group(1)!r} opens a text: write its subject"
        before = line


def main(paths: Sequence[str]) -> int:
    """Print the places in these files, or in all; return 1 if there are any."""
    lines = [line for path in (map(Path, paths) if paths else files()) for line in problems(path)]
    print("\n".join(lines) or "No words to avoid.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
