"""Look for inputs at which the package fails: atheris makes them by what they cover. `make fuzz` sets it up.

    python scripts/fuzz.py                         all targets, seven seconds each
    python scripts/fuzz.py --seconds 600 answers   longer, and only some
    python scripts/fuzz.py --runs 100000           by number
    python scripts/fuzz.py heads --input crash-…   once more what was found

Whatever comes in, an error of ours or a right answer comes out. What is found is kept in .cache/fuzz/found.
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

# What is imported here says what it runs, so all of the package is, before anything else imports it; the list of its
# modules is of no interest.
with contextlib.redirect_stderr(io.StringIO()), atheris.instrument_imports(include=["integry"]):
    import integry

    for module in pkgutil.walk_packages(integry.__path__, "integry."):
        if not re.match(r"integry\.(generator|sandbox|testing|vendor)", module.name):
            import_module(module.name)
    from integry import tags
    from integry._http.fast.heads import INTERIM, Response
    from integry._http.retry import parse_retry_after
    from integry._secrets import Mask
    from tests.robustness import hostile

Target = Callable[[atheris.FuzzedDataProvider], None]
TARGETS: Dict[str, Target] = {}
SEEDS: Dict[str, List[bytes]] = {}
SUCCESSES = [200, 200, 200, 201, 204]
REFUSALS = [300, 302, 400, 400, 401, 403, 404, 409, 422, 429, 500, 503, 599]
TYPES = [
    "application/json",
    "text/html",
    "",
    "a/b; charset=utf-16",
    "a/b; charset=latin-1",
    "a/b; charset=",
    ";charset",
]
LONGEST = 4096


def target(*seeds: bytes) -> Callable[[Target], Target]:
    """Make a function a target, with inputs to begin with."""

    def add(function: Target) -> Target:
        name = function.__name__.rstrip("_")
        TARGETS[name], SEEDS[name] = function, list(seeds)
        return function

    return add


def require(holds: object, *what: object) -> None:
    """Fail if something does not hold. No `assert`: what it shows would have to be written first."""
    if not holds:
        raise RuntimeError(*map(repr, what))


def text(data: atheris.FuzzedDataProvider) -> str:
    """Any text, lone surrogates too."""
    found: str = data.ConsumeUnicode(LONGEST)
    return found


class Answering(BaseAdapter):
    """Transport that gives all requests the same answer, without a network, and ends a walk after some pages."""

    def __init__(self, bodies: Sequence[bytes], status: int, headers: Dict[str, str]) -> None:
        super().__init__()
        self.bodies, self.status, self.headers, self.asked = list(bodies), status, headers, 0

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return the next body; the last one is repeated."""
        body = self.bodies[min(self.asked, len(self.bodies) - 1)]
        self.asked += 1
        response = requests.Response()
        response.status_code, response.request, response.url = self.status, request, str(request.url)
        response.raw = HTTPResponse(io.BytesIO(body), self.headers, self.status, preload_content=False)
        response.headers.update(self.headers)
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        return response

    def close(self) -> None:
        """Nothing is open."""


def result_of(name: str, answering: Answering) -> Any:
    """Return the result of an operation with such answers, or the error of this package that it raises."""
    session = requests.Session()
    session.mount("https://", answering)
    clients = hostile.integry(session=session), hostile.organisation(session=session)
    return hostile.outcome(lambda: hostile.CALLS[name](*clients))


@target(b"{a} {b.c}", b"{{a}}{b}", b"{a", b"a}{b-c}{")
def tags_(data: atheris.FuzzedDataProvider) -> None:
    """As a look at each character finds them, and all of them are substituted."""
    value = text(data)
    spans = list(hostile.tags_by_hand(value))
    names = {value[start + 1 : end - 1] for start, end in spans}
    require(tags.find({"x": [value]}) == names, value)
    require(set(tags.missing([value], {})) == names, value)
    require(tags.substitute(value, {}) == value, value)
    pieces = [value[behind:start] for behind, (start, _) in zip([0, *(end for _, end in spans)], spans)]
    whole = 1 if spans == [(0, len(value))] else "1".join([*pieces, value[spans[-1][1] if spans else 0 :]])
    require(hostile.integry().functions.preview([value], dict.fromkeys(names, 1)) == [whole], value)


@target(b'\x01{"_cursor": "a"}\n{"_cursor": 1}', b'\x02{"next_page": {}}', b'\x00{"_cursor": [[]], "apps": [null]}')
def pages(data: atheris.FuzzedDataProvider) -> None:
    """Check that a walk ends: at the last page, at a loop, or at an answer that is not a page."""
    name = data.PickValueInList(["list_apps", "list_functions", "call_function"])
    start = b'{"network_code": 200, "apps": [], "functions": [], "output": [],'
    given = data.ConsumeBytes(LONGEST).split(b"\n")
    answering = Answering([start + body.lstrip()[1:] for body in given], 200, {})
    result_of(name, answering)
    # Each page was different, or the second of two alike the last; the other calls of an operation are few.
    require(answering.asked <= len(given) + 12, answering.asked)


@target(
    *(
        json.dumps(value).encode()
        for value in ({"network_code": 200}, {"apps": [hostile.ACCOUNT]}, {"data": [{"id": "x"}]})
    )
)
def answers(data: atheris.FuzzedDataProvider) -> None:
    """Any bytes with any status and charset, for every operation: its error is the one of the status."""
    name, status = data.PickValueInList(sorted(hostile.CALLS)), data.PickValueInList(SUCCESSES + REFUSALS)
    headers = {"Content-Type": data.PickValueInList(TYPES), "X-Credits": data.ConsumeString(8)}
    result = result_of(name, Answering([data.ConsumeBytes(LONGEST)], status, headers))
    if status in REFUSALS and name != "disconnect_account":
        require(getattr(result, "status", None) == status, name, status, result)


