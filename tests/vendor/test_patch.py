"""`--force` keeps local changes as a patch, which `patch` and `git apply` can apply again."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integry.vendor import Changes, _dependencies, changes
from integry.vendor.__main__ import main
from integry.vendor._patch import File, diff

UNCHANGED = Changes([], [], [])
APPLY = {
    "patch": ["patch", "-p1", "--force", "--no-backup-if-mismatch", "-i"],
    # In a subfolder of a repository, git apply resolves paths from the repository's root.
    "git": [
        "sh",
        "-c",
        'git apply --whitespace=nowarn --directory="$(git rev-parse --show-prefix 2>/dev/null)" "$1"',
        "-",
    ],
}
tools = pytest.mark.parametrize("tool", APPLY)


def apply(tool, folder, name="VENDORED.patch"):
    """Apply a patch in a folder."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    result = subprocess.run([*APPLY[tool], name], check=False, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def snapshot(folder):
    """Return the contents of all files and the targets of links, except files of the vendoring tool."""
    return {
        str(path.relative_to(folder)): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if (path.is_symlink() or path.is_file()) and not path.name.startswith("VENDORED")
    }


def edit(folder):
    """Change a copy in every way: edited, added and deleted files, line endings, links, unusual names and contents."""
    tags = folder / "tags.py"
    tags.write_bytes(b"# first\n" + tags.read_bytes().rstrip(b"\n") + b"\n# last, without newline")
    errors = folder / "errors.py"
    errors.write_bytes(errors.read_bytes().replace(b"\n", b"\r\n", 5) + b"# mine\r\n")
    (folder / "_secrets.py").write_bytes(b"")
    (folder / "_generated" / "types.py").unlink()
    (folder / "py.typed").write_bytes(b"partial")
    (folder / "mine.py").write_bytes(b"x = 1\r\ny = 2\r\n")
    (folder / "no newline.py").write_bytes(b"x = 1")
    (folder / "empty.py").touch()
    (folder / "extra" / "more").mkdir(parents=True)
    (folder / "extra" / "more" / 'é "quoted"\t\'.py').write_bytes("é = '\x0c\u2028'\r\n".encode() + b"\xff\r")
    (folder / "_client.py").unlink()
    (folder / "_client.py").write_bytes(b"a\n\nb\n")


@tools
def test_a_patch_restores_local_changes(copy, tool):
    """After --force the copy is pristine, and applying the patch restores every byte."""
    folder = copy()
    pristine = snapshot(folder)
    edit(folder)
    edited = snapshot(folder)
    found = changes(folder)
    copy(force=True)
    assert snapshot(folder) == pristine
    assert changes(folder) == UNCHANGED
    apply(tool, folder)
    assert snapshot(folder) == edited
    assert changes(folder) == found


