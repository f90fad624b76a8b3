"""Vendoring: the contents of copies, checks, upgrades, and refused arguments."""

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
#: Code that uses every layer of the package.
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
    """Return the relative paths of the files in a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def snapshot(folder):
    """Return the contents of all files in a folder."""
    return {name: (folder / name).read_bytes() for name in names(folder)}


def test_a_copy_works_under_another_name(copy, run, integry_live_sandbox):
    """A copy under another name works and does not import `integry`."""
    assert copy() == copy.root / "acme" / "telephony"
    environment = integry_live_sandbox.environment()
    assert run(WORKS.format(package="acme.telephony"), **environment) == "acme.telephony.errors\n"


def test_a_copy_contains_the_core(copy):
    """A copy has the core, licence and manifest, but no sandbox, plugin, command, generator or vendoring tool."""
    found = names(copy())
    package = Path(integry.__file__).parent
    folders = ("_http", "_resources", "_results", "bulk")
    paths = [*package.glob("*.py"), *(path for folder in folders for path in (package / folder).rglob("*.py"))]
    own = {str(path.relative_to(package)) for path in paths}
    generated = package / "_generated"
    expected = own | {f"_generated/{path.relative_to(generated)}" for path in generated.rglob("*.py")}
    expected |= {"py.typed", "_generated/py.typed", "LICENSE", "VENDORED.md"}
    assert found == expected - {"testing.py", "__main__.py"}
    assert "MIT License" in (copy.root / "acme/telephony/LICENSE").read_text()


def test_imports_are_relative(copy):
    """No module of a copy imports the package by an absolute name."""
    for path in copy().rglob("*.py"):
        for node in _dependencies._imports(path.read_bytes()):
            assert not _dependencies._top_level_modules(node) & {"integry", "generated", "acme"}, path


def test_new_folders_become_packages(copy):
    """New folders of a copy get an `__init__.py`. Existing folders are not changed."""
    (copy.root / "acme").mkdir()
    copy("acme.third_party.telephony")
    assert not (copy.root / "acme" / "__init__.py").exists()
    assert (copy.root / "acme" / "third_party" / "__init__.py").read_text() == ""


def test_the_django_app_can_be_included(copy, run):
    """The copied Django app works with `include=["django"]`, with templates, static files, tags and the command."""
    folder = copy(include=["django"])
    code = """
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.staticfiles", "acme.telephony.django"],
    INTEGRY={"APP_KEY": "k", "APP_SECRET": "s"},
    STATIC_URL="/static/",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)
django.setup()
from django.apps import apps
from django.contrib.staticfiles.finders import find
from django.core.checks import run_checks
from django.core.management import get_commands
from django.template import engines
from django.template.loader import get_template
import acme.telephony.django.urls, acme.telephony.django.middleware
engines["django"].from_string("{% load integry %}{% integry_config %}")
names = ["apps", "base", "disconnect", "error", "_app"]
print(apps.get_app_config("integry").name, all(get_template(f"integry/{name}.html") for name in names))
print(all(find(f"integry/{name}") for name in ["integry.js", "apps.js", "integry.css"]), run_checks())
print(get_commands()["integry_check"], acme.telephony.django.get_client())
"""
    assert run(code).splitlines() == [
        "acme.telephony.django True",
        "True []",
        "acme.telephony.django Integry(base_url='https://api.integry.io', user_id=None)",
    ]
    assert "--include django" in (folder / "VENDORED.md").read_text()
    assert not (copy("acme.other") / "django").exists()


def test_tools_can_be_included(copy, run):
    """The copied toolbox works with `include=["tools"]`, and frameworks are not copied as dependencies."""
    folder = copy(include=["tools"], with_deps=True)
    code = """
from acme.telephony import Integry
from acme.telephony.tools import Toolbox
toolbox = Toolbox(Integry("k", "s", user_id="7"), functions=[])
try:
    toolbox.as_langchain()
except Exception as error:
    print(type(error).__module__, toolbox)
