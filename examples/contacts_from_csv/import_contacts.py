"""Add the contacts of a CSV file to Pipedrive, each exactly once. Run the program again to resume after a stop."""

import csv
import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

from integry import (
    AppNotConnected,
    AuthenticationError,
    Integry,
    IntegryError,
    InvalidArguments,
    NetworkCodeError,
    RateLimited,
)

#: Errors after which the next call would fail in the same way.
FATAL_ERRORS = (AppNotConnected, AuthenticationError, RateLimited)
#: Number of failures in a row after which the run stops.
MAX_FAILURES = 3

Row = Dict[str, str]


class Journal:
    """A file with the state of each row of the CSV file, by row number.

    The states are `open` (to be sent), `started`, `done`, `bad` (refused) and `unknown` (the call may have run).
    """

    def __init__(self, path: Path) -> None:
        self.states: Dict[int, str] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                self.states[entry["row"]] = entry["state"]
        # Line buffering: each line is in the file before the next call begins.
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def write(self, row: int, state: str, reason: str = "") -> None:
        """Add the new state of a row."""
        self.states[row] = state
        self._file.write(json.dumps({"row": row, "state": state, "reason": reason}) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def count(self, *states: str) -> int:
        """Return the number of rows that are in one of the states."""
        return sum(state in states for state in self.states.values())


def arguments_of(row: Row) -> Dict[str, Any]:
    """Return the arguments of `pipedrive-add-a-person` for a row."""
    arguments: Dict[str, Any] = {"name": row["name"], "emails": [{"value": row["email"], "primary": True}]}
    if row["owner_id"]:
        arguments["owner_id"] = int(row["owner_id"])
    return arguments


def add_person(integry: Integry, row: Row) -> None:
    """Add the contact of a row.

    Raises:
        InvalidArguments: If the server refuses the arguments.
        NetworkCodeError: If Pipedrive refuses the arguments.
        IntegryError: If the call fails.
    """
    integry.functions.call("pipedrive-add-a-person", arguments_of(row)).raise_for_network_code()


def names_in_pipedrive(integry: Integry) -> List[str]:
    """Return the names of all contacts in Pipedrive."""
    persons = integry.functions.call_items("pipedrive-get-all-persons", {"limit": 100}, items="data")
    return [person["name"] for person in persons]


def check_unknown(integry: Integry, rows: List[Row], journal: Journal) -> None:
    """Look for the contacts of `unknown` and `started` rows in Pipedrive, and change the states to `done` or `open`."""
    unknown = [number for number, state in journal.states.items() if state in ("unknown", "started")]
    names = names_in_pipedrive(integry) if unknown else []
    for number in unknown:
        journal.write(number, "done" if rows[number]["name"] in names else "open")


def import_rows(integry: Integry, rows: List[Row], journal: Journal) -> None:
    """Add the contacts of all open rows. Stop at a fatal error, or after `MAX_FAILURES` failures in a row."""
    failures = 0
    for number, row in enumerate(rows):
        if journal.states.get(number, "open") != "open":
            continue
        journal.write(number, "started")
        try:
            add_person(integry, row)
        except (InvalidArguments, NetworkCodeError, ValueError) as error:
            journal.write(number, "bad", str(error))
        except IntegryError as error:
            journal.write(number, "unknown" if error.may_have_run else "open", str(error))
            failures += 1
            if isinstance(error, FATAL_ERRORS) or failures == MAX_FAILURES:
                print(f"Stopped at row {number + 1}: {error}", file=sys.stderr)
                return
        else:
            journal.write(number, "done")
            failures = 0


def write_bad_rows(path: Path, rows: List[Row], journal: Journal) -> None:
    """Write the rows that were refused into a new CSV file, where the user can correct them."""
    bad = [row for number, row in enumerate(rows) if journal.states.get(number) == "bad"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(bad)


def run(integry: Integry, path: Path) -> Tuple[int, int, int]:
    """Import a CSV file, and return three numbers of rows: imported, refused, and left for the next run."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    journal = Journal(Path(f"{path}.journal"))
    try:
        check_unknown(integry, rows, journal)
        import_rows(integry, rows, journal)
    finally:
        write_bad_rows(Path(f"{path}.bad.csv"), rows, journal)
        journal.close()
    done, bad = journal.count("done"), journal.count("bad")
    return done, bad, len(rows) - done - bad


def main() -> int:
    """Import the CSV file that the command line names, and return the exit status."""
    path = Path(sys.argv[1])
    with Integry(timeout=(5, 30), deadline=120, max_retries=3) as integry:
        done, bad, left = run(integry, path)
    print(f"{done} imported, {bad} bad rows in {path}.bad.csv, {left} left")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
