"""How cases were kept apart, for a person: which gear, how much of it was checked, and what had to go back."""

from __future__ import annotations

import json
from collections.abc import Iterator

from llem_rules.environments.gears import Checks


def isolation_lines(checks: Checks | None) -> Iterator[str]:
    """``checks``: the fast gear's account; None where every case had a process of its own."""
    if checks is None:
        yield "isolation    a process for each case"
        return
    found = f"{len(checks.disagreed):,} differed" if checks.disagreed else "all the same"
    yield f"isolation    fast gear; {len(checks.checked):,} cases also had a process of their own: {found}"
    for native_type, kwargs in sorted(checks.back.items()):
        yield f"  {native_type} leaks from case to case, and is back in the reference gear"
        yield f"    seen with {json.dumps(dict(kwargs), default=repr)[:300]}"
