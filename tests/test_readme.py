"""The README is short, and its links, badges and pictures are correct. tests/docs/ runs its code blocks."""

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import demo_steps
import pictures
import pytest

from tests.docs.pages import DOCS, README
from tests.spec_document import ROOT

TEXT = README.read_text(encoding="utf-8")
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
IMAGES = DOCS / "images"
VENDORING = (DOCS / "guides" / "vendoring.md").read_text(encoding="utf-8")
PYTHON_VENDOR = r"^(?:\$ )?python (-m integry\.vendor|scripts/vendor\.py) (\w+) (--package \S+)$"


def links(text):
    """Return the targets of the links and pictures of a page that lead to files."""
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"https?:", target)]


def anchors(text):
    """Return the anchors of the headings of a page, in the form of GitHub and mkdocs."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_readme_is_short():
    """The README has at most 180 lines, and no tables of figures."""
    assert len(TEXT.splitlines()) <= 180
    assert "| ≤ " not in TEXT


@pytest.mark.parametrize("target", sorted(set(links(TEXT))))
def test_links_of_the_readme_work(target):
    """The target file of each link exists, and has a heading for the anchor of the link."""
    name, _, anchor = target.partition("#")
    file = ROOT / name if name else README
    assert file.exists()
    assert not anchor or anchor in anchors(file.read_text(encoding="utf-8"))


def test_every_page_is_linked():
    """Every page of the documentation is linked from the README or from docs/index.md."""
    reached = {(ROOT / target.partition("#")[0]).resolve() for target in links(TEXT)}
    reached |= {(DOCS / target.partition("#")[0]).resolve() for target in links((DOCS / "index.md").read_text("utf-8"))}
    pages = {path.resolve() for path in DOCS.rglob("*.md") if not path.is_symlink()}
    assert sorted(map(str, pages - reached)) == []


def test_the_vendoring_commands_make_a_working_copy(tmp_path):
    """The commands of the README and of the guide make a copy that does not import this package."""
    commands = re.findall(PYTHON_VENDOR, TEXT + VENDORING, re.MULTILINE)
    assert sorted(program for program, *_ in commands) == ["-m integry.vendor", "scripts/vendor.py"]
    code = (
        "import sys; from acme.third_party.telephony import Integry; Integry('k', 's').functions;"
        "print([name for name in sys.modules if name.partition('.')[0] in ('integry', 'generated')])"
    )
    for program, _, options in commands:
        if program.endswith(".py") and not (ROOT / "integry").exists():
            continue  # missing where the tests run with an installed wheel
        project = tmp_path / "project"
        project.mkdir()
        subprocess.run([sys.executable, *program.split(), str(project), *options.split()], check=True, cwd=ROOT)
        done = subprocess.run([sys.executable, "-c", code], check=True, cwd=project, capture_output=True, text=True)
        assert done.stdout == "[]\n"
        shutil.rmtree(project)


def test_badges_match_the_metadata():
    """The badges are those that `make pictures` writes from pyproject.toml, and the README shows all of them."""
    wanted = pictures.badges(PROJECT)
    assert {name: (IMAGES / name).read_text(encoding="utf-8") for name in wanted} == wanted
    shown = dict(re.findall(r"!\[([^\]]+)\]\(docs/images/(\w+\.svg)\)", TEXT))
    assert {name: text.replace(":", "") for text, name in shown.items() if name in wanted} == {
        name: f"{label} {value}" for name, (label, value) in pictures.badge_values(PROJECT).items()
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Python :: 3.9", "Python :: 3", "have a gap"),
        ("[tool.mypy]\nstrict = true", "[tool.mypy]\nstrict = false", "not strict"),
    ],
)
def test_wrong_badges_are_refused(old, new, said):
    """A gap between the supported Pythons, or a type checker that is not strict, raises ValueError."""
    with pytest.raises(ValueError, match=said):
        pictures.badges(PROJECT.replace(old, new))


def test_the_picture_shows_all_steps_of_the_demo():
    """The picture of the demo contains the title of each step, with a tick."""
    image = ET.fromstring((IMAGES / "demo.svg").read_text(encoding="utf-8"))  # noqa: S314 (the project's own file)
    shown = ["".join(each.itertext()).replace("\xa0", " ") for each in image.iter() if each.tag.endswith("}text")]
    missing = [each.title for each in demo_steps.STEPS if not any(text.endswith(f". {each.title}") for text in shown)]
    assert missing == [], "run make pictures"
    assert shown.count("    ✓") == len(demo_steps.STEPS)


@pytest.mark.parametrize("path", sorted(IMAGES.glob("*.svg")), ids=lambda path: path.name)
def test_pictures_load_nothing(path):
    """A picture works without a network: it contains no addresses but loopback ones and that of the SVG format."""
    found = re.findall(r"""(?:https?:)?//[^\s"'<&]+""", path.read_text(encoding="utf-8"))
    assert {each for each in found if not each.startswith("http://127.0.0.1:")} == {"http://www.w3.org/2000/svg"}
    assert "@import" not in path.read_text(encoding="utf-8")
