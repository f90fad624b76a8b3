"""Compare the generator with openapi-python-client on public documents: wall time, CPU time and peak memory.

    python -m tests.generator.corpus                              fetches the documents
    PYTHONPATH=scripts .venv/bin/python -m bench.generator        all documents, into results/generator.md
    PYTHONPATH=scripts .venv/bin/python -m bench.generator --rounds 1 stripe github

Both commands run in turn in new processes, so that other work of the machine hits both. A figure is the least of the
rounds. The peak of memory is that of the largest process, ruff and the other processes of the generator among them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple, Sequence

from .report import rows

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = ROOT / ".cache" / "corpus" / "documents"
RESULTS = Path(__file__).parent / "results" / "generator.md"
#: Number of the largest documents. They have performance targets of their own.
LARGEST = 5
#: Seconds after which a command is killed.
LIMIT = 900


class Run(NamedTuple):
    """A run of a command.

    Attributes:
        wall: Seconds of wall time.
        cpu: Seconds of CPU time, including ruff, which formats the client.
        memory: Peak memory in MiB.
        is_made: True if the command wrote a client.
    """

    wall: float
    cpu: float
    memory: float
    is_made: bool


class Pair(NamedTuple):
    """The runs of both generators with the same document.

    Attributes:
        name: The name of the document.
        size: The size of the document in bytes.
        ours: The run of the generator.
        stock: The run of openapi-python-client.
    """

    name: str
    size: int
    ours: Run
    stock: Run

    @property
    def ratios(self) -> tuple[float, float, float]:
        """Wall time, CPU time and memory of this generator, relative to openapi-python-client."""
        return self.ours.wall / self.stock.wall, self.ours.cpu / self.stock.cpu, self.ours.memory / self.stock.memory


def run(command: Sequence[str], output: Path) -> Run:
    """Run a command, and return its time and memory."""
    started = time.perf_counter()
    # openapi-python-client runs the `ruff` on PATH: add this Python's folder to PATH, as an activated environment does.
    found = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    # pip compiles the modules of both when it installs them. This setting would hinder that for those of a checkout.
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=found)
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = 0
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, (output / "client.py").exists())


def measure(document: Path, folder: Path) -> Pair:
    """Run both generators with a document, and keep their clients in an empty folder."""
    ours, stock = folder / "ours", folder / "stock"
    limit = ["timeout", str(LIMIT), sys.executable, "-m"]
    command = [*limit, "openapi_python_client", "generate", "--meta", "none", "--path", str(document)]
    theirs = run([*command, "--output-path", str(stock)], stock)
    return Pair(
        document.stem,
        document.stat().st_size,
        run([*limit, "integry.generator", str(document), str(ours)], ours),
        theirs,
    )


def least(pairs: list[Pair]) -> Pair:
    """Return the lowest times and memory of several rounds with a document."""

    def best(runs: list[Run]) -> Run:
        wall, cpu, memory = (min(figures) for figures in list(zip(*runs))[:3])
        return Run(wall, cpu, memory, runs[0].is_made)

    return Pair(*pairs[0][:2], best([pair.ours for pair in pairs]), best([pair.stock for pair in pairs]))


def targets(pairs: list[Pair]) -> str:
    """Return the table of the performance targets.

    The median and the slowest document are of those of which openapi-python-client makes a client. The largest
    documents are of all: of Stripe it makes no client, but takes the longest to say so.
    """
    both = [pair for pair in pairs if pair.stock.is_made]
    large = sorted(pairs, key=lambda pair: pair.size)[-LARGEST:]
    slowest = max(both, key=lambda pair: pair.ratios[0])
    slow = max(large, key=lambda pair: pair.ratios[0])
    most = max(large, key=lambda pair: pair.ratios[2])
    middle = [median(pair.ratios[index] for pair in both) for index in range(2)]
    found = [
        ("median document, time", 0.5, *middle),
        (f"slowest document ({slowest.name}), time", 1.0, *slowest.ratios[:2]),
        (f"slowest of the {LARGEST} largest ({slow.name}), time", 0.25, *slow.ratios[:2]),
        (f"most of the {LARGEST} largest ({most.name}), peak memory", 0.6, most.ratios[2], None),
    ]
    return rows(
        ("ours / stock", "target", "measured", "CPU time", "met"),
        [
            (what, f"≤ {limit:.2f}", f"{value:.2f}", "" if cpu is None else f"{cpu:.2f}", _met(value, limit))
            for what, limit, value, cpu in found
        ],
    )


def _met(value: float, limit: float) -> str:
    return "yes" if value <= limit else "**no**"


def table(pairs: list[Pair]) -> str:
    """Return the table of all documents, the largest first."""
    lines = []
    for pair in sorted(pairs, key=lambda pair: -pair.size):
        ours, stock = pair.ours, pair.stock
        seconds = (f"{ours.wall:.1f} / {stock.wall:.1f}", f"{ours.cpu:.1f} / {stock.cpu:.1f}")
        ratios = (f"{ratio:.2f}" for ratio in pair.ratios)
        name = pair.name if stock.is_made else f"{pair.name} (stock makes no client)"
        lines.append((name, f"{pair.size / 1000:,.0f}", *seconds, f"{ours.memory:.0f} / {stock.memory:.0f}", *ratios))
    header = ("document", "KB", "wall, s", "CPU, s", "MiB", "wall", "CPU", "memory")
    return rows(header, lines)


def report(pairs: list[Pair], rounds: int, load: float) -> str:
    """Return the report, with a note if the machine was busy."""
    text = f"{len(pairs)} documents, {rounds} rounds, Python {sys.version.split()[0]}, {os.cpu_count()} cores."
    busy = f" The machine was busy (load {load:.0f}), so that wall times are too long for both." if load > 1 else ""
    title = "# The generator, compared with openapi-python-client"
    return f"{title}\n\n{text}{busy}\n\n{targets(pairs)}\n\n{table(pairs)}\n"


def main() -> None:
    """Measure the documents, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names of documents (default: all)")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    found = sorted(path for path in DOCUMENTS.iterdir() if not options.names or path.stem in options.names)
    pairs = []
    # The load before the benchmark is that of other programs.
    load = os.getloadavg()[0]
    # Delete no client before the end: ext4 searches long for the inode of a new file after many files were deleted.
    with tempfile.TemporaryDirectory() as name:
        for document in found:
            folders = (Path(tempfile.mkdtemp(dir=name)) for _ in range(options.rounds))
            pair = least([measure(document, folder) for folder in folders])
            pairs.append(pair)
            print(json.dumps(pair), *(f"{ratio:.2f}" for ratio in pair.ratios), flush=True)
    options.results.write_text(report(pairs, options.rounds, load), encoding="utf-8")


if __name__ == "__main__":
    main()
