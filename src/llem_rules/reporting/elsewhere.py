"""What other platforms showed of a rule, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Elsewhere:
    """One platform. ``verdict``: of the rule there; ``words``: what was seen; ``about``: where and with what."""

    device: str
    verdict: str
    words: str
    about: str


def elsewhere(entry: Plain, headers: Mapping[str, Plain]) -> Iterator[Elsewhere]:
    """The platforms that a rule's entry has evidence of, beside the one at the head of the corpus."""
    for device, seen in sorted((entry.get("platforms") or {}).items()):
        yield Elsewhere(device, seen["verdict"], _words(entry, device, seen), about_platform(headers.get(device, {})))


def about_platform(header: Plain) -> str:
    """The machine of some evidence: accelerator, driver, and the versions of what drives it."""
    environment = header.get("environment", {})
    packages = environment.get("packages", {})
    parts = [
        *environment.get("accelerators", ()),
        *(
            f"{word} {environment[key]}"
            for key, word in (("driver", "driver"), ("cuda", "CUDA"))
            if environment.get(key)
        ),
        *(f"{name} {packages[name]}" for name in ("torch",) if name in packages),
    ]
    return ", ".join(map(str, parts))


def _words(entry: Plain, device: str, seen: Plain) -> str:
    if seen["verdict"] == "unchecked":
        reason, _, detail = str(seen.get("unchecked") or "not asked").partition(": ")
        return detail or reason
    if seen["verdict"] == "silent":
        return "the rule says that nothing happens there, and nothing does"
    if seen["verdict"] == "divergent":
        told = [f"{one['kind']}, {one['detail']}" for one in seen.get("divergences", ())]
        return "; ".join(told) or "the library does something else there"
    if seen.get("same"):
        return "all that was seen is what was seen here"
    table = seen.get("table", {})
    asked = f"{table.get('true_positive', 0):,} fired and showed it, {table.get('true_negative', 0):,} neither"
    left = f", {table['unchecked']:,} not asked" if table.get("unchecked") else ""
    known = "" if device in (entry.get("holds_on") or ()) else "; its effect was not seen"
    return f"{asked}{left}{known}"
