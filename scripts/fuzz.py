"""Fuzz the package with atheris, guided by coverage. `make fuzz` installs atheris and runs this program.

    python scripts/fuzz.py                         all targets, seven seconds each
    python scripts/fuzz.py --seconds 600 answers   one target, for longer
    python scripts/fuzz.py --runs 100000           a number of inputs instead of seconds
    python scripts/fuzz.py heads --input crash-…   reproduce a crash

Every input must lead to a correct result or an error of this package. Failing inputs are saved to .cache/fuzz/found.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import io
import json
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence

import atheris
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

ROOT = Path(__file__).resolve().parent.parent
FOUND = ROOT / ".cache" / "fuzz" / "found"
sys.path.insert(0, str(ROOT))

# Only modules that are imported here report their coverage, so import all of the package first. atheris prints each
# module to stderr.
with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(include=["integry"]):
    import integry

    for module in pkgutil.walk_packages(integry.__path__, "integry."):
        if not re.match(r"integry\.(__main__|celery|cli|django|generator|sandbox|testing|tools|vendor)", module.name):
            import_module(module.name)
    from integry import tags
    from integry._generated.retry import parse_retry_after
    from integry._http.fast.heads import INTERIM, Response
    from integry._secrets import Mask
    from tests.robustness import hostile

Target = Callable[[atheris.FuzzedDataProvider], None]
TARGETS: Dict[str, Target] = {}
SEEDS: Dict[str, List[bytes]] = {}
SUCCESS_STATUSES = [200, 200, 200, 201, 204]
ERROR_STATUSES = [300, 302, 400, 400, 401, 403, 404, 409, 422, 429, 500, 503, 599]
CONTENT_TYPES = [
    "application/json",
    "text/html",
    "",
    "a/b; charset=utf-16",
    "a/b; charset=latin-1",
    "a/b; charset=",
    ";charset",
]
MAX_LENGTH = 4096


def target(*seeds: bytes) -> Callable[[Target], Target]:
    """Return a decorator that registers a function as a fuzz target, with seed inputs."""

    def add(function: Target) -> Target:
        name = function.__name__.rstrip("_")
        TARGETS[name], SEEDS[name] = function, list(seeds)
        return function

    return add


def require(condition: object, *values: object) -> None:
    """Raise RuntimeError with the values if a condition is false."""
    if not condition:
        raise RuntimeError(*map(repr, values))


def text(data: atheris.FuzzedDataProvider) -> str:
    """Return a random string, which may have lone surrogates."""
    found: str = data.ConsumeUnicode(MAX_LENGTH)
    return found


class ResponseAdapter(BaseAdapter):
    """A transport adapter that responds with given bodies, without a network."""

    def __init__(self, bodies: Sequence[bytes], status: int, headers: Dict[str, str]) -> None:
        super().__init__()
        self.bodies, self.status, self.headers, self.request_count = list(bodies), status, headers, 0

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return a response with the next body; the last one is repeated."""
        body = self.bodies[min(self.request_count, len(self.bodies) - 1)]
        self.request_count += 1
        response = requests.Response()
        response.status_code, response.request, response.url = self.status, request, str(request.url)
        response.raw = HTTPResponse(io.BytesIO(body), self.headers, self.status, preload_content=False)
        response.headers.update(self.headers)
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        return response

    def close(self) -> None:
        """Do nothing: no connections are open."""


def call_operation(name: str, adapter: ResponseAdapter) -> Any:
    """Return the result of an operation with these responses, or the error of this package that it raises."""
    session = requests.Session()
    session.mount("https://", adapter)
    clients = hostile.integry(session=session), hostile.organisation(session=session)
    return hostile.outcome(lambda: hostile.CALLS[name](*clients))


