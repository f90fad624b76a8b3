"""Check the dependencies of the package, without extras and in their newest versions, for known vulnerabilities.

    python scripts/audit.py [options of pip-audit]

Used by `make audit`. The script queries PyPI, and then OSV if PyPI does not know all packages. The exit status is 1 if
there is a known vulnerability. If neither service can be reached, the last line says that nothing was audited.
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
#: Errors in the last lines of pip-audit's output if it cannot reach a service.
UNREACHED = re.compile(
    r"ConnectionError|ConnectTimeout|ReadTimeout|ServiceError|Could not connect|Max retries exceeded"
)


class Audit(NamedTuple):
    """The result of an advisory service, which lists known vulnerabilities.

    Attributes:
        clean: Packages without known vulnerabilities.
        vulnerable: Ids of known vulnerabilities, by package.
        unknown: Packages without a result, with the reason.
    """

    clean: List[str]
    vulnerable: Dict[str, List[str]]
    unknown: Dict[str, str]


def dependencies() -> List[str]:
    """Return the dependencies in pyproject.toml, without extras, that apply to this version of Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [Requirement(text) for text in project["dependencies"]]
    return [str(each) for each in declared if each.marker is None or each.marker.evaluate()]


def parse_report(report: Dict[str, Any]) -> Audit:
    """Return the result in a JSON report of pip-audit."""
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


def query(service: str, options: Sequence[str]) -> Audit:
    """Query an advisory service about the dependencies, including transitive ones."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, found = Path(folder, "wanted.txt"), Path(folder, "found.json")
        wanted.write_text("\n".join(dependencies()), encoding="utf-8")
        line = ["-m", "pip_audit", "-r", str(wanted), "-s", service, "-f", "json", "-o", str(found), *options]
        run = subprocess.run([sys.executable, *line], check=False, capture_output=True, text=True)
        if found.exists():
            return parse_report(json.loads(found.read_text(encoding="utf-8")))
        last = " ".join(run.stderr.strip().splitlines()[-3:])
        if not UNREACHED.search(last):
            sys.exit(f"pip-audit failed with exit status {run.returncode}: {last or run.stdout}")
        return Audit([], {}, {"everything": last})


def main(options: Sequence[str]) -> int:
    """Query the services, print the result, and return the exit status."""
    for service in SERVICES:
        audit = query(service, options)
        for name, known in audit.vulnerable.items():
            print(f"{name}: {', '.join(known)}")
        if audit.vulnerable:
            return 1
        if not audit.unknown:
            print(f"{service} knows no vulnerability of {', '.join(audit.clean)}")
            return 0
        for name, reason in audit.unknown.items():
            print(f"{service} has no result for {name}: {reason}")
    print("NOT AUDITED: no advisory service that knows all packages could be reached")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
