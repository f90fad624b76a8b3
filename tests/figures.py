"""What tests measured, as the end of a run prints it."""

from typing import Dict

#: What it is → how much, as text.
MEASURED: Dict[str, str] = {}
