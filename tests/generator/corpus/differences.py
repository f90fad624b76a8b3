"""Known differences between generated clients and OpenAPI's rules: deliberate, or due to contradictory documents.

Each has a reason, and a pattern that matches the text `place: difference`. documents.py has the number of known
differences of each document. Any other difference is an error.
"""

import re
from collections import Counter

#: For the name of each reason: a pattern of the differences, and the reason.
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
