"""A server that breaks requests and keeps a ledger, in a process of its own: see `running`.

One thread serves all connections, in the order in which things happen, so that what it counts as open at once was. It
prints its port, and for each line that it reads the ledger, as soon as no connection is open any more.
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

# Not from tests.spec_document, which reads the document: each server would.
ROOT = Path(__file__).resolve().parent.parent.parent
#: The first part of the paths of reads and of calls.
PARTS = ("apps", "functions")
#: What goes wrong, in turns.
FAULTS = (
    "reset before it ran",
    "reset after it ran",
    "answer cut short",
    "answer that is no HTTP",
    "answer that is no JSON",
    "503",
    "503 with Retry-After",
    "429",
    "closed after the answer",
    "slow",
    "too late",
)
#: Faults before which nothing runs, and after which the whole right answer is sent.
NOT_RUN = ("reset before it ran", "503", "503 with Retry-After", "429")
ANSWERED = ("closed after the answer", "slow", "too late")
SECONDS = {"slow": 0.2, "too late": 3.0}
#: So long nobody listens in an outage, and so long the ledger waits for connections to be closed.
OUTAGE, PATIENCE = 0.2, 5


class Ledger:
    """What happened.

    Attributes:
        counts: Requests, faults by kind, connections: all, at once, still open.
        executed: How often what a marker stands for ran.
        answered: How often it was answered, whole and right.
        processes: The processes that spoke on each connection.
    """

    def __init__(self):
        self.counts, self.executed, self.answered, self.processes = Counter(), Counter(), Counter(), []


class Service:
    """The server.

    Attributes:
        rate: The part of requests that is broken, of reads and of calls each.
        outage_at: The number of the request with which it goes away for a moment; 0 for none.
        ledger: What happened.
        connections: Those that are open.
    """

    def __init__(self, rate, faults, outage_at, context):
        self.rate, self.outage_at, self.context = rate, outage_at, context
        self.ledger, self.connections = Ledger(), set()
        self.requests, self.faults = Counter(), {part: cycle(faults) for part in PARTS}
        self.server, self.port = None, 0

    async def listen(self):
        """Begin to listen, again on the same port."""
        self.server = await asyncio.get_running_loop().create_server(
            lambda: Connection(self), "127.0.0.1", self.port, ssl=self.context, backlog=256
        )
        self.port = self.server.sockets[0].getsockname()[1]

    async def go_away(self):
        """Break all connections and refuse others, for a moment."""
        self.server.close()
        for connection in list(self.connections):
            connection.transport.abort()
        await asyncio.sleep(OUTAGE)
        await self.listen()

    async def report(self):
        """Print the ledger."""
        for _ in range(PATIENCE * 100):
            if self.connections:
                await asyncio.sleep(0.01)
        self.ledger.counts["open"] = len(self.connections)
        print(json.dumps(vars(self.ledger)), flush=True)  # noqa: T201 (for whoever started it)

    def fault(self, part):
        """What goes wrong with a request; empty if nothing does."""
        counts = self.ledger.counts
        counts["requests"] += 1
        self.requests[part] += 1
        if counts["requests"] == self.outage_at:
            self.outage = asyncio.ensure_future(self.go_away())
        # By number, not by chance: so many requests meet so many faults.
        due = int(self.requests[part] * self.rate) > int((self.requests[part] - 1) * self.rate)
        fault = next(self.faults[part]) if due else ""
        counts[fault] += bool(fault)
        return fault


def open_for_clients(connections):
    """Return how many connections their clients have not closed.

    The event loop may see a new connection before it sees that the same client closed another one earlier.
    """
    poll = select.poll()
    for connection in connections:
        poll.register(connection.transport.get_extra_info("socket").fileno(), getattr(select, "POLLRDHUP", 0))
    return len(connections) - len(poll.poll(0))


class Connection(asyncio.Protocol):
    """A connection, and one request after the other."""

    def __init__(self, service):
        self.service, self.ledger, self.data = service, service.ledger, b""

    def connection_made(self, transport):
        """Count it."""
        self.transport, counts, connections = transport, self.ledger.counts, self.service.connections
        connections.add(self)
        counts["connections"] += 1
        if len(connections) > counts["open at once"]:
            counts["open at once"] = max(counts["open at once"], open_for_clients(connections))
        self.processes = []
        self.ledger.processes.append(self.processes)

    def connection_lost(self, _):
        """It is not open any more."""
        self.service.connections.discard(self)

    def data_received(self, data):
        """Take a request as soon as it is whole."""
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        text = head.decode("latin-1")
        length = int((text.lower().partition("content-length: ")[2] or "0").split("\r\n")[0])
        if found and len(body) >= length:
            self.data = body[length:]
            self.take(text, body[:length])

    def take(self, head, body):
        """Run and answer a request, or break it."""
        process = head.partition("X-Process: ")[2].partition("\r\n")[0]
        if process not in self.processes:
            self.processes.append(process)
        part, name = head.split(" ")[1].split("/")[1:3]
        marker = name if part == "apps" else json.loads(body)["marker"]
        app = {"id": 1, "name": marker, "connected_accounts": []}
        called = {"network_code": "200", "output": {"marker": marker}}
        self.run(marker, app if part == "apps" else called, self.service.fault(part))

    def run(self, marker, answer, fault):
        """Do what a request asks for, with a fault or without."""
        if fault not in NOT_RUN:
            self.ledger.executed[marker] += 1
        if fault.startswith("reset"):
            self.transport.abort()
        elif fault in ("answer cut short", "answer that is no HTTP"):
            start = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{" if "cut" in fault else b"\0\xff\r\n\r\n"
            self.transport.write(start)
            self.transport.close()
        elif fault == "answer that is no JSON":
            self.send("<html>", raw=True)
        elif fault in NOT_RUN:
            self.send({}, fault[:3], "Retry-After: 0\r\n" if fault != "503" else "")
        elif fault in SECONDS:
            asyncio.get_running_loop().call_later(SECONDS[fault], self.succeed, marker, answer)
        else:
            self.succeed(marker, answer)
            if fault:
                self.transport.close()

    def succeed(self, marker, answer):
        """Give the right answer, if there is still somebody to give it to."""
        if not self.transport.is_closing():
            self.ledger.answered[marker] += 1
            self.send(answer)

    def send(self, answer, status="200", headers="", *, raw=False):
        """Send an answer."""
        body = (answer if raw else json.dumps(answer)).encode()
        head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        self.transport.write(head.encode() + body)


async def main():
    """Serve until the process is ended."""
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
    print(service.port, flush=True)  # noqa: T201 (for whoever started it)
    while await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
        await service.report()


class Running:
    """A server that was started.

    Attributes:
        url: Where it listens.
    """

    def __init__(self, process, scheme):
        self._process, self.url = process, f"{scheme}://127.0.0.1:{process.stdout.readline().strip()}"

    def ledger(self):
        """What happened, once all connections are closed; or some seconds later, if they are not."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextlib.contextmanager
def running(*options):
    """A server, in a process of its own."""
    command = [sys.executable, "-m", "tests.robustness.load_server", *map(str, options)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Running(process, "https" if "--certificate" in options else "http")
        finally:
            process.kill()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