@target(b"{a} {b.c}", b"{{a}}{b}", b"{a", b"a}{b-c}{")
def tags_(data: atheris.FuzzedDataProvider) -> None:
    """Check that `tags.find` finds the same tags as a simple parser, and `tags.substitute` replaces all of them."""
    value = text(data)
    spans = list(hostile.expected_tags(value))
    names = {value[start + 1 : end - 1] for start, end in spans}
    require(tags.find({"x": [value]}) == names, value)
    require(set(tags.missing([value], {})) == names, value)
    require(tags.substitute(value, {}) == value, value)
    pieces = [value[behind:start] for behind, (start, _) in zip([0, *(end for _, end in spans)], spans)]
    whole = 1 if spans == [(0, len(value))] else "1".join([*pieces, value[spans[-1][1] if spans else 0 :]])
    require(hostile.integry().functions.preview({"a": value}, dict.fromkeys(names, 1)) == {"a": whole}, value)


@target(b'\x01{"_cursor": "a"}\n{"_cursor": 1}', b'\x02{"next_page": {}}', b'\x00{"_cursor": [[]], "apps": [null]}')
def pages(data: atheris.FuzzedDataProvider) -> None:
    """Check that iterating over pages ends: on the last page, a cursor loop, or an invalid page."""
    name = data.PickValueInList(["list_apps", "list_functions", "call_function"])
    start = b'{"network_code": 200, "apps": [], "functions": [], "output": [],'
    given = data.ConsumeBytes(MAX_LENGTH).split(b"\n")
    adapter = ResponseAdapter([start + body.lstrip()[1:] for body in given], 200, {})
    call_operation(name, adapter)
    # An iteration ends at a repeated page. An operation sends at most 12 requests in addition to those for pages.
    require(adapter.request_count <= len(given) + 12, adapter.request_count)


@target(
    *(
        json.dumps(value).encode()
        for value in ({"network_code": 200}, {"apps": [hostile.ACCOUNT]}, {"data": [{"id": "x"}]})
    )
)
def answers(data: atheris.FuzzedDataProvider) -> None:
    """Check that an operation raises an error with the status of an error response, whatever the response contains."""
    name, status = data.PickValueInList(sorted(hostile.CALLS)), data.PickValueInList(SUCCESS_STATUSES + ERROR_STATUSES)
    headers = {"Content-Type": data.PickValueInList(CONTENT_TYPES), "X-Credits": data.ConsumeString(8)}
    result = call_operation(name, ResponseAdapter([data.ConsumeBytes(MAX_LENGTH)], status, headers))
    if status in ERROR_STATUSES and name != "disconnect_account":
        require(getattr(result, "status", None) == status, name, status, result)


@target(
    b'{"error": "e", "error_details": ["User has not connected their Slack account."]}', b'{"detail": "x", "code": 5}'
)
def errors(data: atheris.FuzzedDataProvider) -> None:
    """Check that an error response raises the right class, without the secret in its body and headers."""
    status, body = data.PickValueInList(ERROR_STATUSES), data.ConsumeBytes(MAX_LENGTH)
    headers = {"Retry-After": data.ConsumeString(40), "X-Request-ID": hostile.SECRET}
    sent = body.replace(b"x", hostile.SECRET.encode())
    result = call_operation("call_function", ResponseAdapter([sent], status, headers))
    require(result.status == status, result)
    shown = [str(result), repr(result), str(vars(result))]
    require(not any(hostile.SECRET in each for each in shown), shown)


class FakeSocket(io.BytesIO):
    """A fake socket with one response."""

    def makefile(self, *_: Any) -> io.BufferedReader:
        """Return a reader of the response."""
        return io.BufferedReader(self)


def read(reader: Any, answer: bytes) -> Any:
    """Return the result of parsing a response: head and body, or the class of the error."""
    response = reader(FakeSocket(answer), method="GET")
    try:
        response.begin()
        head = response.status, response.reason, response.version, response.length, response.chunked
        return (*head, response.will_close, list(response.headers.items()), response.read())
    except (http.client.HTTPException, OverflowError, ValueError) as error:
        return type(error)


def is_interim(answer: bytes) -> bool:
    """Return True if a response starts with an interim status (1xx), as http.client parses status lines."""
    try:
        return int(answer.split(b"\n")[0].decode("latin-1").split(None, 2)[1]) in range(100, 200)
    except (IndexError, ValueError):
        return False


