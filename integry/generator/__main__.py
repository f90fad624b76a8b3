"""Generate a client on requests, attrs and cattrs from an OpenAPI document.

    python scripts/generate.py                                       openapi.yaml -> generated/
    python scripts/generate.py --check                               is generated/ what openapi.yaml gives?
    python scripts/generate.py --spec petstore.yaml --output petstore
    python scripts/generate.py --spec https://example.com/openapi.json --output example

The output folder is replaced as a whole, when all has gone well, and only if all that is in it was generated.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import Any, Iterator, Sequence
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SPEC = ROOT / "openapi.yaml"
OUTPUT = ROOT / "generated"
MARK = "# Do not edit:"
#: Whatever lies around, and wherever the output is: ruff would leave out what git ignores, and folders like `build`.
#: The templates end each element with a comma, which would keep short lists on several lines.
FORMAT = (
    *("--isolated", "--line-length=120", "--no-respect-gitignore", "--config=exclude=[]", "--target-version=py38"),
    *("--config=format.skip-magic-trailing-comma=true", "--config=lint.isort.split-on-trailing-comma=false"),
)


#: Values that a document may have, aliases written out: ten times as many as GitHub's.
LARGEST = 2_500_000


class Failure(Exception):  # noqa: N818 (it is the end of the command, and no programming error)
    """What is wrong, in one line."""


def load(spec: str) -> dict[str, Any]:
    """Read an OpenAPI 3 document, JSON or YAML, from a file or a URL."""
    text = download(spec) if is_url(spec) else read(Path(spec))
    try:
        document = parse(text)
    except Exception as error:
        message = f"{spec} is neither JSON nor YAML: {one_line(error)}"
        raise Failure(message) from error
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        found = "a Swagger 2 document" if isinstance(document, dict) and "swagger" in document else "no 'openapi: 3.…'"
        message = f"{spec} is not an OpenAPI 3 document: {found}"
        raise Failure(message)
    refuse_bombs(spec, document)
    return document


def refuse_bombs(spec: str, document: Any) -> None:
    """Fail if aliases of YAML make a document endless, or a million times as large as it is written."""
    sizes: dict[int, int] = {}

    def size(node: Any) -> int:
        parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        if id(node) not in sizes:
            sizes[id(node)] = -1  # until it is known
            sizes[id(node)] = 1 + sum(size(part) if isinstance(part, (dict, list)) else 1 for part in parts)
        if sizes[id(node)] < 0:
            message = f"{spec} cannot be used: an alias stands inside of what it is an alias of"
            raise Failure(message)
        return sizes[id(node)]

    try:
        whole = size(document)
    except RecursionError as error:
        message = f"{spec} cannot be used: it is nested too deeply"
        raise Failure(message) from error
    if whole > LARGEST:
        message = f"{spec} cannot be used: with its aliases written out it has {float(whole):.0e} values"
        raise Failure(message)


def parse(text: str) -> Any:
    """Read JSON or YAML. JSON is YAML too, but a large document takes minutes to read as such."""
    from ruamel.yaml import YAML

    return json.loads(text) if text.lstrip().startswith("{") else YAML(typ="safe", pure=True).load(text)


def read(path: Path) -> str:
    """The text of a file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise Failure(message) from error


def download(url: str) -> str:
    """The text at a URL."""
    import requests

    try:
        response = requests.get(url, timeout=30)
        response.raise_for_status()
    except requests.RequestException as error:
        message = f"{url} cannot be fetched: {one_line(error)}"
        raise Failure(message) from error
    return response.content.decode("utf-8", errors="replace")


def one_line(error: object) -> str:
    """The lines of a message as one."""
    return " ".join(str(error).split())[:300]


def header(spec: str, output: str) -> str:
    """The first line of every generated file.

    The command is as it was given, but for folders of this machine and credentials in a URL.
    """
    if is_ours(spec):
        return f"{MARK} made from openapi.yaml by `python scripts/generate.py` (or `make generate`)."
    parts = urlsplit(spec)
    source = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if is_url(spec) else portable(spec)
    command = shlex.join(["python", "scripts/generate.py", "--spec", source, "--output", portable(output)])
    return f"{MARK} made from {Path(parts.path).name} by `{one_line(command)}`."


def portable(path: str) -> str:
    """A path as it was given, or the last part of an absolute one."""
    return Path(path).name if Path(path).is_absolute() else path


def is_url(spec: str) -> bool:
    """Whether a document is to be fetched."""
    return spec.startswith(("http://", "https://"))


def is_ours(spec: str) -> bool:
    """Whether a document is our own, whatever path leads to it."""
    return not is_url(spec) and Path(spec).resolve() == SPEC


