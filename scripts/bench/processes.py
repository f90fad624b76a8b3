"""The child processes of the benchmark: the server, and the runners of the clients."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import environments


class Process:
    """A child process that exchanges lines of JSON.

    Args:
        command: The command line.
        variables: The environment variables.
    """

    def __init__(self, command: list[str], variables: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Python imports from the working directory first. In this repository, `import integry` would import this
            # package instead of the vendor's SDK, which has the same name.
            cwd=environments.GENERATED,
            env=variables,
        )
        self._input: Any = self._process.stdin
        self._output: Any = self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the input, which ends the process, and wait for it."""
        self._input.close()
        self._process.wait(timeout=30)

    def receive(self) -> dict[str, Any]:
        """Return the next message of the process, which is a line of JSON."""
        line = self._output.readline()
        if not line:
            message = f"{self} ended unexpectedly; see its output above"
            raise RuntimeError(message)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send a command, and return the result."""
        self._input.write(json.dumps(command) + "\n")
        self._input.flush()
        return self.receive()


class Server(Process):
    """The process of the server.

    Attributes:
        ca: The file with the CA of the certificate.
        plain: The URL without latency.
        slow: The URL with 20 ms latency.
        tls: The URL with TLS.
    """

    def __init__(self) -> None:
        self.ca: Path = environments.CACHE / "ca.pem"
        super().__init__([sys.executable, "-m", "bench.server", str(self.ca)], environments.variables())
        urls = self.receive()
        self.plain, self.slow, self.tls = urls["plain"], urls["slow"], urls["tls"]

    def __str__(self) -> str:
        return "the server"

    def statistics(self) -> dict[str, float]:
        """Return the number of connections and requests, and the CPU seconds, so far."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.plain}/statistics") as answer:
            seen: dict[str, float] = json.load(answer)
        return seen


class Runner(Process):
    """The process of a client.

    Attributes:
        name: The name of the client.
    """

    def __init__(self, client: str, environment: str, server: Server) -> None:
        self.name = client
        command = [str(environments.interpreter(environment)), "-m", "bench.runner", client]
        super().__init__(command, environments.variables(BENCH_CA=str(server.ca)))

    def __str__(self) -> str:
        return f"the process of {self.name}"


def output(environment: str, *arguments: str, **variables: str) -> str:
    """Run Python in an environment, and return the output."""
    done = subprocess.run(
        [str(environments.interpreter(environment)), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=environments.GENERATED,
        env=environments.variables(**variables),
    )
    return done.stdout