@target(
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
    b"HTTP/1.0 404\nA:b\n c\n\n",
    b"HTTP/1.1 100 C\r\n\r\n",
    b"HTTP/1.1 103 E\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
)
def heads(data: atheris.FuzzedDataProvider) -> None:
    """Check that the fast path and http.client parse a response alike.

    If it starts with an interim response (1xx), check only that this is not returned as the final one.
    """
    answer = data.ConsumeBytes(MAX_LENGTH)
    fast, standard = (read(reader, answer) for reader in (Response, http.client.HTTPResponse))
    if is_interim(answer):
        require(not isinstance(fast, tuple) or fast[0] not in INTERIM, answer, fast)
    else:
        require(fast == standard, answer, fast, standard)


@target(b"120", b"Wed, 21 Oct 2015 07:28:00 GMT", b"Fri, 31 Dec 1999 23:59:59 -0000")
def retry_after(data: atheris.FuzzedDataProvider) -> None:
    """Check that parsing a Retry-After header returns 0 or more seconds, or None."""
    value = text(data)
    found = parse_retry_after(value, now=lambda: 0.0)
    require(found is None or found >= 0, value)


@target(b'{"token": "abcdef", "a": "known-secret-1"}', b"https://a:b@c/?hash=abc&x=known-secret-1", b'"token":"a\\"b')
def masking(data: atheris.FuzzedDataProvider) -> None:
    """Check that a `Mask` hides known secrets in any text and JSON value."""
    secret, around = "known-secret-1", text(data)
    mask = Mask(("short", secret)).with_secrets_of(json.dumps({"token": around[:20] + "!-sent"}))
    for shown in (
        mask.text(around.replace("x", secret)),
        str(mask.value({around: [around.replace("x", secret)]})),
    ):
        require(secret not in shown, shown)


def run(name: str, arguments: Sequence[str]) -> None:
    """Fuzz one target in this process. libFuzzer ends the process."""
    function = TARGETS[name]
    atheris.Setup([sys.argv[0], *arguments], lambda data: function(atheris.FuzzedDataProvider(data)))
    atheris.Fuzz()


def fuzz_all(names: Sequence[str], limit: str) -> Iterator[bool]:
    """Fuzz each target in a process of its own, print a summary, and yield True if no input failed."""
    FOUND.mkdir(parents=True, exist_ok=True)
    for name in names:
        with tempfile.TemporaryDirectory() as corpus:
            for number, start in enumerate(SEEDS[name]):
                (Path(corpus) / str(number)).write_bytes(start)
            # With a fixed seed, CI tests the same inputs in each run.
            seed = "-seed=1" if os.environ.get("CI") else "-seed=0"
            options = [
                limit,
                seed,
                f"-max_len={MAX_LENGTH}",
                "-timeout=20",
                f"-artifact_prefix={FOUND}/{name}-",
                corpus,
            ]
            command = [sys.executable, __file__, name, "--child", *options]
            done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
        counted = re.findall(r"^#(\d+)\s.*? cov: (\d+) ft: (\d+)", done.stderr, re.MULTILINE)
        tried, edges, features = map(int, counted[-1]) if counted else (0, 0, 0)
        print(f"{name:12} {tried:>9,} inputs tried, {edges:>5,} places covered, {features:>6,} ways", flush=True)
        if done.returncode or not tried:
            print(done.stdout[-3000:], done.stderr[-3000:], sep="\n")
        yield done.returncode == 0 and tried > 0


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"the targets (default: all): {', '.join(TARGETS)}"
    )
    parser.add_argument("--seconds", type=int, default=7, help="seconds for each target (default: 7)")
    parser.add_argument("--runs", type=int, help="inputs for each target, instead of seconds")
    parser.add_argument("--input", help="a saved input: run the target with it alone")
    parser.add_argument("--child", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = set(options.targets) - set(TARGETS)
    if unknown:
        parser.error(f"unknown target: {', '.join(sorted(unknown))}")
    if options.child or options.input:
        run(options.targets[0], options.child or [options.input])
    limit = f"-runs={options.runs}" if options.runs else f"-max_total_time={options.seconds}"
    return 0 if all(list(fuzz_all(options.targets or list(TARGETS), limit))) else 1


if __name__ == "__main__":
    sys.exit(main())
