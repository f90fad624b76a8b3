"""Handles of the processes of the bench: its server, and the runners of the clients."""

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
    """A process that is told things, and answers, by lines of JSON.

    Args:
        command: What to run.
        variables: Its environment variables.
    """

    def __init__(self, command: list[str], variables: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Python looks for modules here first: in the checkout it would find our package, not the vendor's.
            cwd=environments.GENERATED,
            env=variables,
        )
        self._input: Any = self._process.stdin
        self._output: Any = self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it: it does when its input ends."""
        self._input.close()
        self._process.wait(timeout=30)

    def receive(self) -> dict[str, Any]:
        """Its next answer."""
        line = self._output.readline()
        if not line:
            message = f"{self} died; what it said stands above"
            raise RuntimeError(message)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, **command: Any) -> dict[str, Any]:
        """Tell it to do something; its answer."""
        self._input.write(json.dumps(command) + "\n")
        self._input.flush()
        return self.receive()


class Server(Process):
    """The server.

    Attributes:
        ca: The file with the CA of its certificate.
        plain: The URL that answers at once.
        slow: The URL that answers after 20 ms.
        tls: The URL that answers over TLS.
    """

    def __init__(self) -> None:
        self.ca: Path = environments.CACHE / "ca.pem"
        super().__init__([sys.executable, "-m", "bench.server", str(self.ca)], environments.variables())
        urls = self.receive()
        self.plain, self.slow, self.tls = urls["plain"], urls["slow"], urls["tls"]

    def __str__(self) -> str:
        return "the server"

    def statistics(self) -> dict[str, float]:
        """Connections accepted, requests answered, and seconds of CPU, so far."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.plain}/statistics") as answer:
            seen: dict[str, float] = json.load(answer)
        return seen


class Runner(Process):
    """The process of a client.

    Attributes:
        name: The client's name.
    """

    def __init__(self, client: str, environment: str, server: Server) -> None:
        self.name = client
        command = [str(environments.interpreter(environment)), "-m", "bench.runner", client]
        super().__init__(command, environments.variables(BENCH_CA=str(server.ca)))

    def __str__(self) -> str:
        return f"the process of {self.name}"


def output(environment: str, *arguments: str, **variables: str) -> str:
    """What a command of an environment's Python prints."""
    done = subprocess.run(
        [str(environments.interpreter(environment)), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=environments.GENERATED,
        env=environments.variables(**variables),
    )
    return done.stdout
