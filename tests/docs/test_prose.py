"""The documentation is easy to read: short sentences, few semicolons."""

import re

import pytest

from tests.docs.pages import DOCS, PAGES, README
from tests.docs.test_blocks import TEXTS
from tests.spec_document import ROOT

#: Maximum number of semicolons in 1,000 words.
SEMICOLONS = 4
#: Maximum number of words in a sentence, and the share of sentences that may have more.
LONG, SHARE = 30, 0.03
#: The texts that are measured, each set as a whole.
SETS = {
    "README": [README],
    "docs": PAGES,
    "others": [*(path for path in TEXTS if path not in PAGES), ROOT / "CHANGELOG.md", ROOT / "RELEASING.md"],
}


def prose(text):
    """Return the paragraphs of a Markdown text, without code, comments, separators of tables and targets of links."""
    text = re.sub(r"^```.*?^```$|<!--.*?-->|^::: .*?(?=^\S|\Z)", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"`[^`]*`", "code", text)
    # Treat cells of tables, headings and items of lists as sentences.
    text = re.sub(r"^\|[\s:|-]+\|$", "", text, flags=re.MULTILINE)
    text = re.sub(r"(^#.*|^\|.*|^\s*(?:[-*]|\d+\.) )", r"\n\n\1", text, flags=re.MULTILINE).replace("|", "\n\n")
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def sentences(text):
    """Return the sentences of a Markdown text."""
    return [found for part in prose(text) for found in re.split(r"(?<=[.!?:])\s+(?=[A-Z`*\[\"])", part)]


def words(text):
    """Return the number of words in a text."""
    return len(re.findall(r"\w['\w.-]*", text))


@pytest.mark.parametrize("name", SETS)
def test_semicolons_are_few(name):
    """The README and the pages have at most 4 semicolons in 1,000 words."""
    text = "\n\n".join(part for path in SETS[name] for part in prose(path.read_text(encoding="utf-8")))
    assert words(text) > 400
    assert text.count(";") / words(text) * 1000 <= SEMICOLONS, re.findall(r".{40};.{20}", text)


@pytest.mark.parametrize("name", SETS)
def test_long_sentences_are_few(name):
    """At most 3 % of the sentences of the README and the pages have more than 30 words."""
    found = [each for path in SETS[name] for each in sentences(path.read_text(encoding="utf-8"))]
    long = [each for each in found if words(each) > LONG]
    assert len(found) > 50
    assert len(long) / len(found) <= SHARE, "\n".join(long)


def test_code_and_links_are_not_counted():
    """Code and link targets are not counted as prose, and cells and items are sentences of their own."""
    text = "# Head\n\nOne `a; b` two. Three\nfour [five](https://x.y/;).\n\n```sh\na;\n```\n<!-- b; -->\n"
    text += "| c | d |\n|--|--|\n- e"
    assert sentences(text) == ["# Head", "One code two.", "Three four [five].", "c", "d", "- e"]


def test_the_architecture_page_is_short():
    """The architecture page has at most 200 lines, as contributors read it first."""
    assert len((DOCS / "architecture.md").read_text(encoding="utf-8").splitlines()) <= 200


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_opens_with_a_sentence(page):
    """After its title a page says what the reader gets, before any heading, table or code."""
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line and not line.startswith("<!--")]
    assert lines[0].startswith("# ")
    assert re.match(r"\w", lines[1]), lines[1]
