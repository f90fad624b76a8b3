"""From a document to a client: read, repair, parse, render, and put it in its place."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple, Sequence

from ._document import load
from ._errors import GenerationError, one_line
from ._output import check_replaceable, differences, replace
from ._parse import configuration, parse
from ._render import ClientProject
from ._repair import repair


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


def generate(job: Job) -> None:
    """Write a client. The output folder is replaced as a whole, or not at all.

    Raises:
        GenerationError: If the document cannot be used, or the folder holds files that were not generated.
    """
    check_replaceable(job.output)
    # Beside the output, so that the last step is a rename on one file system; below the nearest folder that is there.
    near = next(parent for parent in job.output.parents if parent.is_dir())
    with tempfile.TemporaryDirectory(prefix=".generate-", dir=near) as temporary:
        made = Path(temporary) / job.output.name
        write(job, made)
        job.output.parent.mkdir(parents=True, exist_ok=True)
        replace(job.output, made)


def check(job: Job) -> None:
    """Compare a client with what would be generated.

    Raises:
        GenerationError: If they differ; it names the files.
    """
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary) / job.output.name
        write(job, made)
        found = differences(job.output, made)
    if found:
        name = Path(job.spec).name
        message = f"{job.output.name}/ is not what {name} gives ({len(found)} files): {'; '.join(found)}"
        raise GenerationError(message)


def write(job: Job, target: Path) -> None:
    """Write the client of a job into an empty folder, and print what could not be generated."""
    try:
        complaints = _render(job, target)
    except GenerationError:
        raise
    except Exception as error:
        # The parser fails in many ways on documents that are not valid.
        message = f"{job.spec}: {one_line(error)}"
        raise GenerationError(message) from error
    for complaint in complaints:
        print(f"warning: {one_line(complaint.header)} {one_line(complaint.detail or '')}", file=sys.stderr)  # noqa: T201 (a command)
    if complaints and job.strict:
        message = f"{len(complaints)} warnings about our own document: it must generate without any"
        raise GenerationError(message)


def _render(job: Job, target: Path) -> Sequence[Any]:
    document, complaints = repair(load(job.spec))
    config = configuration(job.spec, target)
    project = ClientProject(document=document, header=job.header, openapi=parse(document, config), config=config)
    return [*complaints, *project.build()]
