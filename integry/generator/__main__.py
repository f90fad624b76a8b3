"""Generate a client on requests, attrs and cattrs from an OpenAPI document.

    python -m integry.generator petstore.yaml petstore
    python -m integry.generator https://example.com/openapi.json example --fail-on-warning
    python -m integry.generator petstore.yaml petstore --check       is petstore/ what the document gives?

The output folder is replaced as a whole, when all has gone well, and only if all that is in it was generated. In a
checkout of this package the document is openapi.yaml and the folder is generated/, unless others are given.

Exit codes: 0 done; 1 the document cannot be used, or --check found differences; 2 the arguments are wrong; 3 there
were warnings, and --fail-on-warning was given. With all but 0 the output folder is as it was.
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Sequence

from ._document import is_url
from ._errors import GenerationError, one_line
from ._output import OWN_HEADER, check_importable, header

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def main(arguments: Sequence[str] | None = None, project: Path = CHECKOUT) -> int:
    """Run the command, and return its exit code.

    Args:
        arguments: The command line; that of the process if it is None.
        project: The folder with the document and the client that are used if none are given.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    _place(parser, options, project)
    if sys.version_info < (3, 11):
        parser.error("openapi-python-client needs Python 3.11 or newer")
    if find_spec("openapi_python_client") is None:
        parser.error("openapi-python-client is not installed: pip install 'integry-requests[generator]'")
    try:
        _run(options)
    except (GenerationError, OSError, ValueError) as failure:
        text = str(failure) if isinstance(failure, GenerationError) else one_line(failure)
        print(f"error: {text}", file=sys.stderr)
        return getattr(failure, "exit_code", 1)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m integry.generator", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="SPEC OUTPUT", help="the document, a file or a URL, and the folder of the client")
    add("--spec", help="the document, as SPEC")
    add("--output", help="the folder of the client, as OUTPUT")
    add("--check", action="store_true", help="write nothing; fail if the folder is not up to date")
    add("--dry-run", action="store_true", help="write nothing; tell what would be made")
    add("--fail-on-warning", action="store_true", help="write nothing and exit with 3 if there are warnings")
    return parser


def _place(parser: argparse.ArgumentParser, options: argparse.Namespace, project: Path) -> None:
    """Put the document and the folder into the options, as they are given or as they are in a checkout."""
    own = project.resolve() / "openapi.yaml"
    paths = list(options.paths)
    options.spec = options.spec or (paths.pop(0) if paths else str(own) if own.is_file() else None)
    options.output = options.output or (paths.pop(0) if paths else None)
    if options.spec is None:
        parser.error("a document is needed: SPEC, a file or a URL")
    if paths:
        parser.error(f"unrecognized arguments: {' '.join(paths)}")
    options.is_own = not is_url(options.spec) and Path(options.spec).resolve() == own
    if options.output is None and not options.is_own:
        parser.error("OUTPUT is needed with SPEC: the folder to write the client to")
    options.output = options.output or str(project / "generated")


def _run(options: argparse.Namespace) -> None:
    from . import _generate

    output = Path(options.output).resolve()
    check_importable(output)
    first = OWN_HEADER if options.is_own else header(options.spec, options.output)
    job = _generate.Job(options.spec, output, first, strict=options.is_own or options.fail_on_warning)
    report = _generate.check(job) if options.check else _generate.generate(job, is_dry=options.dry_run)
    done = "is up to date" if options.check else "would be written" if options.dry_run else "is written"
    print(f"{options.output} {done}")
    print(report.summary())


if __name__ == "__main__":
    sys.exit(main())
