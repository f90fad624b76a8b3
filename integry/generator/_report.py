"""What could not be made, and how much was: a line for each cause."""

from __future__ import annotations

from typing import Iterator

from attrs import define, field


@define
class Count:
    """How many parts of a kind the document has, and how many of them the client has."""

    made: int = 0
    all: int = 0

    def __str__(self) -> str:
        return f"{self.made:,} of {self.all:,}"


@define
class Report:
    """Warnings by their cause, and the numbers of operations and schemas."""

    causes: dict[str, dict[str, None]] = field(factory=dict)
    operations: Count = field(factory=Count)
    schemas: Count = field(factory=Count)

    def warn(self, cause: str, where: str) -> None:
        """Note a part of the document that is left out, or is not as documented.

        Args:
            cause: The reason, the same for all parts that have it.
            where: The part.
        """
        self.causes.setdefault(cause, {})[where] = None

    def lines(self) -> Iterator[str]:
        """Yield the warnings, one for each cause, with up to three of its places."""
        for cause, places in self.causes.items():
            named = ", ".join([*places][:3])
            more = f" and {len(places) - 3:,} more" if len(places) > 3 else ""  # noqa: PLR2004 (as the docstring says)
            yield f"{cause}: {' '.join(f'{named}{more}'.split())[:300]}"

    def summary(self) -> str:
        """Return how much of the document was made."""
        return f"made {self.operations} operations, {self.schemas} schemas"
