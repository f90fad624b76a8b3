"""The project's own files, including samples and fixtures, contain no secrets except the documented ones."""

import re

from integry import sign
from integry.sandbox._credentials import DEFAULTS
from tests.calls import SIGNED
from tests.figures import MEASURED
from tests.leaks import SHAPES
from tests.spec_document import ROOT

#: Patterns of real services' secrets, by prefix and length.
REAL_SECRETS = re.compile(
    r"xox[abeoprs]-\d{8,}-|hooks\.slack\.com/services/T\w{8,}/B\w{8,}/\w{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.|sk-[A-Za-z0-9]{20,}"
)
#: Files that define the tests' own secrets.
DEFINING = {"tests/facade/conftest.py", "tests/leaks.py"}
#: The hash of the documentation's samples, the hash of the demo's "app secret", and the sandbox's credentials.
HARMLESS = {SIGNED["Hash"], sign("app secret", "123456"), *DEFAULTS.values()}
#: Suffixes of text files.
KINDS = {"", ".py", ".md", ".yaml", ".yml", ".json", ".jinja", ".toml", ".txt", ".html", ".mjs", ".ini", ".svg", ".sh"}
KINDS |= {".css", ".csv"}
#: Files and folders of the source distribution.
SHIPPED = ["integry", "generated", "scripts", "tests", "docs", "examples", "openapi.yaml", "mkdocs.yml", "Makefile"]
SHIPPED += ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "AGENTS.md"]


def test_project_files_contain_no_secrets():
    """No file that the project ships contains a secret of the tests, or one that looks like a real service's."""
    found, searched = [], 0
    for folder in SHIPPED:
        root = ROOT / folder
        for path in [root] if root.is_file() else sorted(root.rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix not in KINDS or "node_modules" in name or not path.is_file():
                continue
            text, searched = path.read_text(encoding="utf-8", errors="replace"), searched + 1
            found += [(name, "looks real") for _ in REAL_SECRETS.finditer(text)]
            for match in SHAPES.finditer(text):
                if match.group() not in HARMLESS and name not in DEFINING:
                    found.append((name, match.lastgroup))
    assert found == []
    MEASURED["the project's own files searched for secrets"] = searched
    assert searched > 100
