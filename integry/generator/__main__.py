"""Generate an API client on requests, attrs and cattrs from an OpenAPI document.

    python -m integry.generator petstore.yaml petstore
    python -m integry.generator https://example.com/openapi.json example --fail-on-warning
    python -m integry.generator petstore.yaml petstore --check    is petstore/ up to date?
    python -m integry.generator petstore.yaml project --meta uv   a project with pyproject.toml

The output folder is replaced once all files are generated, and only if it holds nothing but
generated files. With --meta, that applies to the package in it, and your own files beside the
package are kept. In a checkout, SPEC defaults to openapi.yaml and OUTPUT to generated/.
"""

from __future__ import annotations

import argparse
import gc
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Sequence

from ._deferred import deferred, without_models
from ._document import is_url
from ._errors import GenerationError, one_line
from ._output import OWN_HEADER, check_importable, header

CHECKOUT = Path(__file__).resolve().parent.parent.parent
METAS = ("none", "pdm", "poetry", "setup", "uv")
EXIT_CODES = """exit codes:
  0  the client is written, or is up to date
  1  the document or a setting cannot be used, or --check found differences
  2  the arguments are wrong
  3  there were warnings, and --fail-on-warning was given
With all codes but 0, the output folder is unchanged.

The options of openapi-python-client have the same effect: generate --path, --url,
--output-path, --overwrite, --file-encoding utf-8.
"""


