"""From a document to a client: read, repair, parse, render, and put it in its place."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from ._document import load
from ._errors import GenerationError, WarningsError, one_line
from ._output import check_replaceable, differences, replace
from ._parse import configuration, parse
from ._render import ClientProject
from ._repair import repair
from ._report import Report


class Job(NamedTuple):
    """A client to generate.

    Attributes:
        spec: The document, a path or a URL.
        output: The folder of the client.
        header: The first line of its files.
        strict: Refuse a document with parts that cannot be generated, instead of warning.
    """

    spec: str
    output: Path
    header: str
    strict: bool


def generate(job: Job, *, is_dry: bool = False) -> Report:
    """Write a client, and return how much of the document it has. The folder is replaced as a whole, or not at all.

    Raises:
        GenerationError: If the document cannot be used, or the folder holds files that were not generated.
    """
    check_replaceable(job.output)
    # Beside the output, so that the last step is a rename on one file system; below the nearest folder that is there.
    near = next(parent for parent in job.output.parents if parent.is_dir())
    with tempfile.TemporaryDirectory(prefix=".generate-", dir=near) as temporary:
        made = Path(temporary) / job.output.name
        report = write(job, made)
        if not is_dry:
            job.output.parent.mkdir(parents=True, exist_ok=True)
            replace(job.output, made)
    return report


def check(job: Job) -> Report:
    """Compare a client with what would be generated, and return how much of the document it has.

    Raises:
        GenerationError: If they differ; it names the files.
    """
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary) / job.output.name
        report = write(job, made)
        found = differences(job.output, made)
    if found:
        name = Path(job.spec).name
        message = f"{job.output.name}/ is not what {name} gives ({len(found)} files): {'; '.join(found)}"
        raise GenerationError(message)
    return report


def write(job: Job, target: Path) -> Report:
    """Write the client of a job into an empty folder, print what could not be generated, and return it."""
    report = Report()
    try:
        _render(job, target, report)
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
    return report


def _render(job: Job, target: Path, report: Report) -> None:
    document = repair(load(job.spec), job.spec, report)
    config = configuration(job.spec, target)
    openapi = parse(document, config, report)
    ClientProject(document=document, header=job.header, openapi=openapi, config=config).build()
