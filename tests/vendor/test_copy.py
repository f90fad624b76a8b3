"""Copies of the package: what is in them, how they are checked and upgraded, and what is refused."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import integry
from integry.vendor import Changes, VendorError, _copy, _dependencies, changes, vendor
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
    """Facade, generated layer, licence and manifest; not the sandbox, the plugin, the generator and this tool."""
    found = names(copy())
    package = Path(integry.__file__).parent
    folders = ("_http", "_resources", "_results")
    paths = [*package.glob("*.py"), *(path for folder in folders for path in (package / folder).rglob("*.py"))]
    own = {str(path.relative_to(package)) for path in paths}
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
    assert not (folder / "generator").exists()
    code = "from acme.telephony.sandbox import Sandbox; print(Sandbox().client(1).apps.get('slack').title)"
    assert run(code) == "Slack\n"
    assert "--include sandbox" in (folder / "VENDORED.md").read_text()
    assert {path.suffix for path in (folder / "sandbox").iterdir() if path.is_file()} == {
        ".py",
        ".json",
        ".css",
        ".svg",
    }


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
    newest = sys.version_info >= (3, 12)
    assert ("at least requests 2.27.1, urllib3 1.26.5." if newest else "requests 2.22, urllib3 1.25.10;") in manifest
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


@pytest.mark.parametrize("tool", ["sha256sum", "shasum -a 256"])
def test_other_tools_check_the_manifest(copy, tool):
    """The manifest is a list that sha256sum can check, and shasum, which macOS has instead."""
    if shutil.which(tool.split()[0]) is None:
        pytest.skip(f"there is no {tool.split()[0]} here")
    folder = copy()
    line = [*tool.split(), "--check", "VENDORED.md"]
    assert "FAILED" not in subprocess.run(line, check=True, cwd=folder, capture_output=True, text=True).stdout
    (folder / "errors.py").write_text("#")
    done = subprocess.run(line, check=False, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1
    assert "errors.py: FAILED" in done.stdout


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
    with pytest.raises(
        VendorError,
        match=r"--force replaces them, and saves them to VENDORED.patch:\nmodified: tags.py\nadded: mine.py",
    ):
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
        with pytest.raises(VendorError, match="was not created by integry.vendor"):
            copy(name, force=True)
    assert names(copy.root / "acme") == {"mine.py"}
    with pytest.raises(VendorError, match=r"VENDORED.md cannot be read"):
        changes(copy.root / "acme")


@pytest.mark.parametrize("package", ["", "a.b.", "a-b", "1a", "class", "../x", "a/b"])
def test_names_that_are_none(copy, package):
    """Refused, as nobody could import them."""
    with pytest.raises(VendorError, match="is not a valid package name"):
        copy(package)


def test_other_refusals(copy):
    """A destination that is none, or inside the package; something unknown to include."""
    with pytest.raises(VendorError, match="is not a folder"):
        vendor(copy.root / "nowhere")
    with pytest.raises(VendorError, match="is inside the package to copy"):
        vendor(Path(integry.__file__).parent, "copy")
    with pytest.raises(VendorError, match="There is no part nonsense: --include takes sandbox"):
        copy(include=["nonsense"])


@pytest.mark.parametrize("at", ["old", "new"])
def test_a_failure_leaves_the_old_copy(copy, monkeypatch, at):
    """Whichever rename fails."""
    folder = copy()
    before = snapshot(folder)
    rename = Path.rename

    failed = []

    def failing(self, target):
        if at == ("new" if self.name == "new" else "old"):
            failed.append(self)
            if len(failed) == 1:  # what is put back afterwards is renamed too
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
left = total = int(sys.argv[1])
def dying(method):
    def run(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return method(*arguments, **options)
    return run
for name in ("write_bytes", "rename", "mkdir", "touch"):
    setattr(Path, name, dying(getattr(Path, name)))
vendor(".", "acme.telephony", include=["sandbox"])
print(total - left)
"""


