"""The changelog has the form of Keep a Changelog."""

import re

from release import version_of

from tests.spec_document import ROOT

TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
RELEASE = re.compile(r"\[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d")


def test_there_is_a_section_for_each_release():
    """The first section of the changelog is for unreleased changes, and each other section has a version and a date."""
    first, *others = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    assert first == "[Unreleased]"
    assert [heading for heading in others if not RELEASE.fullmatch(heading)] == []


def test_the_kinds_of_changes_are_those_of_the_form():
    """Each kind of change occurs at most once in a section, in the order of Keep a Changelog."""
    kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    for section in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]:
        found = re.findall(r"^### (.*)$", section, re.MULTILINE)
        assert found == [kind for kind in kinds if kind in found]


def test_the_version_of_the_package_is_listed():
    """In a clone of the repository, the changelog has a section for the version of the package."""
    if (ROOT / "integry").exists():  # missing where the tests run with an installed wheel
        assert version_of(ROOT) in RELEASE.findall(TEXT)
