"""Differences from the rules that generated clients have on purpose, or that contradictions in documents lead to.

Each difference has a pattern, which the place and the difference match as `place: difference`, and its reason. A
document lists the differences that it has, with their numbers; any other is an error.
"""

import re
from collections import Counter

#: The reasons by name, and the patterns.
REASONS = {
    "length": ("header content-length", "The HTTP client computes this header from the body that it sends."),
}


def classified(found):
    """Return the number of each difference by the name of its reason, and the differences without a reason."""
    known, unknown = Counter(), []
    for place, difference in found:
        text = f"{place}: {difference}"
        name = next((name for name, (pattern, _) in REASONS.items() if re.search(pattern, text, re.DOTALL)), None)
        if name is None:
            unknown.append(text[:500])
        else:
            known[name] += 1
    return dict(known), unknown