def test_a_patch_can_be_applied_inside_a_repository(copy):
    """`git apply` works in the copy's folder within a larger repository."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    subprocess.run(shlex.split("git init --quiet"), check=True, cwd=copy.root)
    folder = copy()
    edit(folder)
    edited = snapshot(folder)
    copy(force=True)
    apply("git", folder)
    assert snapshot(folder) == edited


def test_links_are_kept(copy):
    """`git apply` restores links that the user added, or that replaced a file."""
    folder = copy()
    (folder / "link.py").symlink_to("tags.py")
    (folder / "errors.py").unlink()
    (folder / "errors.py").symlink_to("tags.py")
    edited = snapshot(folder)
    copy(force=True)
    apply("git", folder)
    assert snapshot(folder) == edited


def test_file_modes_are_kept(copy):
    """A file that the user added as executable stays executable."""
    folder = copy()
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o755)
    copy(force=True)
    apply("git", folder)
    assert os.access(folder / "run.sh", os.X_OK)


@pytest.mark.slow
def test_changes_of_vendored_dependencies_are_kept(copy):
    """Local changes to the copied libraries are in the patch."""
    folder = copy(with_deps=True)
    file = folder / "_vendor" / "attr" / "__init__.py"
    file.write_bytes(file.read_bytes() + b"# mine\n")
    copy(force=True)
    assert changes(folder) == UNCHANGED
    apply("git", folder)
    assert changes(folder) == Changes(["_vendor/attr/__init__.py"], [], [])


@tools
def test_converted_line_endings_are_ignored(copy, tool):
    """A patch has only the edited lines, even if git has converted all line endings."""
    folder = copy()
    edited = (folder / "tags.py").read_bytes() + b"# mine\n"
    (folder / "tags.py").write_bytes(edited.replace(b"\n", b"\r\n"))
    copy(force=True)
    patch = (folder / "VENDORED.patch").read_bytes()
    assert [line for line in patch.splitlines() if re.match(rb"[-+](?![-+])", line)] == [b"+# mine"]
    apply(tool, folder)
    assert (folder / "tags.py").read_bytes() == edited


def test_an_unchanged_copy_gets_no_patch(copy):
    """No patch is written if there are no local changes."""
    copy()
    copy(force=True)
    assert [*copy.root.rglob("*.patch")] == []


def test_earlier_patches_are_kept(copy):
    """A patch survives upgrades, and a second patch gets another name."""
    folder = copy()
    (folder / "mine.py").write_text("1\n")
    copy(force=True)
    first = (folder / "VENDORED.patch").read_bytes()
    copy()
    assert (folder / "VENDORED.patch").read_bytes() == first
    (folder / "mine.py").write_text("1\n")
    copy(force=True)
    assert [path.name for path in folder.glob("*.patch")] == ["VENDORED.patch"]
    for text in ("2\n", "3\n"):
        (folder / "mine.py").write_text(text)
        copy(force=True)
    assert (folder / "VENDORED.patch").read_bytes() == first
    assert b"+2" in (folder / "VENDORED.2.patch").read_bytes()
    assert b"+3" in (folder / "VENDORED.3.patch").read_bytes()
    assert changes(folder) == UNCHANGED


def test_conflicting_changes_get_their_own_patch(copy, older_copy):
    """Changes that conflict with the new version get their own patch, from the new files to the user's."""
    folder = older_copy("acme.telephony")
    (folder / "_version.py").write_text('__version__ = "mine"\n')
    (folder / "gone.py").write_text("# mine\n")
    (folder / "tags.py").write_bytes((folder / "tags.py").read_bytes() + b"# mine\n")
    edited = snapshot(folder)
    copy(force=True)
    assert set(re.findall(rb"diff --git a/(\S+)", (folder / "VENDORED.patch").read_bytes())) == {b"tags.py"}
    apply("git", folder)
    assert changes(folder) == Changes(["tags.py"], [], [])
    apply("git", folder, "VENDORED.conflicts.patch")
    # The older copy has no licence, because it was not made from the repository.
    assert {**snapshot(folder), "LICENSE": None} == {**edited, "LICENSE": None}


def test_a_file_deleted_in_both_versions_needs_no_patch(copy, older_copy):
    """A file that the user and the new version have both deleted needs no patch."""
    folder = older_copy("acme.telephony")
    (folder / "gone.py").unlink()
    copy(force=True)
    assert [*folder.glob("*.patch")] == []


contents = st.one_of(
    st.none(),
    st.builds(
        File, st.just("100644"), st.lists(st.sampled_from([b"a\n", b"b\n", b"c\r\n", b"\n", b"\x00\r"])).map(b"".join)
    ),
)


@given(contents, contents)
def test_random_contents_are_restored(tmp_path_factory, before, after):
    """`git apply` converts any file contents into any other."""
    folder = tmp_path_factory.mktemp("any")
    patch = diff("a b.py", before, after)
    if before:
        (folder / "a b.py").write_bytes(before.content)
    (folder / "VENDORED.patch").write_bytes(patch)
    if patch:
        apply("git", folder)
    found = (folder / "a b.py").read_bytes() if (folder / "a b.py").exists() else None
    assert (found is None) == (after is None)
    assert found is None or found.replace(b"\r\n", b"\n") == after.content.replace(b"\r\n", b"\n")