def main(
    arguments: Sequence[str] | None = None,
    project: Path = CHECKOUT,
    *,
    program: str = "python -m integry.generator",
    processes: int = 1,
) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: Command-line arguments. None means sys.argv[1:].
        project: The folder of this repository, which has the default document (openapi.yaml) and output (generated/).
        program: The name of the command in its help and messages.
        processes: Maximum number of processes that write the modules of a large document.
    """
    parser = _parser(program)
    given = [*(sys.argv[1:] if arguments is None else arguments)]
    # Accept the command line of openapi-python-client, which starts with `generate`.
    options = parser.parse_args(given[1:] if given[:1] == ["generate"] and not Path("generate").exists() else given)
    if sys.version_info < (3, 11):
        parser.error("openapi-python-client needs Python 3.11 or newer")
    if find_spec("openapi_python_client") is None:
        parser.error("openapi-python-client is not installed: pip install 'integry-requests[generator]'")
    try:
        _run(parser, options, project, processes)
    except (GenerationError, OSError, ValueError) as failure:
        text = str(failure) if isinstance(failure, GenerationError) else one_line(failure)
        print(f"error: {text}", file=sys.stderr)
        return getattr(failure, "exit_code", 1)
    return 0


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description=(__doc__ or "").replace("python -m integry.generator", program),
        epilog=EXIT_CODES,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=96),
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="SPEC OUTPUT", help="the document, a file or a URL, and the folder to write to")
    add("--spec", "--path", "--url", action=_Once, help="the document, as SPEC")
    add("--output", "--output-path", action=_Once, help="the folder to write to, as OUTPUT")
    add("--check", action="store_true", help="write nothing; fail if the folder is not up to date")
    add("--dry-run", action="store_true", help="write nothing; print the numbers of operations and schemas")
    add("--fail-on-warning", action="store_true", help="write nothing and exit with 3 if there are warnings")
    add("--config", type=Path, metavar="FILE", help="settings in openapi-python-client's form, JSON or YAML")
    add("--meta", choices=METAS, default="none", help="write a project for this tool around the package")
    add(
        "--include-tags",
        action="append",
        default=[],
        metavar="A,B",
        help="generate only operations with these tags",
    )
    add("--custom-template-path", type=Path, metavar="FOLDER", help="templates that replace the built-in ones")
    add("--overwrite", action="store_true", help=argparse.SUPPRESS)
    add("--file-encoding", type=_utf8, help=argparse.SUPPRESS)
    return parser


class _Once(argparse.Action):
    """An argparse action for an option with several names, of which the user may give only one."""

    def __call__(self, parser: argparse.ArgumentParser, options: Any, value: Any, name: str | None = None) -> None:
        if getattr(options, self.dest) is not None:
            parser.error(f"{name}: give one of {', '.join(self.option_strings)}, once")
        setattr(options, self.dest, value)


def _utf8(encoding: str) -> str:
    if encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
        message = f"files can only be written in UTF-8, not in {encoding}"
        raise argparse.ArgumentTypeError(message)
    return encoding


def _run(parser: argparse.ArgumentParser, options: argparse.Namespace, project: Path, processes: int) -> None:
    # Only openapi-python-client's own command uses these packages, which take a quarter of the time to start.
    with deferred("httpcore", "httpx"):
        from . import _generate
        from ._config import load_settings

    settings = load_settings(options.config)
    _place(parser, options, project, settings)
    output = Path(options.output).resolve()
    if options.meta == "none":
        check_importable(output)
        _check_names(options, settings, output)
    options.tags = [tag.strip() for names in options.include_tags for tag in names.split(",") if tag.strip()]
    job = _generate.Job(
        spec=options.spec,
        output=output,
        header=OWN_HEADER if options.is_own else _header(options),
        strict=options.is_own or options.fail_on_warning,
        settings=settings,
        meta=options.meta,
        templates=_templates(options.custom_template_path),
        tags=tuple(options.tags),
        processes=processes,
    )
    made = _generate.check(job) if options.check else _generate.generate(job, is_dry=options.dry_run)
    done = "is up to date" if options.check else "would be written" if options.dry_run else "is written"
    for name in made.kept:
        print(f"{options.output}/{name} was kept, because it does not have the first line of generated files")
    print(f"{options.output} {done}")
    print(made.report.summary())


def _place(parser: argparse.ArgumentParser, options: argparse.Namespace, project: Path, settings: Any) -> None:
    """Set the options `spec` and `output`. In a checkout of this repository, they have defaults: see `main`.

    Also set `is_own`, which is True if the document is the openapi.yaml of this repository.
    """
    own = project.resolve() / "openapi.yaml"
    paths = list(options.paths)
    options.spec = options.spec or (paths.pop(0) if paths else str(own) if own.is_file() else None)
    options.output = options.output or (paths.pop(0) if paths else None)
    if options.spec is None:
        parser.error("a document is needed: SPEC, a file or a URL")
    if paths:
        parser.error(f"unrecognized arguments: {' '.join(paths)}")
    options.is_own = not is_url(options.spec) and Path(options.spec).resolve() == own
    named = settings.package_name_override if options.meta == "none" else settings.project_name_override
    options.output = options.output or named
    if options.output is None and not options.is_own:
        parser.error("OUTPUT is needed with SPEC: the folder to write the client to")
    options.output = options.output or str(project / "generated")


def _check_names(options: argparse.Namespace, settings: Any, output: Path) -> None:
    """Raise GenerationError if a setting in the configuration file has an effect only with --meta."""
    for key in ("project_name_override", "package_version_override"):
        if getattr(settings, key) is not None:
            message = f"{options.config}: {key} needs a project: give --meta pdm, poetry, setup or uv"
            raise GenerationError(message)
    package = settings.package_name_override
    if package not in (None, output.name):
        message = f"{options.config}: package_name_override is {package!r}, but without --meta OUTPUT is the package"
        raise GenerationError(message)


def _header(options: argparse.Namespace) -> str:
    """Return the first line of each generated file. It has the options of the command that change the output."""
    given = {
        "--config": options.config,
        "--meta": options.meta if options.meta != "none" else None,
        "--include-tags": ",".join(options.tags),
        "--custom-template-path": options.custom_template_path,
    }
    return header(options.spec, options.output, {name: [str(value)] for name, value in given.items() if value})


def _templates(folder: Path | None) -> Path | None:
    if folder is not None and not folder.is_dir():
        message = f"{folder} is not a folder: give the folder with your templates"
        raise GenerationError(message)
    return folder


def run_process(*arguments: Any, **options: Any) -> int:
    """Call `main` as the only work of this process: it starts faster, and may start others.

    openapi-python-client's own command cannot be used in this process afterwards.
    """
    from ._processes import number_of_processes

    with without_models():
        return main(*arguments, **options, processes=number_of_processes())


if __name__ == "__main__":
    # Start and end without the garbage collector: there is nothing to collect.
    gc.disable()
    exit_code = run_process()
    gc.freeze()
    sys.exit(exit_code)
