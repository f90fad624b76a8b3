"""Build the sdist and, from it, the wheel; check the contents of both, and that the wheel works.

Used by `make wheel`. The wheel is tested in a virtual environment, without access to the sources.
"""

import contextlib
import hashlib
import os
import posixpath
import pty
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRY = """
from integry import Integry, sign
from integry.sandbox import Sandbox
with Sandbox() as sandbox:
    print(sandbox.client().apps.get("pipedrive").title, sandbox.organisation().integrations.list())
"""
RUN = """
import os, subprocess, sys
from integry.sandbox import Sandbox
with Sandbox() as sandbox:
    variables = {**os.environ, **sandbox.environment(), "INTEGRY_USER_ID": "7", "NO_PROXY": "*", "HOME": os.getcwd()}
    sys.exit(subprocess.run(sys.argv[1:], env=variables).returncode)
"""


def build(folder: Path, *options: str) -> "list[Path]":
    """Build the wheel and the sdist, or only the one that the options select. Return the paths, the wheel first."""
    line = [sys.executable, "-m", "build", *options, "--outdir", str(folder), str(ROOT)]
    subprocess.run(line, check=True, capture_output=True)
    return sorted(folder.iterdir(), key=lambda path: path.suffix != ".whl")


def digests(*files: Path) -> "list[str]":
    """Return the SHA-256 of each file."""
    return [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]


def check(condition: object, title: str) -> None:
    """Print the title of a check, and exit if the condition is false."""
    if not condition:
        sys.exit(f"✗ {title}")
    print(f"✓ {title}")


def sources(folder: Path) -> "set[str]":
    """Return the relative paths of the files in a folder, without __pycache__."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}


def check_contents(sdist: Path, wheel: Path) -> None:
    """Check that sdist and wheel have the expected files, and no others."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {f"integry/{name}" for name in sources(ROOT / "integry") if not name.startswith("_generated/")}
    expected |= {f"integry/_generated/{name}" for name in sources(ROOT / "generated")}
    check(names == expected, f"the wheel has exactly the {len(expected)} files of the package {names ^ expected or ''}")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
        links = [member for member in archive.getmembers() if member.issym()]
    wanted = {"openapi.yaml", "hatch_build.py", "tests/conftest.py", "scripts/generate.py", "generated/client.py"}
    wanted |= {"integry/generator/templates/model.py.jinja", "integry/generator/runtime/client.py"}
    check(wanted <= inside, "the sdist has openapi.yaml, templates and tests")
    # Some pages of docs/ are symbolic links, and without their targets the documentation cannot be built.
    targets = {posixpath.normpath(posixpath.join(posixpath.dirname(link.name), link.linkname)) for link in links}
    targets = {name.partition("/")[2] for name in targets}
    check(targets <= inside, f"the sdist has the targets of its symbolic links {targets - inside or ''}")
    check(not any(".venv" in name or "node_modules" in name for name in inside), "the sdist has no installed files")


def check_metadata(wheel: Path) -> None:
    """Check the metadata of the wheel."""
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    found = message_from_bytes(archive.read(name))
    for field in ("Version", "Summary", "Keywords", "License-Expression", "License-File", "Project-URL"):
        check(found[field], f"metadata: {field} {found[field]}")
    pythons = [line.rpartition(" ")[2] for line in found.get_all("Classifier", []) if ":: 3." in line]
    check(pythons[0] == found["Requires-Python"].strip(">="), f"metadata: Python {', '.join(pythons)}")
    extras = sorted(found.get_all("Provides-Extra", []))
    expected = ["celery", "cli", "django", "generator", "mcp", "sandbox"]
    check(extras == expected, f"metadata: the extras {', '.join(extras)}")
    names = {line.partition(">")[0] for line in found.get_all("Requires-Dist", []) if "extra" not in line}
    check(names == {"attrs", "cattrs", "requests", "urllib3"}, f"metadata: {', '.join(sorted(names))} are required")
    check(str(found.get_payload()).lstrip().startswith("# integry-requests"), "metadata: the README")


def check_editable(folder: Path) -> None:
    """Check that an editable install imports the files of this repository, including the generated ones."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-e", str(ROOT)], check=True, capture_output=True)
    code = "import integry; from integry._generated import client; print(integry.__file__, client.__file__)"
    done = subprocess.run([python, "-I", "-c", code], cwd=folder, check=False, capture_output=True, text=True)
    files = [Path(name).resolve() for name in done.stdout.split()]
    expected = [ROOT / "integry" / "__init__.py", ROOT / "generated" / "client.py"]
    check(files == expected, f"an editable install uses the checkout {done.stderr}")


def check_use(wheel: Path, folder: Path) -> None:
    """Check that the wheel works without the files of this repository."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", f"{wheel}[sandbox]", "pytest"]
    subprocess.run(install, check=True, capture_output=True)
    done = subprocess.run([python, "-I", "-c", TRY], cwd=folder, check=False, capture_output=True, text=True)
    check(done.stdout == "Pipedrive []\n", f"the wheel works by itself {done.stderr}")
    test = folder / "test_plugin.py"
    test.write_text("def test_plugin(integry_sandbox):\n    assert integry_sandbox.calls == []\n", encoding="utf-8")
    done = subprocess.run(
        [python, "-m", "pytest", "-q", str(test)], cwd=folder, check=False, capture_output=True, text=True
    )
    check("1 passed" in done.stdout, f"pytest finds the fixtures {done.stdout if done.returncode else ''}")