def test_the_printed_command_applies_the_patch(copy, capfd):
    """The command that --force prints can be copied and run unchanged."""
    arguments = [str(copy.root), "--package", "acme.telephony"]
    folder = copy()
    edit(folder)
    edited = snapshot(folder)
    assert main([*arguments, "--force"]) == 0
    out = capfd.readouterr().out
    (command,) = re.findall(r"^    (cd .*)$", out, re.MULTILINE)
    if shutil.which("patch") is None:
        pytest.skip("patch is not installed")
    assert b"\n    git apply --directory=" in (folder / "VENDORED.patch").read_bytes()
    subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL)  # noqa: S602 (as a user would run it)
    assert snapshot(folder) == edited
    assert main([*arguments, "--check"]) == 1


def test_the_command_reports_conflicts(copy, older_copy, capsys):
    """The command says that conflicting changes must be applied by hand."""
    (older_copy("acme.telephony") / "_version.py").write_text('__version__ = "mine"\n')
    assert main([str(copy.root), "--package", "acme.telephony", "--force"]) == 0
    out = capsys.readouterr().out
    assert "VENDORED.conflicts.patch has local changes to files that this version changes too" in out
    assert "VENDORED.patch" not in out


def installed(folder, **versions):
    """Create a folder with the metadata of distributions, without modules."""
    for name, version in versions.items():
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return folder


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        (
            {"requests": "2.99", "urllib3": "2.9", "attrs": "26.1"},
            "lacks dependencies of the copy: cattrs is not installed.",
        ),
        ({"requests": "2.99", "urllib3": "2.9", "attrs": "20.3", "cattrs": "99"}, "attrs is 20.3, and must be 21.3 or"),
        ({}, "requests is not installed; urllib3 is not installed; attrs is not installed; cattrs is not installed."),
        ({"requests": "2.99", "urllib3": "2.9", "attrs": "26.1", "cattrs": "99"}, ""),
    ],
)
def test_the_command_reports_missing_dependencies(copy, tmp_path, versions, expected):
    """The command makes the copy, and names missing packages and the option --with-deps."""
    folder = installed(tmp_path / "there", **versions)
    source = str(Path(_dependencies.__file__).parent.parent)
    code = f"import sys; sys.path[:0] = [{source!r}, {str(folder)!r}]; import runpy; sys.argv[0] = 'vendor'; "
    code += "runpy.run_module('vendor', run_name='__main__', alter_sys=True)"
    command_line = [sys.executable, "-I", "-S", "-c", code, str(copy.root), "--package", "telephony"]
    result = subprocess.run(command_line, check=False, capture_output=True, text=True)
    assert result.returncode == 0
    assert changes(copy.root / "telephony") == UNCHANGED
    assert expected in result.stderr
    assert bool(result.stderr) == bool(expected) == ("--with-deps" in result.stderr)


def test_a_module_without_metadata_counts_as_installed(tmp_path, monkeypatch):
    """A module without metadata, such as a library in a folder of a codebase, counts as installed."""
    (tmp_path / "cattr.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "cattr", raising=False)
    needed = _dependencies.minimum_versions(with_deps=False)
    assert "cattrs is not installed" not in list(_dependencies.missing_dependencies({"cattrs": needed["cattrs"]}))
    assert set(_dependencies.minimum_versions(with_deps=True)) == {"requests", "urllib3"}


def test_the_command_reports_old_dependencies(copy, tmp_path, monkeypatch, capsys):
    """The command reports installed versions that are older than the lowest supported ones."""
    monkeypatch.syspath_prepend(str(installed(tmp_path / "there", attrs="20.3")))
    assert main([str(copy.root), "--package", "telephony"]) == 0
    assert "attrs is 20.3, and must be 21.3 or newer. Install them, or run" in capsys.readouterr().err
    assert list(_dependencies.missing_dependencies({"no-such-distribution": "1"})) == [
        "no-such-distribution is not installed"
    ]