"""
    assert run(code) == "acme.telephony.errors Toolbox(user_id='7', 0 tools)\n"
    assert "--include tools" in (folder / "VENDORED.md").read_text()


def test_celery_can_be_included(copy):
    """The part that needs Celery is copied with `include=["celery"]` alone."""
    assert "celery/__init__.py" in names(copy(include=["celery"]))
    assert not (copy("acme.other") / "celery").exists()


def test_the_sandbox_can_be_included(copy, run):
    """The copied sandbox works with `include=["sandbox"]`."""
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
def test_modules_belong_to_the_listed_distributions():
    """The table DISTRIBUTIONS agrees with the metadata of the installed packages."""
    found = _dependencies.metadata.packages_distributions()
    for module, distribution in _dependencies.DISTRIBUTIONS.items():
        if module in found:
            assert {name.replace("-", "_").lower() for name in found[module]} == {distribution}


def test_dependencies_can_be_vendored(copy, run, integry_live_sandbox):
    """A copy with `with_deps` uses only the copied libraries, and has their licences and versions."""
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
    """Modules and stubs import dependencies from the copy, except that stubs import typing_extensions absolutely."""
    folder = copy(with_deps=True)
    vendored = {path.name.partition(".")[0] for path in (folder / "_vendor").iterdir()}
    for path in [*folder.rglob("*.py"), *folder.rglob("*.pyi")]:
        for_types = {"typing_extensions"} if path.suffix == ".pyi" or folder / "_vendor" not in path.parents else set()
        for node in _dependencies._imports(path.read_bytes()):
            assert not _dependencies._top_level_modules(node) & (vendored - for_types), path


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
    """Imports of vendored libraries are rewritten, and no other code is changed."""
    found = _dependencies._rewrite_imports(before.encode(), "..", {"attr", "attrs", "cattrs"}).decode()
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
def test_rewritten_imports_bind_the_same_names(statements, end):
    """Rewritten imports bind the same names, and all other bytes of the source stay the same."""
    source = end.join(statements).replace("\n", end).encode()
    before = ast.parse(source)
    after = ast.parse(_dependencies._rewrite_imports(source, ".", {"attr", "attrs", "cattrs"}))
    bound = [
        [[alias.asname or alias.name for alias in node.names] for node in ast.walk(tree) if hasattr(node, "names")]
        for tree in (before, after)
    ]
    assert bound[0] == bound[1]
    absolute = [node for node in ast.walk(after) if isinstance(node, ast.Import) or getattr(node, "level", 1) == 0]
    assert all(_dependencies._top_level_modules(node) <= {"os"} for node in absolute)
    assert _dependencies._rewrite_imports(source, ".", set()) == source


def test_an_import_of_a_submodule_is_refused():
    """`import attr.x` raises VendorError, because it binds the name `attr`, and no relative import can do that."""
    with pytest.raises(VendorError, match="import attr.x"):
        _dependencies._rewrite_imports(b"import attr.x", ".", {"attr"})


def test_changes_are_listed_by_kind(copy):
    """Local changes are listed by kind. Converted line endings and compiled files do not count."""
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
def test_the_manifest_can_be_checked_with_sha256sum(copy, tool):
    """The manifest can be checked with sha256sum, and with shasum, which macOS has instead."""
    if shutil.which(tool.split()[0]) is None:
        pytest.skip(f"{tool.split()[0]} is not installed")
    folder = copy()
    command_line = [*tool.split(), "--check", "VENDORED.md"]
    assert "FAILED" not in subprocess.run(command_line, check=True, cwd=folder, capture_output=True, text=True).stdout
    (folder / "errors.py").write_text("#")
    result = subprocess.run(command_line, check=False, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 1
    assert "errors.py: FAILED" in result.stdout


def test_an_upgrade_replaces_the_copy(copy, older_copy):
    """An upgrade deletes files that the new version does not have."""
    folder = older_copy("acme.telephony")
    assert "# integry-requests 0.0.9\n" in (folder / "VENDORED.md").read_text()
    assert (folder / "gone.py").exists()
    copy()
    assert f"# integry-requests {integry.__version__}\n" in (folder / "VENDORED.md").read_text()
    assert not (folder / "gone.py").exists()
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


def test_local_changes_are_not_overwritten(copy):
    """An upgrade of a changed copy is refused without `force`, and nothing is changed."""
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


def test_a_foreign_folder_is_not_overwritten(copy):
    """A folder that is not a copy is not replaced, even with `force`."""
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
def test_invalid_package_names_are_refused(copy, package):
    """A name that cannot be imported raises VendorError."""
    with pytest.raises(VendorError, match="is not a valid package name"):
        copy(package)


def test_invalid_arguments_are_refused(copy):
    """The destination must be a folder outside the package, and extras must be known."""
    with pytest.raises(VendorError, match="is not a folder"):
        vendor(copy.root / "nowhere")
    with pytest.raises(VendorError, match="is inside the package to copy"):
        vendor(Path(integry.__file__).parent, "copy")
    with pytest.raises(VendorError, match="There is no part nonsense: --include takes sandbox, django, tools, celery"):
        copy(include=["nonsense"])


@pytest.mark.parametrize("failing_step", ["old", "new"])
def test_a_failure_leaves_the_old_copy(copy, monkeypatch, failing_step):
    """The old copy is restored, no matter which rename fails."""
    folder = copy()
    before = snapshot(folder)
    rename = Path.rename

    failed = []

    def failing(self, target):
        if failing_step == ("new" if self.name == "new" else "old"):
            failed.append(self)
            if len(failed) == 1:  # restoring the old copy calls rename too
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


def upgrade_until_killed(copy, left):
    """Upgrade a copy in a process that dies before step `left`, and return its output."""
    command_line = [sys.executable, "-c", KILLED, str(left)]
    environment = {"PYTHONPATH": str(Path(integry.__file__).parent.parent)}
    return subprocess.run(
        command_line, check=False, cwd=copy.root, env=environment, capture_output=True, text=True
    ).stdout


@pytest.mark.slow
@pytest.mark.parametrize("is_first", [True, False])
def test_an_interrupted_upgrade_leaves_a_whole_copy(copy, is_first):
    """After a kill at any step of an upgrade, the old or the new copy is complete, and the next run cleans up."""
    folder = copy.root / "acme" / "telephony"
    if not is_first:
        copy()
    steps = int(upgrade_until_killed(copy, 10**6))
    assert steps > 100
    for left in {0, 1, steps // 2, *range(steps - 6, steps)}:
        shutil.rmtree(copy.root / "acme", ignore_errors=True)
        before = None if is_first else snapshot(copy())
        assert upgrade_until_killed(copy, left) == ""
        if folder.exists():
            assert changes(folder) == UNCHANGED
            assert before is None or (folder / "sandbox").exists() or snapshot(folder) == before
        else:
            assert before is None or [*folder.parent.glob(".integry-vendor-*/telephony")]
        assert changes(copy()) == UNCHANGED
        assert [path for path in copy.root.rglob(".*") if path.name.startswith(".")] == []


def test_an_interrupted_rename_is_undone(copy):
    """The run after an interrupted rename restores the old copy with its local changes."""
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


@pytest.mark.slow
def test_concurrent_runs_wait_for_each_other(copy):
    """Concurrent runs all succeed, and one complete copy remains."""
    command = [sys.executable, "-m", "integry.vendor", ".", "--package", "acme.telephony", "--force"]
    environment = {"PYTHONPATH": str(Path(integry.__file__).parent.parent)}
    for _ in range(3):
        runs = [
            subprocess.Popen(command, cwd=copy.root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            for _ in range(5)
        ]
        outputs = [run.communicate()[0].decode() for run in runs]
        assert [run.returncode for run in runs] == [0] * 5, outputs
        assert changes(copy.root / "acme" / "telephony") == UNCHANGED
    assert [path.name for path in copy.root.iterdir()] == ["acme"]


def test_a_copy_works_without_fcntl(copy, monkeypatch):
    """On Windows, which has no fcntl, concurrent runs do not wait for each other."""
    monkeypatch.setattr(_copy, "fcntl", None)
    assert changes(copy()) == UNCHANGED


def test_a_failure_leaves_no_new_packages(copy, monkeypatch):
    """Parent packages are created together with the copy or not at all."""
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        copy("a.b.telephony")
    assert [*copy.root.iterdir()] == []


def test_an_upgrade_keeps_the_options(copy):
    """An upgrade without options uses the options of the earlier run."""
    folder = copy(include=["sandbox"], with_deps=True)
    copy()
    assert (folder / "testing.py").exists()
    assert (folder / "_vendor" / "attrs" / "__init__.py").exists()
    assert "--include sandbox --with-deps" in (folder / "VENDORED.md").read_text()


def test_modules_are_not_hidden(copy):
    """A package name that would shadow an existing module is refused."""
    (copy.root / "utils.py").touch()
    for name in ("utils", "utils.telephony"):
        with pytest.raises(VendorError, match="utils.py would be hidden"):
            copy(name)
    (copy.root / "data").touch()
    with pytest.raises(VendorError, match="must be a folder, and is a file"):
        copy("data.telephony")


def test_links_are_changes_and_caches_are_not(copy):
    """Links count as local changes, even broken ones. Caches of tools do not."""
    folder = copy()
    (folder / ".mypy_cache").mkdir()
    (folder / ".mypy_cache" / "x.json").touch()
    assert changes(folder) == UNCHANGED
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to(folder)
    assert changes(folder) == Changes([], [], ["dangling", "loop"])


def test_a_folder_with_only_caches_counts_as_empty(copy):
    """A folder that has only caches, for example after another branch was checked out, counts as empty."""
    (copy.root / "acme" / "telephony" / "__pycache__").mkdir(parents=True)
    (copy.root / "acme" / "telephony" / "__pycache__" / "x.pyc").touch()
    assert changes(copy()) == UNCHANGED


@pytest.fixture
def checkout(tmp_path):
    """Copy the parts of the repository that vendoring needs: package, generated layer and script."""
    folder = tmp_path / "checkout"
    package = Path(integry.__file__).parent
    shutil.copytree(package, folder / "integry", ignore=shutil.ignore_patterns("__pycache__", "_generated"))
    shutil.copytree(package / "_generated", folder / "generated", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "vendor.py", folder / "scripts")
    return folder


def script(checkout, copy, package="telephony"):
    """Run scripts/vendor.py of the fixture `checkout` in a Python without site-packages (-S and -I)."""
    command_line = [
        sys.executable,
        "-I",
        "-S",
        str(checkout / "scripts" / "vendor.py"),
        str(copy.root),
        "--package",
        package,
    ]
    return subprocess.run(command_line, check=False, capture_output=True, text=True)


def test_the_script_needs_no_dependencies(checkout, copy):
    """scripts/vendor.py works without dependencies or the symbolic link, and copies no other files, such as `.env`."""
    (checkout / "integry" / "_generated").write_text("../generated")
    (checkout / "integry" / ".env").write_text("SECRET=1")
    (checkout / "integry" / "_base.py.orig").touch()
    assert script(checkout, copy).stdout.startswith("telephony: integry-requests")
    assert names(copy.root / "telephony") == names(copy("other")) - {"LICENSE"}
    assert changes(copy.root / "telephony") == UNCHANGED


def test_an_incomplete_checkout_is_refused(checkout, copy):
    """scripts/vendor.py refuses to copy the package without the generated layer."""
    shutil.rmtree(checkout / "generated")
    assert "is incomplete" in script(checkout, copy).stderr
    assert [*copy.root.iterdir()] == []


def test_a_package_in_an_archive_is_refused(copy, monkeypatch):
    """Vendoring a package that is in a zip file raises VendorError, because its files cannot be copied."""
    monkeypatch.setattr(_copy, "GENERATED", None)
    with pytest.raises(VendorError, match="is incomplete, or in an archive"):
        copy()


def test_a_destination_inside_the_package_is_refused(checkout, copy):
    """A destination inside `integry/` or `generated/` of the repository is refused."""
    copy.root = checkout / "generated"
    assert "is inside the package to copy" in script(checkout, copy).stderr


def installed(folder, name, version, *files):
    """Create a folder with a distribution, as pip would install it."""
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
def test_unsuitable_dependencies_are_refused(copy, tmp_path, monkeypatch, version, files, message):
    """Old versions, missing file lists and missing licences raise VendorError."""
    monkeypatch.syspath_prepend(str(installed(tmp_path / "there", "attrs", version, *files)))
    with pytest.raises(VendorError, match=message):
        copy(with_deps=True)
    assert not (copy.root / "acme").exists()


def test_missing_dependencies_are_refused(copy, monkeypatch):
    """The error for missing dependencies names the Python for which they must be installed."""
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(VendorError, match=re.escape(f"installed for {sys.executable}")):
        copy(with_deps=True)


def test_an_uninstalled_distribution_has_no_files():
    """The lookup of an uninstalled distribution returns an empty result instead of raising."""
    assert not _dependencies._is_installed("no-such-distribution")


def test_the_command_copies_checks_and_refuses(copy, capsys):
    """The exit code of the command is 0, 1 for local changes, and 2 for errors."""
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
