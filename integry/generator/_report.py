"""The report of a run: the warnings, grouped by cause, and the numbers of generated operations and schemas."""

from __future__ import annotations

from typing import Iterator

from attrs import define, field


@define
class Count:
    """The number of operations (or schemas) in the document, and the number of those that were generated."""

    made: int = 0
    all: int = 0

    def __str__(self) -> str:
        return f"{self.made:,} of {self.all:,}"


@define
class Report:
    """Warnings, grouped by cause, and the numbers of operations and schemas."""

    causes: dict[str, dict[str, None]] = field(factory=dict)
    operations: Count = field(factory=Count)
    schemas: Count = field(factory=Count)

    def warn(self, cause: str, where: str) -> None:
        """Add a warning for a part of the document that the client does not have, or has with another type.

        Args:
            cause: The reason. Warnings with equal reasons are printed as one.
            where: The place of the part.
        """
        self.causes.setdefault(cause, {})[where] = None

    def lines(self) -> Iterator[str]:
        """Yield one warning for each cause, with up to three places."""
        for cause, places in self.causes.items():
            named = ", ".join([*places][:3])
            more = f" and {len(places) - 3:,} more" if len(places) > 3 else ""  # noqa: PLR2004 (three places)
            yield f"{cause}: {' '.join(f'{named}{more}'.split())[:300]}"

    def number(self) -> str:
        """Return the number of warnings with a verb: "is 1 warning" or "are 2 warnings"."""
        return "is 1 warning" if len(self.causes) == 1 else f"are {len(self.causes):,} warnings"

    def summary(self) -> str:
        """Return the numbers of generated operations and schemas as text."""
        return f"made {self.operations} operations, {self.schemas} schemas"
