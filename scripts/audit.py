"""Look for known vulnerabilities in what the core depends on, as it is resolved today.

    python scripts/audit.py [options of pip-audit]

Used by `make audit`. Asks PyPI, and if that cannot say of all of them, OSV. Exits with 1 if a vulnerability is known.
Where neither service could be asked it says so: then nothing is proved.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Sequence

import tomllib
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("pypi", "osv")
#: What pip-audit says in its last lines where it did not reach a service; a piece of advice may be the very last.
UNREACHED = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|ServiceError|Could not connect|Max retries exceeded"
)


class Audit(NamedTuple):
    """What a service said.

    Attributes:
        clean: The packages in which none is known.
        vulnerable: What is known, by package.
        unknown: The packages of which it said nothing, and why.
    """

    clean: List[str]
    vulnerable: Dict[str, List[str]]
    unknown: Dict[str, str]


def dependencies() -> List[str]:
    """Return the dependencies of the core that pyproject.toml declares for this Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [Requirement(text) for text in project["dependencies"]]
    return [str(each) for each in declared if each.marker is None or each.marker.evaluate()]


def parsed(report: Dict[str, Any]) -> Audit:
    """Return the audit in the JSON of pip-audit."""
    audit = Audit([], {}, {})
    for each in report["dependencies"]:
        name = f"{each['name']} {each.get('version', '')}".strip()
        if "skip_reason" in each:
            audit.unknown[name] = each["skip_reason"]
        elif each["vulns"]:
            audit.vulnerable[name] = [vulnerability["id"] for vulnerability in each["vulns"]]
        else:
            audit.clean.append(name)
    return audit


def ask(service: str, options: Sequence[str]) -> Audit:
    """Ask a service about the dependencies and theirs."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, found = Path(folder, "wanted.txt"), Path(folder, "found.json")
        wanted.write_text("\n".join(dependencies()), encoding="utf-8")
        line = ["-m", "pip_audit", "-r", str(wanted), "-s", service, "-f", "json", "-o", str(found), *options]
        run = subprocess.run([sys.executable, *line], check=False, capture_output=True, text=True)
        if found.exists():
            return parsed(json.loads(found.read_text(encoding="utf-8")))
        last = " ".join(run.stderr.strip().splitlines()[-3:])
        if not UNREACHED.search(last):
            sys.exit(f"pip-audit does not work: it exited with {run.returncode}: {last or run.stdout}")
        return Audit([], {}, {"everything": last})


def main(options: Sequence[str]) -> int:
    """Ask the services, print the result, and return the exit status."""
    for service in SERVICES:
        audit = ask(service, options)
        for name, known in audit.vulnerable.items():
            print(f"{name}: {', '.join(known)}")
        if audit.vulnerable:
            return 1
        if not audit.unknown:
            print(f"No vulnerability is known to {service} in {', '.join(audit.clean)}")
            return 0
        for name, reason in audit.unknown.items():
            print(f"{service} said nothing of {name}: {reason}")
    print("NOT AUDITED: no advisory service could be reached that knows all of these; nothing is proved")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
