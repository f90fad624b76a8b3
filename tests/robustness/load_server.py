"""A server in a separate process that injects faults, and counts requests and executions: see `running`.

One thread serves all connections in the order of events, so that its count of open connections is exact. The server
prints its port. For each line that the server reads, it prints its `Ledger` as soon as no connection is open.
"""

import argparse
import asyncio
import contextlib
import json
import select
import ssl
import subprocess
import sys
from collections import Counter
from itertools import cycle
from pathlib import Path

# Do not import ROOT from tests.spec_document: each server process would parse openapi.yaml.
ROOT = Path(__file__).resolve().parent.parent.parent
#: First path segment of requests that read an app, and of function calls.
PARTS = ("apps", "functions")
#: Faults, which are injected in turn.
FAULTS = (
    "reset before it ran",
    "reset after it ran",
    "answer cut short",
    "answer that is not HTTP",
    "answer that is not JSON",
    "503",
    "503 with Retry-After",
    "429",
    "closed after the answer",
    "slow",
    "too late",
)
#: Faults for which the request is not executed, and faults for which a complete response is sent.
NOT_RUN = ("reset before it ran", "503", "503 with Retry-After", "429")
ANSWERED = ("closed after the answer", "slow", "too late")
SECONDS = {"slow": 0.2, "too late": 3.0}
#: Seconds of an outage, and seconds that the ledger waits for connections to be closed.
OUTAGE, CLOSE_TIMEOUT = 0.2, 5


class Ledger:
    """The counts of requests, faults, connections and executions.

    Attributes:
        counts: Number of requests, of faults by kind, and of connections: all, open at once, still open.
        executed: Number of executions by marker.
        answered: Number of complete and right responses by marker.
        processes: Ids of the client processes that used each connection.
    """

    def __init__(self):
        self.counts, self.executed, self.answered, self.processes = Counter(), Counter(), Counter(), []


class Service:
    """The state of the server, and its decisions about faults.

    Attributes:
        rate: Fraction of the reads, and of the calls, that get a fault.
        outage_at: Number of the request at which an outage begins; 0 for no outage.
        ledger: Counts of what the server did.
        connections: Open connections.
    """

    def __init__(self, rate, faults, outage_at, context):
        self.rate, self.outage_at, self.context = rate, outage_at, context
        self.ledger, self.connections = Ledger(), set()
        self.requests, self.faults = Counter(), {part: cycle(faults) for part in PARTS}
        self.server, self.port = None, 0

    async def listen(self):
        """Listen on any free port; after an outage, on the same port as before."""
        self.server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self), "127.0.0.1", self.port, ssl=self.context, backlog=256
        )
        self.port = self.server.sockets[0].getsockname()[1]

    async def outage_now(self):
        """Start an outage: abort all connections, and refuse new ones for some time."""
        self.server.close()
        for connection in list(self.connections):
            connection.transport.abort()
        await asyncio.sleep(OUTAGE)
        await self.listen()

    async def report(self):
        """Print the ledger, once all connections are closed."""
        for _ in range(CLOSE_TIMEOUT * 100):
            if self.connections:
                await asyncio.sleep(0.01)
        self.ledger.counts["open"] = len(self.connections)
        print(json.dumps(vars(self.ledger)), flush=True)  # noqa: T201 (read by the parent process)

    def next_fault(self, part):
        """Return the fault for the next request, or an empty text."""
        counts = self.ledger.counts
        counts["requests"] += 1
        self.requests[part] += 1
        if counts["requests"] == self.outage_at:
            self.outage = asyncio.ensure_future(self.outage_now())
        # Choose faults by the number of the request and not at random, so that the number of faults is known.
        due = int(self.requests[part] * self.rate) > int((self.requests[part] - 1) * self.rate)
        next_fault = next(self.faults[part]) if due else ""
        counts[next_fault] += bool(next_fault)
        return next_fault


