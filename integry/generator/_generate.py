"""From a document to a client: read, repair, parse, render, and put it in its place."""

from __future__ import annotations

import gc
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NamedTuple

from attrs import define, field
from openapi_python_client.config import ConfigFile

from ._config import configuration, note_unused_overrides, timeout_of
from ._document import load
from ._errors import GenerationError, WarningsError, one_line
from ._output import (
    check_folder,
    check_replaceable,
    differences,
    project_differences,
    replace,
    replace_project,
)
from ._parse import parse
from ._progress import Progress
from ._render import ClientProject
from ._repair import repair
from ._report import Report


@define(frozen=True)
class Job:
    """A client to generate.

    Attributes:
        spec: The document, a path or a URL.
        output: The folder of the client, or of its project.
        header: The first line of its files.
        strict: Refuse a document with parts that cannot be generated, instead of warning.
        settings: The settings of the user.
        meta: The kind of project around the client: "none", "pdm", "poetry", "setup" or "uv".
        templates: A folder of templates that are used in place of ours of the same names.
        tags: The tags of the operations that are made; all if it is empty.
        progress: Where the steps are shown.
    """

    spec: str
    output: Path
    header: str
    strict: bool
    settings: ConfigFile = field(factory=ConfigFile)
    meta: str = "none"
    templates: Path | None = None
    tags: tuple[str, ...] = ()
    progress: Progress = field(factory=Progress)


class Made(NamedTuple):
    """What was generated.

    Attributes:
        report: How much of the document it has.
        package: The name of the package in a project.
        kept: The files of a project that are the user's, and stayed as they were.
    """

    report: Report
    package: str
    kept: tuple[str, ...] = ()


def generate(job: Job, *, is_dry: bool = False) -> Made:
    """Write a client, and return how much of the document it has. The package is replaced as a whole, or not at all.

    Raises:
        GenerationError: If the document cannot be used, or the folder holds files that were not generated.
    """
    check_folder(job.output)
    if job.meta == "none":
        check_replaceable(job.output)
    with _folder_beside(job.output) as temporary:
        target = Path(temporary) / job.output.name
        made = write(job, target)
        if job.meta != "none":
            check_replaceable(job.output / made.package)
        if is_dry:
            return made
        job.output.parent.mkdir(parents=True, exist_ok=True)
        if job.meta == "none":
            replace(job.output, target)
            return made
        return made._replace(kept=tuple(replace_project(job.output, target, made.package)))


def _folder_beside(output: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a new folder below the nearest one that is there.

    The last step is a rename then, on one file system, and hooks find the same configuration files.
    """
    near = next(parent for parent in output.parents if parent.is_dir())
    return tempfile.TemporaryDirectory(prefix=".generate-", dir=near)


def check(job: Job) -> Made:
    """Compare a client with what would be generated, and return how much of the document it has.

    Raises:
        GenerationError: If they differ; it names the files.
    """
    check_folder(job.output)
    with _folder_beside(job.output) if job.settings.post_hooks else tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / job.output.name
        made = write(job, target)
        is_project = job.meta != "none"
        found = project_differences(job.output, target, made.package) if is_project else differences(job.output, target)
    if found:
        name = Path(job.spec).name
        message = f"{job.output.name}/ is not what {name} gives ({len(found)} files): {'; '.join(found)}"
        raise GenerationError(message)
    return made


def write(job: Job, target: Path) -> Made:
    """Write the client of a job into an empty folder, print what could not be generated, and return the rest."""
    report = Report()
    try:
        with job.progress.shown(), _rare_collections():
            package = _write(job, target, report)
    except GenerationError:
        raise
    except Exception as error:
        # The parser fails in many ways on documents that are not valid.
        message = f"{job.spec}: {one_line(error)}"
        raise GenerationError(message) from error
    for line in report.lines():
        print(f"warning: {line}", file=sys.stderr)  # noqa: T201
    if report.causes and job.strict:
        message = f"nothing was written, because of {len(report.causes)} warnings"
        raise WarningsError(message)
    return Made(report, package)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the garbage collector run rarely while the block runs: a document is many objects, all of which stay."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _write(job: Job, target: Path, report: Report) -> str:
    """Write the client, and return the name of its package."""
    job.progress.step(f"reading {job.spec}")
    config = configuration(job.spec, target, job.settings, job.meta)
    document = load(job.spec, timeout_of(job.settings))
    document = repair(document, job.spec, report, job.tags, config.content_type_overrides)
    job.progress.step(f"making types for {report.operations.all:,} operations and {report.schemas.all:,} schemas")
    openapi = parse(document, config, report)
    job.progress.step(f"writing {report.operations.made:,} operations and {report.schemas.made:,} schemas")
    project = ClientProject(
        document=document, header=job.header, openapi=openapi, config=config, templates=job.templates
    )
    project.build()
    note_unused_overrides(config, report)
    if project.user:
        project.user.note_unused(report)
    return project.package_name
