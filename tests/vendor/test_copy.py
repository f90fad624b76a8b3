"""Copies of the package: what is in them, how they are checked and upgraded, and what is refused."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import integry
from integry.vendor import Changes, VendorError, _dependencies, changes, vendor
from integry.vendor.__main__ import main
from tests.spec_document import ROOT

UNCHANGED = Changes([], [], [])
#: Calls that need every layer of the package.
WORKS = """
import sys
sys.modules["integry"] = None  # nothing may import it
from {package} import Integry, NotFound
client = Integry()
assert client.apps.get("slack").title == "Slack"
assert client.functions.call("pipedrive-get-all-persons", {{"limit": 1}}).ok
try:
    client.apps.get("nonsense")
except NotFound as error:
    print(type(error).__module__)
"""


def names(folder):
    """The files in a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def snapshot(folder):
    """The contents of all files in a folder."""
    return {name: (folder / name).read_bytes() for name in names(folder)}


def test_a_copy_works(copy, run, integry_live_sandbox):
    """Under another name, and without any `integry`."""
    assert copy() == copy.root / "acme" / "telephony"
    environment = integry_live_sandbox.environment()
    assert run(WORKS.format(package="acme.telephony"), **environment) == "acme.telephony.errors\n"


def test_what_is_in_a_copy(copy):
    """Facade, generated layer, licence and manifest; not the sandbox, the plugin and this tool."""
    found = names(copy())
    package = Path(integry.__file__).parent
    own = {str(path.relative_to(package)) for path in [*package.glob("*.py"), *package.glob("_resources/*.py")]}
    generated = package / "_generated"
    expected = own | {f"_generated/{path.relative_to(generated)}" for path in generated.rglob("*.py")}
    expected |= {"py.typed", "_generated/py.typed", "LICENSE", "VENDORED.md"}
    assert found == expected - {"testing.py"}
    assert "MIT License" in (copy.root / "acme/telephony/LICENSE").read_text()


def test_imports_are_relative(copy):
    """All of the package itself."""
    for path in copy().rglob("*.py"):
        for node in _dependencies._imports(path.read_bytes()):
            assert not _dependencies._tops(node) & {"integry", "generated", "acme"}, path


def test_folders_become_packages(copy):
    """New ones; those that are there stay as they are."""
    (copy.root / "acme").mkdir()
    copy("acme.third_party.telephony")
    assert not (copy.root / "acme" / "__init__.py").exists()
    assert (copy.root / "acme" / "third_party" / "__init__.py").read_text() == ""


def test_the_sandbox_is_included_when_asked_for(copy, run):
    """It works there."""
    folder = copy(include=["sandbox"])
    assert (folder / "testing.py").exists()
    code = "from acme.telephony.sandbox import Sandbox; print(Sandbox().client(1).apps.get('slack').title)"
    assert run(code) == "Slack\n"
    assert "--include sandbox" in (folder / "VENDORED.md").read_text()


@pytest.mark.skipif(not hasattr(_dependencies.metadata, "packages_distributions"), reason="Python 3.10 lists modules")
def test_distributions():
    """Each module comes from the distribution that is said."""
    found = _dependencies.metadata.packages_distributions()
    for module, distribution in _dependencies.DISTRIBUTIONS.items():
        if module in found:
            assert {name.replace("-", "_").lower() for name in found[module]} == {distribution}


def test_dependencies_come_along(copy, run, integry_live_sandbox):
    """And no others are used; with their licences, and their versions in the manifest."""
    folder = copy(with_deps=True)
    absent = "import sys\nfor name in ('attr', 'attrs', 'cattr', 'cattrs', 'exceptiongroup', 'typing_extensions'):\n"
    code = f"{absent}    sys.modules[name] = None\n{WORKS.format(package='acme.telephony')}"
    assert run(code, **integry_live_sandbox.environment()) == "acme.telephony.errors\n"
    assert "Permission is hereby granted" in (folder / "_vendor/licenses/attrs/LICENSE").read_text()
    assert (folder / "_vendor/licenses/cattrs/LICENSE").exists()
    manifest = (folder / "VENDORED.md").read_text()
    assert f"attrs {_dependencies.metadata.version('attrs')}" in manifest
    assert "requests 2.22, urllib3 1.25.10 or newer" in manifest
    assert "For Python {}.{} and newer".format(*sys.version_info) in manifest


