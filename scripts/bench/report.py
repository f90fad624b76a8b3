"""The report of the results, in Markdown."""

from __future__ import annotations

from typing import Any, Iterable, Sequence

from . import targets
from .bodies import PAGE_SIZE
from .rounds import Spread

#: Names of the clients in the report, in the order of the tables.
NAMES = {
    "requests": "requests.Session",
    "requests.post": "requests.post",
    "urllib3": "urllib3",
    "httpx": "httpx.Client",
    "niquests": "niquests.Session",
    "stock": "stock generated client (httpx)",
    "vendor": "vendor's SDK, async",
    "vendor-sync": "vendor's SDK, call_sync",
    "ours": "**integry-requests**",
    "ours-session": "**integry-requests**, user's session",
}
KINDS = {
    "call": "functions.call (1.6 KB)",
    "get": "functions.get (2.3 KB)",
    "functions": f"{PAGE_SIZE} functions (113 KB)",
    "apps": f"{PAGE_SIZE} apps (23 KB)",
}


def rows(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown, with all columns but the first right-aligned for numbers."""
    rule = [" --- ", *[" ---: "] * (len(header) - 1)]
    written = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([f"| {' | '.join(header)} |", f"|{'|'.join(rule)}|", *written])


def section(title: str, text: str, table: str) -> str:
    """Return a section of the report."""
    return f"## {title}\n\n{text}\n\n{table}"


def spread(value: Spread, digits: int = 2) -> str:
    """Return a median with its quartiles as text."""
    return f"{value.median:.{digits}f} ({value.low:.{digits}f} … {value.high:.{digits}f})"


def measured_clients(found: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Return the key, the name and the values of each measured client, in the order of the tables."""
    return [(name, shown, found[name]) for name, shown in NAMES.items() if name in found]


def targets_section(data: dict[str, Any]) -> str:
    """Return the section with the performance targets."""
    lines = []
    for row in targets.table(data):
        low, high = row.show(row.measured.low), row.show(row.measured.high)
        limit = f"{'' if row.exact else '≤ '}{row.show(row.limit)}"
        span = "" if low == high else f"{low} … {high}"
        lines.append((row.what, limit, row.show(row.measured.median), span, "yes" if row.is_met() else "**no**"))
    text = "Client CPU time, unless stated otherwise. Ratios are those of one round, with the quartiles of all rounds."
    return section("Targets", text, rows(("what", "target", "measured", "quartiles", "met"), lines))


def clients(data: dict[str, Any]) -> str:
    """Return the section of the clients' CPU times."""
    seen = data["calls"]
    lines = [
        (
            shown,
            *(
                f"{seen[kind][name]['us'].median:.0f} · {spread(seen[kind][name]['requests'])}"
                if name in seen[kind]
                else ""
                for kind in KINDS
            ),
        )
        for name, shown, _ in measured_clients(seen["call"])
    ]
    text = (
        "Microseconds of CPU time for one operation · relative to plain requests (quartiles). Only integry-requests,\n"
        "the stock client and the vendor's SDK create models."
    )
    skipped = "".join(f"\n\nLeft out: {NAMES[name]}: {why}." for name, why in data["skipped"].items())
    return section("Clients", text, rows(("client", *KINDS.values()), lines)) + skipped


def pythons(data: dict[str, Any]) -> str:
    """Return the section about other versions of Python, and TLS."""
    lines = [
        (
            f"Python {found['versions']['python']}, requests {found['versions']['requests']}",
            *(spread(found["calls"][kind]["ours"]["requests"]) for kind in KINDS),
        )
        for found in data["pythons"].values()
    ]
    over = data["tls"]
    lines += [
        (
            f"{shown}, over TLS",
            spread(over["call"][name]["requests"]),
            "",
            spread(over["functions"][name]["requests"]),
            "",
        )
        for name, shown, _ in measured_clients(over["call"])
        if name != "requests"
    ]
    missing = "".join(f" Python {version} is not installed." for version in data["missing"])
    text = f"Relative to plain requests on the same Python, with keep-alive connections.{missing}"
    return section("Other versions of Python, and TLS", text, rows(("", *KINDS.values()), lines))


def threads(data: dict[str, Any]) -> str:
    """Return the section about the calls per second of several threads."""
    seen = data["threads"]
    lines = [
        (
            str(count),
            *(spread(seen[place][count][name], 0) for place in ("plain", "slow") for name in ("requests", "ours")),
        )
        for count in seen["plain"]
    ]
    opened = data["connections"]["opened"]
    text = (
        "Calls per second of threads that share one client. The server responds immediately, or after 20 ms.\n"
        f"{data['connections']['threads']} threads, which started each of their {data['connections']['waves']} calls\n"
        f"at the same time, opened {opened['requests']:.0f} connections with plain requests, and "
        f"{opened['ours']:.0f} with ours."
    )
    return section(
        "Threads", text, rows(("threads", "requests, 0 ms", "ours, 0 ms", "requests, 20 ms", "ours, 20 ms"), lines)
    )


def scale(data: dict[str, Any]) -> str:
    """Return the section about iterations over long listings."""
    names = ("requests", "vendor", "ours")
    lines = [
        (
            f"{int(total):,}",
            *(f"{found[name]['us'].median:.1f}" for name in names),
            *(f"{found[name]['peak'].median:.1f}" for name in names),
        )
        for total, found in data["walks"].items()
    ]
    text = (
        "Iterations over all functions of a listing, page by page, in a process of its own: microseconds of CPU time\n"
        "per function, and the peak memory of the process in MiB."
    )
    header = ("functions", *(f"{name}, µs" for name in names), *(f"{name}, MiB" for name in names))
    return section("Scale", text, rows(header, lines))


def imports(data: dict[str, Any]) -> str:
    """Return the section about import times."""
    seen = data["imports"]
    lines = [
        (
            name,
            spread(seen["wall"][name], 0),
            spread(seen["ratio"][name]),
            spread(seen["net"][name]) if name in seen["net"] else "",
        )
        for name in seen["wall"]
    ]
    parts = "\n".join(
        f"- {name}: {', '.join(f'{package} {spent:.1f}' for package, spent in list(packages.items())[:12])}"
        for name, packages in seen["packages"].items()
    )
    text = (
        "Milliseconds of a process that imports a package and ends. With ours, the vendor's SDK\n"
        "and the stock client, the process also creates a client. The net ratio excludes the start of Python."
    )
    table = rows(("what", "wall, ms", "over requests", "net, over requests"), lines)
    return section(
        "Import", text, f"{table}\n\nBy package, in milliseconds, from `-X importtime`, which slows imports:\n\n{parts}"
    )


def first(data: dict[str, Any]) -> str:
    """Return the section about the first calls of a process."""
    lines = [
        (f"{name}: {step}", f"{seen['cpu']:.1f}", f"{seen['wall']:.1f}", str(seen["contexts"]), str(seen["compiled"]))
        for name, found in data["first"].items()
        for step, seen in found["steps"].items()
    ]
    text = (
        "First calls of a new process, over TLS: milliseconds, number of TLS contexts, and number of functions that\n"
        "were compiled from generated source code."
    )
    return section("First calls", text, rows(("step", "CPU, ms", "wall, ms", "contexts", "compiled"), lines))


def models(data: dict[str, Any]) -> str:
    """Return the section about the time to create models."""
    lines = [
        (kind, spread(seen["json"], 0), spread(seen["models"], 0), spread(seen["ratio"]))
        for kind, seen in data["models"].items()
    ]
    text = "Microseconds of CPU time for one page: to decode its JSON, and to create its models."
    return section("Models", text, rows(("page of", "json.loads", "models", "ratio"), lines))


def django_app(data: dict[str, Any]) -> str:
    """Return the section about the Django app. Results of older runs do not have its figures."""
    lines = [(name, spread(value, 1)) for name, value in data.get("django", {"us": {}})["us"].items()]
    text = "Microseconds of CPU time for one operation, in one process of Django."
    return section("Django", text, rows(("operation", "µs"), lines))


def machine(data: dict[str, Any]) -> str:
    """Return the paragraph about the machine, and its load."""
    computer, seen = data["machine"], data["quiet"]
    core = "pinned to the same core" if computer["pinned"] else "not pinned to the same core"
    part = ", ".join(f"{kind} {each['server'] / each['client']:.0%}" for kind, each in data["server"].items())
    return (
        f"{computer['implementation']} {computer['python']} on {computer['system']} ({computer['architecture']}, "
        f"{computer['cores']} cores); {packages(data)}. {data['plan']['rounds']} rounds, in which the clients take\n"
        f"turns, each in its own process. The server has a process too, {core}. Its CPU time, relative to that of\n"
        f"plain requests: {part}. Meanwhile, other processes used {seen['others']:.1%} of a core, and the time of\n"
        f"plain requests varied by {seen['unsteady']:.1%} between its quartiles."
    )


def packages(data: dict[str, Any]) -> str:
    """Return the versions of the measured packages."""
    found = {name: version for versions in data["versions"].values() for name, version in versions.items()}
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items()) if name != "python")


def warnings(data: dict[str, Any]) -> str:
    """Return a warning for each reason not to trust the figures."""
    return "".join(f"**These figures are not reliable: {complaint}.**\n\n" for complaint in data["complaints"])


def markdown(data: dict[str, Any]) -> str:
    """Return the whole report."""
    parts = (targets_section, clients, pythons, threads, scale, models, django_app, imports, first)
    head = "# Cost of calls\n\nMade by `make bench`; do not edit."
    opening = f"{head}\n\n{warnings(data)}{machine(data)}\n\n![The chart of these figures](chart.svg)"
    return "\n\n".join([opening, *(part(data) for part in parts)]) + "\n"