def killed(copy, left):
    """Upgrade a copy in a process that dies at its `left`th step; what it printed."""
    line = [sys.executable, "-c", KILLED, str(left)]
    environment = {"PYTHONPATH": str(Path(integry.__file__).parent.parent)}
    return subprocess.run(line, check=False, cwd=copy.root, env=environment, capture_output=True, text=True).stdout


@pytest.mark.slow
@pytest.mark.parametrize("at_first", [True, False])
def test_killed_at_any_moment(copy, at_first):
    """There is the old copy, whole, or the new one, or none if there was none; the next run tidies up."""
    folder = copy.root / "acme" / "telephony"
    if not at_first:
        copy()
    steps = int(killed(copy, 10**6))
    assert steps > 100
    for left in {0, 1, steps // 2, *range(steps - 6, steps)}:
        shutil.rmtree(copy.root / "acme", ignore_errors=True)
        before = None if at_first else snapshot(copy())
        assert killed(copy, left) == ""
        if folder.exists():
            assert changes(folder) == UNCHANGED
            assert before is None or (folder / "sandbox").exists() or snapshot(folder) == before
        else:
            assert before is None or [*folder.parent.glob(".integry-vendor-*/telephony")]
        assert changes(copy()) == UNCHANGED
        assert [path for path in copy.root.rglob(".*") if path.name.startswith(".")] == []


def test_killed_between_two_renames(copy):
    """The old copy is put back, with its local changes."""
    folder = copy()
    (folder / "tags.py").write_text("#")
    before = snapshot(folder)
    staging = folder.parent / ".integry-vendor-x"
    staging.mkdir()
    folder.rename(staging / "telephony")
    with pytest.raises(VendorError, match="has local changes"):
        copy()
    assert snapshot(folder) == before
    assert not staging.exists()


def test_several_at_once(copy):
    """They wait for each other: there is one copy, whole, and none of them fails."""
    command = [sys.executable, "-m", "integry.vendor", ".", "--package", "acme.telephony", "--force"]
    environment = {"PYTHONPATH": str(Path(integry.__file__).parent.parent)}
    for _ in range(3):
        runs = [
            subprocess.Popen(command, cwd=copy.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for _ in range(5)
        ]
        said = [run.communicate()[0].decode() for run in runs]
        assert [run.returncode for run in runs] == [0] * 5, said
        assert changes(copy.root / "acme" / "telephony") == UNCHANGED
    assert [path.name for path in copy.root.iterdir()] == ["acme"]


def test_where_there_are_no_locks(copy, monkeypatch):
    """As on Windows: it works, and waits for nobody."""
    monkeypatch.setattr(_copy, "fcntl", None)
    assert changes(copy()) == UNCHANGED


def test_a_failure_leaves_no_packages_behind(copy, monkeypatch):
    """Those on the way come with the copy, or not at all."""
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        copy("a.b.telephony")
    assert [*copy.root.iterdir()] == []


def test_an_upgrade_keeps_the_options(copy):
    """What came with a copy is not lost because a flag was forgotten."""
    folder = copy(include=["sandbox"], with_deps=True)
    copy()
    assert (folder / "testing.py").exists()
    assert (folder / "_vendor" / "attrs" / "__init__.py").exists()
    assert "--include sandbox --with-deps" in (folder / "VENDORED.md").read_text()


def test_modules_are_not_hidden(copy):
    """A package would go before a module of its name, here or on the way."""
    (copy.root / "utils.py").touch()
    for name in ("utils", "utils.telephony"):
        with pytest.raises(VendorError, match="utils.py would be hidden"):
            copy(name)
    (copy.root / "data").touch()
    with pytest.raises(VendorError, match="must be a folder, and is a file"):
        copy("data.telephony")


def test_links_and_what_tools_leave_in_a_copy(copy):
    """Links are local changes, wherever they lead; caches are none."""
    folder = copy()
    (folder / ".mypy_cache").mkdir()
    (folder / ".mypy_cache" / "x.json").touch()
    assert changes(folder) == UNCHANGED
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to(folder)
    assert changes(folder) == Changes([], [], ["dangling", "loop"])


def test_a_folder_without_files_is_none(copy):
    """As it is left where another branch was checked out."""
    (copy.root / "acme" / "telephony" / "__pycache__").mkdir(parents=True)
    (copy.root / "acme" / "telephony" / "__pycache__" / "x.pyc").touch()
    assert changes(copy()) == UNCHANGED


@pytest.fixture
def checkout(tmp_path):
    """Another checkout: package, generated layer beside it, and command."""
    folder = tmp_path / "checkout"
    package = Path(integry.__file__).parent
    shutil.copytree(package, folder / "integry", ignore=shutil.ignore_patterns("__pycache__", "_generated"))
    shutil.copytree(package / "_generated", folder / "generated", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "vendor.py", folder / "scripts")
    return folder


def script(checkout, copy, package="telephony"):
    """Run a checkout's command, with a Python that has nothing installed (-S and -I: no site-packages)."""
    line = [sys.executable, "-I", "-S", str(checkout / "scripts" / "vendor.py"), str(copy.root), "--package", package]
    return subprocess.run(line, check=False, capture_output=True, text=True)


def test_the_script(checkout, copy):
    """It needs nothing installed; nor the link, which some checkouts lack; and what else lies there stays there."""
    (checkout / "integry" / "_generated").write_text("../generated")
    (checkout / "integry" / ".env").write_text("SECRET=1")
    (checkout / "integry" / "_base.py.orig").touch()
    assert script(checkout, copy).stdout.startswith("telephony: integry-requests")
    assert names(copy.root / "telephony") == names(copy("other")) - {"LICENSE"}
    assert changes(copy.root / "telephony") == UNCHANGED


def test_a_checkout_that_is_not_complete(checkout, copy):
    """Without the generated layer there is nothing to copy."""
    shutil.rmtree(checkout / "generated")
    assert "is incomplete" in script(checkout, copy).stderr
    assert [*copy.root.iterdir()] == []


def test_an_archive(copy, monkeypatch):
    """Python can import the package from a zip, but its files are no files there."""
    monkeypatch.setattr(_copy, "GENERATED", None)
    with pytest.raises(VendorError, match="is incomplete, or in an archive"):
        copy()


def test_the_copy_is_not_put_into_what_is_copied(checkout, copy):
    """Into neither folder of a checkout."""
    copy.root = checkout / "generated"
    assert "is inside the package to copy" in script(checkout, copy).stderr


def installed(folder, name, version, *files):
    """Make a folder that has a distribution, as pip would install it."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    if files:
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    return folder


@pytest.mark.parametrize(
    ("version", "files", "message"),
    [
        ("20.3.0", ["attr.py"], "attrs 20.3.0 is too old to be copied: install 21.3 or newer"),
        ("23.2.0", [], "The metadata of attrs do not list all of its files"),
        ("23.2.0", ["attr.py"], "The metadata of attrs do not list all of its files"),
        ("23.2.0", ["attrs-23.2.0.dist-info/METADATA"], "attrs has no licence file"),
    ],
)
def test_dependencies_that_cannot_be_copied(copy, tmp_path, monkeypatch, version, files, message):
    """Too old ones, ones without their files, and ones without a licence."""
    monkeypatch.syspath_prepend(str(installed(tmp_path / "there", "attrs", version, *files)))
    with pytest.raises(VendorError, match=message):
        copy(with_deps=True)
    assert not (copy.root / "acme").exists()


def test_dependencies_that_are_not_installed(copy, monkeypatch):
    """It says for which Python they must be."""
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(VendorError, match=re.escape(f"installed for {sys.executable}")):
        copy(with_deps=True)


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
    assert main(arguments) == 2
    assert "has local changes" in capsys.readouterr().err
    assert main([str(copy.root), "--package", "nowhere", "--check"]) == 2
    assert "was not created by integry.vendor" in capsys.readouterr().err
    assert main([*arguments, "--force"]) == 0