def open_for_clients(connections):
    """Return the number of connections that their clients have not closed.

    The event loop may see a new connection before it sees that the same client closed another one earlier.
    """
    poll = select.poll()
    for connection in connections:
        poll.register(connection.transport.get_extra_info("socket").fileno(), getattr(select, "POLLRDHUP", 0))
    return len(connections) - len(poll.poll(0))


class Connection(asyncio.Protocol):
    """A connection, which serves one request after the other."""

    def __init__(self, service):
        self.service, self.ledger, self.data = service, service.ledger, b""

    def connection_made(self, transport):
        """Count a new connection."""
        self.transport, counts, connections = transport, self.ledger.counts, self.service.connections
        connections.add(self)
        counts["connections"] += 1
        if len(connections) > counts["open at once"]:
            counts["open at once"] = max(counts["open at once"], open_for_clients(connections))
        self.processes = []
        self.ledger.processes.append(self.processes)

    def connection_lost(self, _):
        """Remove a closed connection from the open ones."""
        self.service.connections.discard(self)

    def data_received(self, data):
        """Handle a request as soon as it is complete."""
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        text = head.decode("latin-1")
        length = int((text.lower().partition("content-length: ")[2] or "0").split("\r\n")[0])
        if found and len(body) >= length:
            self.data = body[length:]
            self.handle(text, body[:length])

    def handle(self, head, body):
        """Execute a request and respond, or inject a fault."""
        process = head.partition("X-Process: ")[2].partition("\r\n")[0]
        if process not in self.processes:
            self.processes.append(process)
        part, name = head.split(" ")[1].split("/")[1:3]
        marker = name if part == "apps" else json.loads(body)["marker"]
        app = {"id": 1, "name": marker, "connected_accounts": []}
        called = {"network_code": "200", "output": {"marker": marker}}
        self.execute(marker, app if part == "apps" else called, self.service.next_fault(part))

    def execute(self, marker, answer, next_fault):
        """Execute a request with or without a fault."""
        if next_fault not in NOT_RUN:
            self.ledger.executed[marker] += 1
        if next_fault.startswith("reset"):
            self.transport.abort()
        elif next_fault in ("answer cut short", "answer that is not HTTP"):
            start = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{" if "cut" in next_fault else b"\0\xff\r\n\r\n"
            self.transport.write(start)
            self.transport.close()
        elif next_fault == "answer that is not JSON":
            self.send("<html>", raw=True)
        elif next_fault in NOT_RUN:
            self.send({}, next_fault[:3], "Retry-After: 0\r\n" if next_fault != "503" else "")
        elif next_fault in SECONDS:
            asyncio.get_running_loop().call_later(SECONDS[next_fault], self.succeed, marker, answer)
        else:
            self.succeed(marker, answer)
            if next_fault:
                self.transport.close()

    def succeed(self, marker, answer):
        """Send the expected response, unless the connection is closing."""
        if not self.transport.is_closing():
            self.ledger.answered[marker] += 1
            self.send(answer)

    def send(self, answer, status="200", headers="", *, raw=False):
        """Send a response."""
        body = (answer if raw else json.dumps(answer)).encode()
        head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        self.transport.write(head.encode() + body)


async def main():
    """Serve until the process is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--faults", nargs="+", default=FAULTS)
    parser.add_argument("--outage-at", type=int, default=0)
    parser.add_argument("--certificate")
    options = parser.parse_args()
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
    service = Service(options.rate, options.faults, options.outage_at, context)
    await service.listen()
    print(service.port, flush=True)  # noqa: T201 (read by the parent process)
    while await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
        await service.report()


class RunningServer:
    """A server in another process.

    Attributes:
        url: Base URL of the server.
    """

    def __init__(self, process, scheme):
        self._process, self.url = process, f"{scheme}://127.0.0.1:{process.stdout.readline().strip()}"

    def ledger(self):
        """Return the ledger when all connections are closed, or after some seconds if connections are still open."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextlib.contextmanager
def running(*options):
    """Start a server in a separate process, and yield it."""
    command = [sys.executable, "-m", "tests.robustness.load_server", *map(str, options)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield RunningServer(process, "https" if "--certificate" in options else "http")
        finally:
            process.kill()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
