"""Generate a client on requests, attrs and cattrs from an OpenAPI document.

    python -m integry.generator --spec petstore.yaml --output petstore
    python -m integry.generator --spec https://example.com/openapi.json --output example
    python -m integry.generator --spec petstore.yaml --output petstore --check    is petstore/ what the document gives?

The output folder is replaced as a whole, when all has gone well, and only if all that is in it was generated. In a
checkout of this package the document is openapi.yaml and the folder is generated/, unless others are given.
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Sequence

from ._document import is_url
from ._errors import GenerationError, one_line
from ._output import OWN_HEADER, header

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def main(arguments: Sequence[str] | None = None, project: Path = CHECKOUT) -> int:
    """Run the command, and return its exit code.

    Args:
        arguments: The command line; that of the process if it is None.
        project: The folder with the document and the client that are used if none are given.
    """
    own = project.resolve() / "openapi.yaml"
    parser = _parser(needs_spec=not own.is_file())
    options = parser.parse_args(arguments)
    spec = options.spec or str(own)
    is_own = not is_url(spec) and Path(spec).resolve() == own
    if options.output is None and not is_own:
        parser.error("--output is needed with --spec: the folder to write the client to")
    if sys.version_info < (3, 11):
        parser.error("openapi-python-client needs Python 3.11 or newer")
    if find_spec("openapi_python_client") is None:
        parser.error("openapi-python-client is not installed: pip install 'integry-requests[generator]'")
    output = options.output or str(project / "generated")
    try:
        _run(spec, output, OWN_HEADER if is_own else header(spec, output), check=options.check, strict=is_own)
    except (GenerationError, OSError, ValueError) as failure:
        text = str(failure) if isinstance(failure, GenerationError) else one_line(failure)
        print(f"error: {text}", file=sys.stderr)
        return getattr(failure, "exit_code", 1)
    return 0


def _parser(*, needs_spec: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m integry.generator", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--spec", help="the OpenAPI 3 document: a file or a URL", required=needs_spec)
    parser.add_argument("--output", help="the folder of the client")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the folder is not up to date")
    return parser


def _run(spec: str, output: str, first: str, *, check: bool, strict: bool) -> None:
    from . import _generate

    job = _generate.Job(spec, Path(output).resolve(), first, strict=strict)
    report = _generate.check(job) if check else _generate.generate(job)
    print(report.summary())


if __name__ == "__main__":
    sys.exit(main())