def test_dependencies_are_imported_from_the_copy_only(copy):
    """In the modules and the stubs of the whole copy; typing_extensions, for type checkers, by its own name."""
    folder = copy(with_deps=True)
    vendored = {path.name.partition(".")[0] for path in (folder / "_vendor").iterdir()}
    for path in [*folder.rglob("*.py"), *folder.rglob("*.pyi")]:
        for_types = {"typing_extensions"} if path.suffix == ".pyi" or folder / "_vendor" not in path.parents else set()
        for node in _dependencies._imports(path.read_bytes()):
            assert not _dependencies._tops(node) & (vendored - for_types), path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import attr", "from .._vendor import attr"),
        ("import attr as a", "from .._vendor import attr as a"),
        ("import attr._make as m", "from .._vendor.attr import _make as m"),
        ("import os, attr, re as r", "import os; from .._vendor import attr; import re as r"),
        ("from attrs import (\n  define, # é\n)", "from .._vendor.attrs import (\n  define, # é\n)"),
        ("from attr.validators import ge as g", "from .._vendor.attr.validators import ge as g"),
        ("if 1:\r\n\tfrom attr import s; x = 'é'; import attr", None),
        ("x = 'é'; from attr import s; from  cattrs  import x", None),
        ("from . import attr", "from . import attr"),
        ("from .attr import x", "from .attr import x"),
        ("import attribute", "import attribute"),
        ("x = 'import attr'  # import attr", "x = 'import attr'  # import attr"),
    ],
)
def test_imports_are_rewritten(before, after):
    """Those of what is copied, and nothing else."""
    found = _dependencies._rewritten(before.encode(), "..", {"attr", "attrs", "cattrs"}).decode()
    if after is None:
        assert found.count("._vendor") == 2
        assert "é" in found
        ast.parse(found)
    else:
        assert found == after


modules = st.sampled_from(["attr", "attrs.x", "os", "os.path", "cattrs"])
imports = st.one_of(
    st.builds("import {} as {}".format, modules, st.sampled_from(["a", "é"])),
    st.builds("from {} import ({},\n b as c)".format, modules, st.sampled_from(["a", "é"])),
    st.builds("if 'é':\n    x = 1; from {} import y".format, modules),
)


@given(st.lists(imports, max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_any_imports_are_rewritten(statements, end):
    """What is imported, and as what, stays; of the rest, every byte."""
    source = end.join(statements).replace("\n", end).encode()
    before = ast.parse(source)
    after = ast.parse(_dependencies._rewritten(source, ".", {"attr", "attrs", "cattrs"}))
    bound = [
        [[alias.asname or alias.name for alias in node.names] for node in ast.walk(tree) if hasattr(node, "names")]
        for tree in (before, after)
    ]
    assert bound[0] == bound[1]
    absolute = [node for node in ast.walk(after) if isinstance(node, ast.Import) or getattr(node, "level", 1) == 0]
    assert all(_dependencies._tops(node) <= {"os"} for node in absolute)
    assert _dependencies._rewritten(source, ".", set()) == source


def test_an_import_that_cannot_be_rewritten():
    """`import attr.x` gives the name `attr`, and no relative import does."""
    with pytest.raises(VendorError, match="import attr.x"):
        _dependencies._rewritten(b"import attr.x", ".", {"attr"})


def test_changes(copy):
    """Told by file and kind; other line ends and compiled files are none."""
    folder = copy()
    assert changes(folder) == UNCHANGED
    (folder / "tags.py").write_bytes((folder / "tags.py").read_bytes().replace(b"\n", b"\r\n"))
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "x.pyc").touch()
    assert changes(folder) == UNCHANGED
    (folder / "errors.py").write_text("#")
    (folder / "_generated" / "types.py").unlink()
    (folder / "mine.py").touch()
    assert changes(folder) == Changes(["errors.py"], ["_generated/types.py"], ["mine.py"])


def test_sha256sum_agrees(copy):
    """The manifest is a list that it can check."""
    folder = copy()
    line = ["sha256sum", "--check", "--quiet", "VENDORED.md"]
    assert subprocess.run(line, check=False, cwd=folder, capture_output=True, text=True).stdout == ""
    (folder / "errors.py").write_text("#")
    assert "errors.py: FAILED" in subprocess.run(line, check=False, cwd=folder, capture_output=True, text=True).stdout


def test_an_upgrade(copy, other):
    """In place; what is no longer in the package goes."""
    folder = other("acme.telephony")
    assert "# integry-requests 0.0.9\n" in (folder / "VENDORED.md").read_text()
    assert (folder / "gone.py").exists()
    copy()
    assert f"# integry-requests {integry.__version__}\n" in (folder / "VENDORED.md").read_text()
    assert not (folder / "gone.py").exists()
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


def test_local_changes_are_not_overwritten(copy):
    """Unless that is asked for; nothing was touched."""
    folder = copy()
    (folder / "tags.py").write_text("#")
    (folder / "mine.py").touch()
    before = snapshot(folder)
    with pytest.raises(VendorError, match=r"--force would undo them:\nmodified: tags.py\nadded: mine.py"):
        copy()
    assert snapshot(folder) == before
    copy(force=True)
    assert changes(folder) == UNCHANGED


def test_what_is_not_a_copy_is_not_overwritten(copy):
    """Not even when asked for."""
    (copy.root / "acme").mkdir()
    (copy.root / "acme" / "mine.py").touch()
    (copy.root / "link").symlink_to(copy.root / "acme")
    for name in ("acme", "link"):
        with pytest.raises(VendorError, match="was not made by integry.vendor"):
            copy(name, force=True)
    assert names(copy.root / "acme") == {"mine.py"}
    with pytest.raises(VendorError, match=r"VENDORED.md cannot be read"):
        changes(copy.root / "acme")


@pytest.mark.parametrize("package", ["", "a.b.", "a-b", "1a", "class", "../x", "a/b"])
def test_names_that_are_none(copy, package):
    """Refused, as nobody could import them."""
    with pytest.raises(VendorError, match="is no name for a package"):
        copy(package)


def test_other_refusals(copy):
    """A destination that is none, or inside the package; something unknown to include."""
    with pytest.raises(VendorError, match="is no folder"):
        vendor(copy.root / "nowhere")
    with pytest.raises(VendorError, match="is inside of what is copied"):
        vendor(Path(integry.__file__).parent, "copy")
    with pytest.raises(VendorError, match="no nonsense to include; there is sandbox"):
        copy(include=["nonsense"])


@pytest.mark.parametrize("at", ["old", "new"])
def test_a_failure_leaves_the_old_copy(copy, monkeypatch, at):
    """Whichever rename fails."""
    folder = copy()
    before = snapshot(folder)
    rename = Path.rename

    def failing(self, target):
        if (Path(target).name == "old") if at == "old" else (self.name == "new"):
            message = "no space"
            raise OSError(message)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="no space"):
        copy(with_deps=True)
    assert snapshot(folder) == before
    assert sorted(path.name for path in folder.parent.iterdir()) == ["__init__.py", "telephony"]


