"""Check the built documentation: no broken links or anchors, and no resources from other servers.

Used by `make docs`. mkdocs checks links in Markdown only. This script checks the HTML, which also has links of
the theme and of docstrings.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Set, Tuple
from urllib.parse import unquote, urldefrag, urlsplit

ROOT = Path(__file__).resolve().parent.parent
#: Attributes with URLs that a browser loads together with the page.
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Page(HTMLParser):
    """The anchors of a page, and its references as (tag, attribute, URL)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: Set[str] = set()
        self.references: List[Tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        """Collect anchors and references."""
        for name, value in attrs:
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value or "")
            elif name in ("href", "src"):
                self.references.append((tag, name, value or ""))


def faults(site: Path) -> Iterator[str]:
    """Yield a message for each broken reference."""
    pages: Dict[Path, Page] = {
        path.resolve(): Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))
    }
    for path, page in pages.items():
        for tag, attribute, url in page.references:
            reason = _reason(path, url, pages, loaded=(tag, attribute) in LOADED)
            if reason:
                yield f"{path.relative_to(site.resolve())}: <{tag} {attribute}={url!r}> {reason}"


def _reason(path: Path, url: str, pages: Dict[Path, Page], *, loaded: bool) -> str:
    """Return the reason why a reference is broken, or an empty string if it is valid."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        return "is loaded from another server" if loaded and parts.scheme != "data" else ""
    location, anchor = urldefrag(url)
    # Links in 404.html are relative to the root, because servers send this page for every missing path.
    target = path if not parts.path else (path.parent / unquote(urlsplit(location).path).lstrip("/")).resolve()
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file():
        return "leads to no file"
    if anchor and target in pages and unquote(anchor) not in pages[target].anchors:
        return "leads to no anchor of its page"
    return ""


def main(site: Path = ROOT / "site") -> int:
    """Print the faults, and return the exit status."""
    found = list(faults(site))
    for line in found:
        print(line)
    print(f"{len(list(site.rglob('*.html')))} pages, {len(found)} faults.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