def check_command(wheel: Path, folder: Path) -> None:
    """Check the installed command `integry`: without its extra, with it, and without rich, as script and as module."""
    venv.create(folder, with_pip=True)
    bin_folder = folder / "bin"
    commands = [[str(bin_folder / "integry")], [str(bin_folder / "python"), "-I", "-m", "integry"]]
    pip = [str(bin_folder / "python"), "-m", "pip", "--quiet"]
    subprocess.run([*pip, "install", f"{wheel}[sandbox]"], check=True, capture_output=True)
    for command in commands:
        done = subprocess.run([*command, "--help"], check=False, capture_output=True, text=True)
        expected = (1, "", "The command integry needs click: pip install 'integry-requests[cli]'\n")
        check((done.returncode, done.stdout, done.stderr) == expected, f"without click: {done.stderr.strip()}")
    subprocess.run([*pip, "install", f"{wheel}[cli]"], check=True, capture_output=True)
    tables = [list_on_terminal(command, folder) for command in commands]
    check("name" in tables[0] and tables[0] == tables[1], f"with click and rich: {tables[0].splitlines()[-1:]}")
    subprocess.run([*pip, "uninstall", "--yes", "rich"], check=True, capture_output=True)
    check(list_on_terminal(commands[0], folder) == "slack  Slack  0\n", "without rich, tables are plain")


def list_on_terminal(command: "list[str]", folder: Path) -> str:
    """Return the table of an app of a sandbox, as the command prints it on a terminal."""
    screen, terminal = pty.openpty()
    line = [str(folder / "bin" / "python"), "-I", "-c", RUN, *command, "apps", "list", "--search", "slack"]
    variables = {**os.environ, "TERM": "dumb"}
    done = subprocess.run(
        line, env=variables, check=False, stdout=terminal, stderr=subprocess.PIPE, text=True, cwd=folder
    )
    os.close(terminal)
    shown = b""
    with os.fdopen(screen, "rb", buffering=0) as file, contextlib.suppress(OSError):  # Linux raises it at the end
        for part in iter(lambda: file.read(65536), b""):
            shown += part
    check(done.returncode == 0, f"{' '.join(command)} apps list {done.stderr}")
    return shown.decode().replace("\r\n", "\n")


def check_generator(wheel: Path, folder: Path) -> None:
    """Check that the wheel, installed with the extra `generator`, generates the files of `generated/`."""
    found = subprocess.run(
        [str(ROOT / "scripts" / "python.sh"), "3.12", "the wheel's generator"],
        check=False,
        capture_output=True,
        text=True,
    )
    if found.returncode:
        print(f"- the wheel's generator is not checked: {found.stderr.strip()}")
        return
    subprocess.run([found.stdout.strip(), "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"{wheel}[generator]"], check=True, capture_output=True)
    command = [python, "-I", "-m", "integry.generator", str(ROOT / "openapi.yaml"), "client"]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    made = {path: (folder / "client" / path).read_text("utf-8") for path in sources(folder / "client")}
    # Ignore the first line of each file: it names the command that generated the file, which is another one here.
    wanted = {path: (ROOT / "generated" / path).read_text("utf-8") for path in sources(ROOT / "generated")}
    same = {path: text.partition("\n")[2] for path, text in made.items()} == {
        path: text.partition("\n")[2] for path, text in wanted.items()
    }
    check(same, f"the wheel's generator writes the {len(wanted)} files of generated/ {done.stderr}")
    last = done.stdout.splitlines()[-1:]
    check(last and last[0].startswith("made 26 of 26 operations, "), f"the wheel's generator: {last}")


def check_old_pythons(wheel: Path, folder: Path) -> None:
    """Check that pip of unsupported Pythons, if these are installed, prints the required version of Python."""
    for version in ("2.7", "3.6", "3.7"):
        there = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        if not there:
            print(f"- pip of Python {version} is not tested: pyenv does not have it")
            continue
        install = [str(there[-1]), "-m", "pip", "install", "--no-deps", "--target", str(folder), str(wheel)]
        done = subprocess.run(install, check=False, capture_output=True, text=True)
        advice = done.returncode and re.search(r".*requires .*Python.*3\.8.*", done.stdout + done.stderr)
        check(advice, f"pip of Python {version}: {advice.group() if advice else done.stderr}")


def main() -> None:
    """Build and check sdist and wheel, and copy them to dist/."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel, sdist = build(folder / "first")
        check(digests(wheel, sdist) == digests(*build(folder / "second")), "builds are reproducible, byte for byte")
        direct = build(folder / "direct", "--wheel")
        check(digests(wheel) == digests(*direct), "the sdist builds the same wheel as the checkout")
        check_contents(sdist, wheel)
        check_metadata(wheel)
        check_use(wheel, folder / "environment")
        check_command(wheel, folder / "command")
        check_generator(wheel, folder / "generator")
        check_editable(folder / "editable")
        check_old_pythons(wheel, folder / "old")
        shutil.rmtree(ROOT / "dist", ignore_errors=True)
        (ROOT / "dist").mkdir(exist_ok=True)
        for file in (wheel, sdist):
            shutil.copy(file, ROOT / "dist")
            print(f"dist/{file.name}")


if __name__ == "__main__":
    main()