KILLED = """
import os, sys
from pathlib import Path
from integry.vendor import vendor
left = int(sys.argv[1])
def dying(method):
    def run(*arguments):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return method(*arguments)
    return run
Path.write_bytes, Path.rename = dying(Path.write_bytes), dying(Path.rename)
vendor(".", "acme.telephony", with_deps=True)
"""


def test_killed_at_any_moment(copy):
    """There is the old copy, whole, or the new one, at the latest once the command has run again."""
    folder = copy()
    before = snapshot(folder)
    files = len(before) + 100
    for left in (0, 1, files, files + 200):
        line = [sys.executable, "-c", KILLED, str(left)]
        subprocess.run(line, check=False, cwd=copy.root, env={"PYTHONPATH": str(Path(integry.__file__).parent.parent)})
        assert not folder.exists() or snapshot(folder) == before or changes(folder) == UNCHANGED
        copy(force=True)
        assert snapshot(folder) == before
        assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


def test_killed_between_two_renames(copy):
    """The old copy is put back, with its local changes."""
    folder = copy()
    (folder / "tags.py").write_text("#")
    before = snapshot(folder)
    staging = folder.parent / ".telephony.integry-vendor-x"
    staging.mkdir()
    folder.rename(staging / "old")
    with pytest.raises(VendorError, match="has local changes"):
        copy()
    assert snapshot(folder) == before
    assert not staging.exists()


def test_dependencies_that_cannot_be_copied(copy, monkeypatch):
    """What is not installed, and what came without its licence."""
    with monkeypatch.context() as patch:
        patch.setattr(_dependencies.metadata, "files", lambda _: None)
        with pytest.raises(VendorError, match=r"is not: pip install (attrs|cattrs)"):
            copy(with_deps=True)
    files = _dependencies.metadata.files
    patched = [path for path in files("attrs") if "licen" not in str(path).lower()]
    monkeypatch.setattr(_dependencies.metadata, "files", lambda _: patched)
    with pytest.raises(VendorError, match="came without its licence"):
        copy(with_deps=True)
    assert not (copy.root / "acme").exists()


def test_a_distribution_that_is_not_installed():
    """It is not copied."""
    assert not _dependencies._installed("no-such-distribution")


def test_the_command(copy, capsys):
    """Copies, checks, refuses, overwrites."""
    arguments = [str(copy.root), "--package", "acme.telephony"]
    assert main([*arguments, "--with-deps"]) == 0
    out = capsys.readouterr().out
    assert re.fullmatch(r"acme.telephony: integry-requests \S+ in .*/acme/telephony; see VENDORED.md there\n", out)
    assert main([*arguments, "--check"]) == 0
    assert capsys.readouterr().out == "unchanged\n"
    (copy.root / "acme" / "telephony" / "tags.py").write_text("#")
    assert main([*arguments, "--check"]) == 1
    assert capsys.readouterr().out == "modified: tags.py\n"
    assert main(arguments) == 1
    assert "has local changes" in capsys.readouterr().err
    assert main([*arguments, "--force"]) == 0


@pytest.mark.skipif(not (ROOT / "integry").exists(), reason="the sources are out of reach, as they are to be here")
def test_the_script(copy):
    """From a checkout, with a Python that has nothing installed (-S and -I: no site-packages)."""
    script = ROOT / "scripts" / "vendor.py"
    line = [sys.executable, "-I", "-S", str(script), str(copy.root), "--package", "telephony"]
    assert "telephony: integry-requests" in subprocess.run(line, check=True, capture_output=True, text=True).stdout
    assert changes(copy.root / "telephony") == UNCHANGED
