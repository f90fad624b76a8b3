"""Check that a release can be made, and tag it (used by `make release`, see RELEASING.md). Nothing is uploaded.

python scripts/release.py check    Print the problems that prevent a release of this commit.
python scripts/release.py tag      Tag this commit, if dist/ has its sdist and wheel.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import List

ROOT = Path(__file__).resolve().parent.parent


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, and return what it prints."""
    line = ["git", *arguments]
    return subprocess.run(line, check=True, cwd=folder, stdout=subprocess.PIPE, text=True).stdout.strip()


def version_of(folder: Path) -> str:
    """Return the version of the package in a git checkout."""
    return (folder / "integry" / "_version.py").read_text(encoding="utf-8").split('"')[-2]


def problems(folder: Path) -> List[str]:
    """Return the problems that prevent a release of the checked-out commit, with advice."""
    version, found = version_of(folder), []
    if git(folder, "status", "--porcelain"):
        found.append("There are uncommitted files: commit or delete them (`git status`).")
    if git(folder, "tag", "--list", f"v{version}"):
        found.append(f"The tag v{version} exists: set a new version in integry/_version.py.")
    changelog = (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        found.append(f"CHANGELOG.md has no section for {version}: add `## [{version}] - YYYY-MM-DD`.")
    return found


def tag(folder: Path) -> str:
    """Tag the checked-out commit, and return the name of the tag."""
    version = version_of(folder)
    built = sorted(path.name for path in (folder / "dist").glob(f"integry_requests-{version}[-.]*"))
    if [name.rpartition(".")[2] for name in built] != ["whl", "gz"]:
        sys.exit(f"dist/ lacks the sdist or the wheel of {version}: run `make wheel`.")
    git(folder, "tag", "--annotate", f"v{version}", "--message", f"integry-requests {version}")
    return f"v{version}"


def main(command: str, folder: Path = ROOT) -> int:
    """Check or tag, print the result, and return the exit status."""
    found = problems(folder)
    if found or command == "check":
        print("\n".join(found) or f"{version_of(folder)} can be released.")
        return 1 if found else 0
    print(f"{tag(folder)} is tagged. Nothing was uploaded: see RELEASING.md.")
    return 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["tag"]):
        sys.exit("usage: python scripts/release.py check | tag")
    sys.exit(main(sys.argv[1]))
