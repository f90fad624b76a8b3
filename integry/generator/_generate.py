"""The steps from a document to a client: load, repair, parse, render, and replace the output folder."""

from __future__ import annotations

import gc
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, NamedTuple

from attrs import define, evolve, field

from ._config import Settings, configuration, note_unused_overrides, timeout_of
from ._document import TOO_DEEP, load
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
    """The options of one run of the generator.

    Attributes:
        spec: Path or URL of the document.
        output: Folder of the client, or of its project.
        header: First line of each generated file.
        strict: True to raise WarningsError if there is a warning.
        settings: The settings of the user.
        meta: The kind of project around the client: "none", "pdm", "poetry", "setup" or "uv".
        templates: Folder with the user's templates, each of which replaces the built-in template of the same name.
        tags: Generate only operations with one of these tags; all operations if it is empty.
        processes: Maximum number of processes that write the modules of a large document.
        progress: The progress line, which shows the current step of the run.
    """

    spec: str
    output: Path
    header: str
    strict: bool
    settings: Settings = field(factory=Settings)
    meta: str = "none"
    templates: Path | None = None
    tags: tuple[str, ...] = ()
    processes: int = 1
    progress: Progress = field(factory=Progress)


class Made(NamedTuple):
    """The result of a run.

    Attributes:
        report: The warnings, and the numbers of generated operations and schemas.
        package: The name of the package in a project.
        kept: The files of the project that were not replaced, because the user owns them.
    """

    report: Report
    package: str
    kept: tuple[str, ...] = ()


def generate(job: Job, *, is_dry: bool = False) -> Made:
    """Generate a client. Its folder is replaced as a whole, or not at all.

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
    """Return a temporary folder in the nearest existing parent of the output folder.

    Moving the client to the output folder is then a rename within a file system, and commands in `post_hooks` find the
    same configuration files in parent folders.
    """
    near = next(parent for parent in output.parents if parent.is_dir())
    return tempfile.TemporaryDirectory(prefix=".generate-", dir=near)


def check(job: Job) -> Made:
    """Check that a client is up to date, without writing to its folder.

    Raises:
        GenerationError: If any file differs. The message lists the files.
        WarningsError: If no file differs, but there are warnings, and the job is strict.
    """
    check_folder(job.output)
    with _folder_beside(job.output) if job.settings.post_hooks else tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / job.output.name
        made = write(evolve(job, strict=False), target)
        is_project = job.meta != "none"
        found = project_differences(job.output, target, made.package) if is_project else differences(job.output, target)
    if found:
        name = Path(job.spec).name
        number = "1 file differs" if len(found) == 1 else f"{len(found)} files differ"
        message = f"{job.output.name}/ is not up to date with {name} ({number}): {'; '.join(found)}"
        raise GenerationError(message)
    if made.report.causes and job.strict:
        message = f"{job.output.name} is up to date, but there {made.report.number()}"
        raise WarningsError(message)
    return made


def write(job: Job, target: Path) -> Made:
    """Write the client of a job to an empty folder, and print each warning.

    Raises:
        WarningsError: If there are warnings, and the job is strict.
        GenerationError: If no client can be generated.
    """
    report = Report()
    try:
        with job.progress.shown(), _no_collections():
            package = _write(job, target, report)
    except GenerationError:
        raise
    except RecursionError as error:
        raise GenerationError(TOO_DEEP.format(job.spec)) from error
    except Exception as error:
        # For invalid documents, openapi-python-client may raise an exception of any class.
        message = f"{job.spec}: {one_line(error)}"
        raise GenerationError(message) from error
    for line in report.lines():
        print(f"warning: {line}", file=sys.stderr)  # noqa: T201 (warnings of a command)
    if report.causes and job.strict:
        message = f"nothing was written, because there {report.number()}"
        raise WarningsError(message)
    return Made(report, package)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Disable the garbage collector in the block, which creates many objects, of which nearly all stay in use."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _write(job: Job, target: Path, report: Report) -> str:
    """Write the client, and return the name of its package."""
    job.progress.step(f"reading {job.spec}")
    config = configuration(job.spec, target, job.settings, job.meta)
    document = load(job.spec, timeout_of(job.settings))
    document = repair(document, job.spec, report, job.tags, config.content_type_overrides, job.settings.pagination)
    job.progress.step(f"making types for {report.operations.all:,} operations and {report.schemas.all:,} schemas")
    openapi = parse(document, config, report)
    job.progress.step(f"writing {report.operations.made:,} operations and {report.schemas.made:,} schemas")
    project = ClientProject(
        document=document,
        header=job.header,
        openapi=openapi,
        config=config,
        templates=job.templates,
        processes=job.processes,
    )
    project.build()
    note_unused_overrides(config, report)
    if project.user:
        project.user.note_unused(report)
    return project.package_name
