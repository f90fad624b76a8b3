"""Add the contacts of a CSV file to Pipedrive, each exactly once. Run the program again to resume after a stop."""

import csv
import sys
from pathlib import Path
from typing import Dict, List, Set, Tuple

from integry import AppNotConnected, AuthenticationError, Integry, InvalidArguments, RateLimited
from integry.bulk import Call, Outcome, run, summary

#: Errors after which the next call would fail in the same way.
FATAL_ERRORS = (AppNotConnected, AuthenticationError, RateLimited)

Row = Dict[str, str]


def call_for(row: Row) -> Call:
    """Return the call that adds the contact of a row. The server refuses an owner that is not a number."""
    arguments = {"name": row["name"], "emails": [{"value": row["email"], "primary": True}]}
    if row["owner_id"]:
        arguments["owner_id"] = int(row["owner_id"]) if row["owner_id"].isdigit() else row["owner_id"]
    return Call("pipedrive-add-a-person", arguments)


def names_in_pipedrive(integry: Integry) -> Set[str]:
    """Return the names of all contacts in Pipedrive."""
    persons = integry.functions.call_items("pipedrive-get-all-persons", {"limit": 100}, items="data")
    return {person["name"] for person in persons}


def is_bad(outcome: Outcome) -> bool:
    """Return True if the server or Pipedrive refused the row."""
    return isinstance(outcome.error, InvalidArguments) or (outcome.result is not None and not outcome.ok)


def import_rows(integry: Integry, rows: List[Row], journal: Path, known: Set[str]) -> List[Outcome]:
    """Add the contacts of all rows, and return the outcomes. Stop at a fatal error."""

    def is_missing(outcome: Outcome) -> bool:
        return not outcome.ok and not is_bad(outcome) and rows[outcome.number]["name"] not in known

    outcomes = []
    calls = [call_for(row) for row in rows]
    for outcome in run(integry, calls, workers=4, journal=journal, replay=True, repeat=is_missing, progress=True):
        outcomes.append(outcome)
        if isinstance(outcome.error, FATAL_ERRORS):
            print(f"Stopped at row {outcome.number + 1}: {outcome.error}", file=sys.stderr)
            break
    return outcomes


def write_rows(path: Path, rows: List[Row]) -> None:
    """Write the rows that were refused into a new CSV file, where the user can correct them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["name", "email", "owner_id"])
        writer.writeheader()
        writer.writerows(rows)


def import_file(integry: Integry, path: Path) -> Tuple[int, int, int]:
    """Import a CSV file, and return three numbers of rows: imported, refused, and left for the next run."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    journal = Path(f"{path}.journal")
    # After a crash or a lost response, only Pipedrive knows which contacts were added.
    known = names_in_pipedrive(integry) if journal.exists() and summary(journal)["unknown"] else set()
    outcomes = import_rows(integry, rows, journal, known)
    done = sum(outcome.ok or rows[outcome.number]["name"] in known for outcome in outcomes)
    bad = sorted(outcome.number for outcome in outcomes if is_bad(outcome))
    write_rows(Path(f"{path}.bad.csv"), [rows[number] for number in bad])
    return done, len(bad), len(rows) - done - len(bad)


def main() -> int:
    """Import the CSV file that the command line names, and return the exit status."""
    path = Path(sys.argv[1])
    with Integry(timeout=(5, 30), deadline=120, max_retries=3) as integry:
        done, bad, left = import_file(integry, path)
    print(f"{done} imported, {bad} bad rows in {path}.bad.csv, {left} left")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
