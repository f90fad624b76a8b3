"""The measurements, each as a function that returns plain data for `report` and `targets`.

A measurement has several rounds. In a round, each client performs a few operations, one client after another.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from functools import partial
from typing import Any, Callable, NamedTuple

from . import startup
from .processes import Runner, Server, output
from .rounds import interleaved, ratio, spread

KINDS = ("call", "get", "functions", "apps")
#: The clients to compare, with their environments. The others are compared to the first one.
CLIENTS = {
    "requests": "clients",
    "requests.post": "clients",
    "urllib3": "clients",
    "httpx": "clients",
    "niquests": "niquests",
    "stock": "clients",
    "vendor": "vendor",
    "vendor-sync": "vendor",
    "ours": "clients",
    "ours-session": "clients",
}
#: The clients that others are compared to.
BASES = ("requests", "vendor", "vendor-sync")
#: Number of operations that a client performs in a round of the measurements, by kind; and the number for slow clients.
COUNTS = {"call": 40, "get": 40, "functions": 10, "apps": 25}
SLOW = {"vendor-sync": 2}
#: Packages whose versions are in the report.
PACKAGES = ["requests", "urllib3", "httpx", "niquests", "integry", "pydantic", "attrs", "cattrs"]
THREADS = (1, 2, 4, 8, 16, 32)
WAVES = 40
#: Number of iterations over a listing in one measurement, by the number of items in the listing.
WALKS = {1: 200, 100: 50, 10_000: 1, 100_000: 1}

Values = dict[str, dict[str, list[float]]]


class Plan(NamedTuple):
    """The size of a run.

    Attributes:
        rounds: Number of rounds of calls.
        versions: Number of rounds on other versions of Python, and over TLS.
        imports: Number of processes that measure an import.
        walks: Number of processes that iterate over a listing, for each client and length.
        threads: Number of calls of each thread, and number of rounds.
        models: Number of rounds of creating models.
    """

    rounds: int
    versions: int
    imports: int
    walks: int
    threads: tuple[int, int]
    models: int


FULL = Plan(rounds=150, versions=60, imports=60, walks=3, threads=(60, 7), models=60)
QUICK = Plan(rounds=5, versions=3, imports=5, walks=1, threads=(10, 2), models=5)


def log(title: str) -> None:
    """Print the title of a measurement that starts."""
    print(f"  {title}", flush=True)


def start_runners(
    stack: ExitStack, server: Server, clients: dict[str, str]
) -> tuple[dict[str, Runner], dict[str, str]]:
    """Start and warm up the processes of clients. Return the processes, and why clients without one were skipped."""
    runners, skipped = {}, {}
    for name, environment in clients.items():
        runner = stack.enter_context(Runner(name, environment, server))
        answer = runner.ask(do="repeat", url=server.plain, kind="call", count=10)
        if "skipped" in answer:
            skipped[name] = answer["skipped"]
            log(f"{name} is left out: {answer['skipped']}")
        else:
            runners[name] = runner
    return runners, skipped


def operation_seconds(runner: Runner, url: str, kind: str, count: int) -> float:
    """Return the CPU seconds of one operation of a client."""
    used: float = runner.ask(do="repeat", url=url, kind=kind, count=count)["cpu"]
    return used / count


def measure_operations(runners: dict[str, Runner], url: str, kinds: tuple[str, ...], rounds: int) -> Values:
    """Measure the CPU seconds of each kind of operation, by client and round."""
    seen: Values = {}
    for kind in kinds:
        log(f"{kind}, {rounds} rounds")
        supported = {name: runner for name, runner in runners.items() if kind == "call" or name != "vendor-sync"}
        measures: dict[str, Callable[[], float]] = {
            name: partial(operation_seconds, runner, url, kind, SLOW.get(name, COUNTS[kind]))
            for name, runner in supported.items()
        }
        interleaved(measures, 1)
        seen[kind] = interleaved(measures, rounds)
    return seen


def figures(values: Values, bases: tuple[str, ...] = BASES) -> dict[str, Any]:
    """Return microseconds per operation, and ratios to other clients in the same round, by operation and client."""
    return {
        kind: {
            name: {
                "us": spread([seconds * 1e6 for seconds in measured]),
                **{base: ratio(measured, clients[base]) for base in bases if base in clients},
            }
            for name, measured in clients.items()
        }
        for kind, clients in values.items()
    }


def calls(server: Server, plan: Plan) -> dict[str, Any]:
    """Measure the CPU time of all operations of all clients, and of the server."""
    with ExitStack() as stack:
        runners, skipped = start_runners(stack, server, CLIENTS)
        values = measure_operations(runners, server.plain, KINDS, plan.rounds)
        share = {kind: server_share(server, runners["requests"], kind) for kind in KINDS}
        versions = {name: runner.ask(do="versions", packages=PACKAGES) for name, runner in runners.items()}
    return {"calls": figures(values), "skipped": skipped, "server": share, "versions": versions}


def server_share(server: Server, runner: Runner, kind: str) -> dict[str, float]:
    """Measure the CPU microseconds of the server, and of plain requests, for one operation."""
    before = server.statistics()
    count = COUNTS[kind] * 5
    client = operation_seconds(runner, server.plain, kind, count)
    after = server.statistics()
    return {"server": (after["cpu"] - before["cpu"]) / count * 1e6, "client": client * 1e6}


def versions(server: Server, plan: Plan, names: list[str]) -> dict[str, Any]:
    """Measure this package against plain requests on other versions of Python."""
    seen = {}
    for version in names:
        log(f"Python {version}")
        with ExitStack() as stack:
            runners, _ = start_runners(stack, server, {"requests": version, "ours": version})
            found = figures(measure_operations(runners, server.plain, KINDS, plan.versions))
            packages = runners["ours"].ask(do="versions", packages=PACKAGES)
        seen[version] = {"calls": found, "versions": packages}
    return seen


def tls(server: Server, plan: Plan) -> dict[str, Any]:
    """Measure calls over TLS, with keep-alive connections."""
    log("over TLS")
    with ExitStack() as stack:
        runners, _ = start_runners(stack, server, {"requests": "clients", "httpx": "clients", "ours": "clients"})
        return figures(measure_operations(runners, server.tls, ("call", "functions"), plan.versions))


def threads(server: Server, plan: Plan) -> dict[str, Any]:
    """Measure calls per second of threads that share a client, with a fast server and one with 20 ms latency."""
    count, rounds = plan.threads
    with ExitStack() as stack:
        runners, _ = start_runners(stack, server, {"requests": "clients", "ours": "clients"})
        return {
            name: {number: throughput(runners, url, number, count, rounds) for number in THREADS}
            for name, url in (("plain", server.plain), ("slow", server.slow))
        }


def throughput(runners: dict[str, Runner], url: str, number: int, count: int, rounds: int) -> dict[str, Any]:
    """Measure calls per second of a number of threads, by client."""
    log(f"{number} threads")

    def rate(runner: Runner) -> float:
        used = runner.ask(do="threads", url=url, kind="call", count=count, threads=number)
        return count * number / float(used["wall"])

    measures: dict[str, Callable[[], float]] = {name: partial(rate, runner) for name, runner in runners.items()}
    interleaved(measures, 1)
    return {name: spread(values) for name, values in interleaved(measures, rounds).items()}


def connections(server: Server) -> dict[str, Any]:
    """Count the connections of 16 threads that start each of their calls at the same time."""
    log("16 threads in waves")
    seen = {}
    for name in ("requests", "ours"):
        with Runner(name, CLIENTS[name], server) as runner:
            before = server.statistics()["accepted"]
            runner.ask(do="waves", url=server.slow, count=WAVES, threads=16)
            # Subtract the connection that reads the statistics.
            seen[name] = server.statistics()["accepted"] - before - 1
    return {"threads": 16, "waves": WAVES, "opened": seen}


def walks(server: Server, plan: Plan) -> dict[int, Any]:
    """Measure the microseconds for each item of a listing, and the peak memory in MiB, by length and client."""
    return {
        total: {name: measure_walk(server, name, total, times, plan.walks) for name in ("requests", "vendor", "ours")}
        for total, times in WALKS.items()
    }


def measure_walk(server: Server, name: str, total: int, times: int, processes: int) -> dict[str, Any]:
    """Measure the iterations of one client over a listing of one length, each in a new process."""
    log(f"{name} walks {total}")
    answers = []
    for _ in range(processes):
        with Runner(name, CLIENTS[name], server) as runner:
            runner.ask(do="walk", url=server.plain, total=1)
            answers.append(runner.ask(do="walk", url=server.plain, total=total, times=times))
    return {
        "us": spread([answer["cpu"] / (total * times) * 1e6 for answer in answers]),
        "peak": spread([answer["peak"] / 2**20 for answer in answers]),
    }


def models(plan: Plan) -> dict[str, Any]:
    """Measure the creation of a page's models, in microseconds, and relative to decoding its JSON."""
    log("models")
    found = json.loads(output("clients", "-m", "bench.models", str(plan.models)))
    return {
        kind: {
            "json": spread([seconds * 1e6 for seconds in values["json"]]),
            "models": spread([seconds * 1e6 for seconds in values["models"]]),
            "ratio": ratio(values["models"], values["json"]),
        }
        for kind, values in found.items()
    }