def generate(spec: str, target: Path, first: str) -> Sequence[Any]:
    """Write the client into an empty folder; what the parser could not make sense of is returned."""
    from openapi_python_client.config import Config, ConfigFile, MetaType
    from openapi_python_client.parser import GeneratorData
    from openapi_python_client.parser.errors import GeneratorError

    from ._rendering import RequestsProject, drop_dead_ends, normalised, readable_complaints

    config = Config.from_sources(
        config_file=ConfigFile.load_from_path(HERE / "generator.yaml"),
        meta_type=MetaType("none"),
        document_source=SPEC,
        file_encoding="utf-8",
        overwrite=True,
        output_path=target,
    )
    try:
        document = normalised(load(spec))
        complaints = drop_dead_ends(document)
        with readable_complaints():
            data = GeneratorData.from_dict(document, config=config)
    except Failure:
        raise
    except Exception as error:
        message = f"{spec}: {one_line(error)}"
        raise Failure(message) from error
    if isinstance(data, GeneratorError):
        message = f"{spec} is not valid OpenAPI: {one_line(data.detail)}"
        raise Failure(message)
    templates = HERE / "templates"
    project = RequestsProject(
        document=document, header=first, openapi=data, config=config, custom_template_path=templates
    )
    complaints.extend(project.build())
    ruff("check", "--fix", "--quiet", "--select=F401,I001,UP034", str(target))
    ruff("format", "--quiet", str(target))
    return complaints


def ruff(command: str, *arguments: str) -> None:
    """Run ruff with settings of our own alone, whatever configuration lies around."""
    done = subprocess.run(  # noqa: S603 (no shell, and the arguments are our own)
        [sys.executable, "-m", "ruff", command, *FORMAT, "--no-cache", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = f"ruff {command} failed: {one_line(done.stderr or done.stdout)}"
        raise Failure(message)


def show(complaints: Sequence[Any]) -> None:
    """Print what the parser could not make sense of, a line each."""
    for complaint in complaints:
        print(f"warning: {one_line(complaint.header)} {one_line(complaint.detail or '')}", file=sys.stderr)


def files(folder: Path) -> Iterator[Path]:
    """The files below a folder, without what Python leaves there, one by one: it may be anybody's folder."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return (path for path in found if "__pycache__" not in path.parts)


def refuse_foreign(output: Path) -> None:
    """Fail if the output folder holds anything that was not generated."""
    if output.exists() and not output.is_dir():
        message = f"{output} is not a folder"
        raise Failure(message)
    if output == output.parent:
        message = f"{output} is the root of a file system"
        raise Failure(message)
    foreign = (path for path in files(output) if not is_generated(output / path)) if output.exists() else iter(())
    # A few will do: beyond them may lie a whole disk, or devices that answer a reader with nothing or without end.
    few = sorted(str(path) for path in islice(foreign, 5))
    if few:
        message = f"{output} holds files that were not generated, nothing was written: {', '.join(few)}"
        raise Failure(message)


def is_generated(path: Path) -> bool:
    """Whether a file opens with our mark."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK.encode()


def replace(output: Path, made: Path) -> None:
    """Put a folder in the place of another; the old one is there until the new one is."""
    old = made.with_name(made.name + ".old")
    if output.exists():
        output.rename(old)
    try:
        made.rename(output)
    except BaseException:
        if old.exists() and not output.exists():
            old.rename(output)
        raise
    shutil.rmtree(old, ignore_errors=True)


def differences(output: Path, made: Path) -> list[str]:
    """What differs between a folder and what would be generated."""
    there, wanted = set(files(output)) if output.is_dir() else set(), set(files(made))
    changed = {path for path in there & wanted if not filecmp.cmp(output / path, made / path, shallow=False)}
    named = ("changed", changed), ("missing", wanted - there), ("extra", there - wanted)
    return [f"{kind}: {output.name}/{path}" for kind, paths in named for path in sorted(paths)]


def run(spec: str, output: str, *, check: bool) -> None:
    """Generate, or compare."""
    folder = Path(output).resolve()
    if not check:
        refuse_foreign(folder)
    # Beside the output, so that the last step is a rename on one file system; below the nearest folder that is there.
    near = next(parent for parent in folder.parents if parent.is_dir())
    with tempfile.TemporaryDirectory(prefix=".generate-", dir=None if check else near) as temporary:
        made = Path(temporary) / folder.name
        complaints = generate(spec, made, header(spec, output))
        show(complaints)
        if complaints and is_ours(spec):
            message = f"{len(complaints)} warnings about our own document: it must generate without any"
            raise Failure(message)
        if not check:
            folder.parent.mkdir(parents=True, exist_ok=True)
            return replace(folder, made)
        found = differences(folder, made)
    if found:
        message = f"{folder.name}/ is not what {Path(spec).name} gives ({len(found)} files): {'; '.join(found)}"
        raise Failure(message)
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spec", default=str(SPEC), help="the OpenAPI 3 document: a file or a URL (our openapi.yaml)")
    parser.add_argument("--output", help="the folder of the client (generated)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the folder is not up to date")
    options = parser.parse_args(arguments)
    if sys.version_info < (3, 11):
        parser.error("openapi-python-client needs Python 3.11 or newer; try `make clean generate PYTHON=python3.12`")
    if options.output is None and not is_ours(options.spec):
        parser.error("--output is needed with --spec: the folder to write the client to")
    try:
        run(options.spec, options.output or str(OUTPUT), check=options.check)
    except (Failure, OSError, ValueError) as failure:
        print(f"error: {one_line(failure) if not isinstance(failure, Failure) else failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