@target(
    b'{"error": "e", "error_details": ["User has not connected their Slack account."]}', b'{"detail": "x", "code": 5}'
)
def errors(data: atheris.FuzzedDataProvider) -> None:
    """Any refusal of a call, with the secret in it: the right class, and no secret."""
    status, body = data.PickValueInList(REFUSALS), data.ConsumeBytes(LONGEST)
    headers = {"Retry-After": data.ConsumeString(40), "X-Request-ID": hostile.SECRET}
    said = body.replace(b"x", hostile.SECRET.encode())
    result = result_of("call_function", Answering([said], status, headers))
    require(result.status == status, result)
    shown = [str(result), repr(result), str(vars(result))]
    require(not any(hostile.SECRET in each for each in shown), shown)


class Wire(io.BytesIO):
    """A socket that has one answer to give."""

    def makefile(self, *_: Any) -> io.BufferedReader:
        """Return a buffer with the data."""
        return io.BufferedReader(self)


def read(reader: Any, answer: bytes) -> Any:
    """Return what a reader makes of an answer."""
    response = reader(Wire(answer), method="GET")
    try:
        response.begin()
        head = response.status, response.reason, response.version, response.length, response.chunked
        return (*head, response.will_close, list(response.headers.items()), response.read())
    except (http.client.HTTPException, OverflowError, ValueError) as error:
        return type(error)


def announces(answer: bytes) -> bool:
    """Whether it begins with an interim answer, as the standard library reads first lines."""
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
    """As the standard library reads them, but that the answer is read which an interim one announces."""
    answer = data.ConsumeBytes(LONGEST)
    ours, theirs = (read(reader, answer) for reader in (Response, http.client.HTTPResponse))
    if announces(answer):
        require(not isinstance(ours, tuple) or ours[0] not in INTERIM, answer, ours)
    else:
        require(ours == theirs, answer, ours, theirs)


@target(b"120", b"Wed, 21 Oct 2015 07:28:00 GMT", b"Fri, 31 Dec 1999 23:59:59 -0000")
def retry_after(data: atheris.FuzzedDataProvider) -> None:
    """Seconds, or nothing."""
    value = text(data)
    found = parse_retry_after(value, now=lambda: 0.0)
    require(found is None or found >= 0, value)


@target(b'{"token": "abcdef", "a": "known-secret-1"}', b"https://a:b@c/?hash=abc&x=known-secret-1", b'"token":"a\\"b')
def masking(data: atheris.FuzzedDataProvider) -> None:
    """Secrets that are known do not survive, and what is JSON can be read on."""
    secret, around = "known-secret-1", text(data)
    knowing = Mask(("short", secret)).with_secrets_of(json.dumps({"token": around[:20] + "!-sent"}))
    for shown in (
        knowing.text(around.replace("x", secret)),
        str(knowing.value({around: [around.replace("x", secret)]})),
    ):
        require(secret not in shown, shown)


def run(name: str, arguments: Sequence[str]) -> None:
    """Fuzz one target in this process, which libFuzzer ends."""
    function = TARGETS[name]
    atheris.Setup([sys.argv[0], *arguments], lambda data: function(atheris.FuzzedDataProvider(data)))
    atheris.Fuzz()


def reports(names: Sequence[str], limit: str) -> Iterator[bool]:
    """Fuzz targets in processes of their own, and print what each tried; whether nothing was found."""
    FOUND.mkdir(parents=True, exist_ok=True)
    for name in names:
        with tempfile.TemporaryDirectory() as corpus:
            for number, start in enumerate(SEEDS[name]):
                (Path(corpus) / str(number)).write_bytes(start)
            # On CI the same inputs each time.
            seed = "-seed=1" if os.environ.get("CI") else "-seed=0"
            options = [limit, seed, f"-max_len={LONGEST}", "-timeout=20", f"-artifact_prefix={FOUND}/{name}-", corpus]
            command = [sys.executable, __file__, name, "--child", *options]
            done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
        counted = re.findall(r"^#(\d+)\s.*? cov: (\d+) ft: (\d+)", done.stderr, re.MULTILINE)
        tried, edges, features = map(int, counted[-1]) if counted else (0, 0, 0)
        print(f"{name:12} {tried:>9,} inputs tried, {edges:>5,} places covered, {features:>6,} ways", flush=True)
        if done.returncode or not tried:
            print(done.stdout[-3000:], done.stderr[-3000:], sep="\n")
        yield done.returncode == 0 and tried > 0


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command; its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"what to fuzz: {', '.join(TARGETS)} (all)")
    parser.add_argument("--seconds", type=int, default=7, help="for each target (7)")
    parser.add_argument("--runs", type=int, help="inputs for each target, instead of seconds")
    parser.add_argument("--input", help="a file that was found: try it, and nothing else")
    parser.add_argument("--child", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = set(options.targets) - set(TARGETS)
    if unknown:
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if options.child or options.input:
        run(options.targets[0], options.child or [options.input])
    limit = f"-runs={options.runs}" if options.runs else f"-max_total_time={options.seconds}"
    return 0 if all(list(reports(options.targets or list(TARGETS), limit))) else 1


if __name__ == "__main__":
    sys.exit(main())