def django_app(server: Server, plan: Plan) -> dict[str, Any]:
    """Measure the Django app: a form against one by hand, and its parts of a call and of a request, in microseconds."""
    log("the Django app")
    found = json.loads(output("django", "-m", "bench.django_app", str(plan.models), server.plain))
    own = [used - bare for used, bare in zip(found["request.integry"], found["no view"], strict=True)]
    return {
        "us": {name: spread([seconds * 1e6 for seconds in values]) for name, values in found.items()},
        "form": ratio(found["form"], found["by hand"]),
        "guard": ratio(found["guard"], found["call"]),
        "request.integry": ratio(own, found["empty view"]),
    }


def imports(plan: Plan) -> dict[str, Any]:
    """Measure import times: in milliseconds, relative to importing requests, and by imported package."""
    log("imports")
    found = startup.cold_imports(plan.imports)
    net = {
        name: [own - bare for own, bare in zip(values, found["python"], strict=True)] for name, values in found.items()
    }
    return {
        "wall": {name: spread([seconds * 1000 for seconds in values]) for name, values in found.items()},
        "ratio": {name: ratio(values, found["requests"]) for name, values in found.items()},
        "net": {name: ratio(values, net["requests"]) for name, values in net.items() if name != "python"},
        "packages": {name: startup.by_module(name) for name in ("requests", "ours", "vendor")},
    }


def first_calls(server: Server) -> dict[str, Any]:
    """Measure the first calls of a process, over TLS."""
    log("first calls")
    return {
        name: json.loads(output(CLIENTS[name], "-m", "bench.first", name, server.tls, BENCH_CA=str(server.ca)))
        for name in ("requests", "ours")
    }


def measure_all(plan: Plan, pythons: list[str]) -> dict[str, Any]:
    """Run all measurements. The environments must be installed."""
    with Server() as server:
        return {
            **calls(server, plan),
            "pythons": versions(server, plan, pythons),
            "tls": tls(server, plan),
            "threads": threads(server, plan),
            "connections": connections(server),
            "walks": walks(server, plan),
            "models": models(plan),
            "django": django_app(server, plan),
            "imports": imports(plan),
            "first": first_calls(server),
        }
