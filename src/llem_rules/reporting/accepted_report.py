"""``verify ENGINE --accepted N --format markdown``: whether mined rules fire on configs that the library accepts, as a page."""

from __future__ import annotations

import json
from collections.abc import Iterator

from llem_rules.environments.wire import with_string_keys
from llem_rules.verification.accepted import AcceptedResult

_HEADINGS = ("native type", "mined rules", "drawn", "accepted", "provoked", "false alarms")


def markdown(result: AcceptedResult, library: str, wanted: int, command: str) -> str:
    """The page: the same bytes for the same evidence."""
    return "\n".join(_page(result, library, wanted, command)) + "\n"


def _page(result: AcceptedResult, library: str, wanted: int, command: str) -> Iterator[str]:
    yield f"# What miners found, on accepted configs: {result.engine}"
    yield ""
    yield f"Made by `{command}`; not for editing. {library}."
    yield ""
    yield "No mined rule may call a config an error that the library accepts. Of each native type near-legal configs are drawn"
    yield (
        f"until {wanted:,} were accepted; then come *provoked* ones, on which a mined rule fires: "
        "the library has to refuse them."
    )
    yield ""
    yield "| " + " | ".join(_HEADINGS) + " |"
    yield "|---|" + "---:|" * (len(_HEADINGS) - 1)
    judged = {name: one for name, one in result.counts.items() if one.mined_rules}
    for name, one in judged.items():
        counts = (one.mined_rules, one.drawn, one.accepted, one.provoked, one.false_alarms)
        yield f"| `{name}` | " + " | ".join(f"{count:,}" for count in counts) + " |"
    short = {name: one.short for name, one in judged.items() if one.short}
    if short:
        yield from ("", "## Fewer than wanted", "", *(f"- `{name}`: {why}" for name, why in short.items()))
    idle = [name for name, one in result.counts.items() if not one.mined_rules]
    if idle:
        yield from ("", "## Without mined rules about errors", "", ", ".join(f"`{name}`" for name in idle))
    if result.causes:
        yield from ("", "## False alarms", "")
        for cause in result.causes:
            yield f"- `{cause.native_type}`: `{cause.disagreement.cause}` ({cause.count} configs)"
            for each in cause.minimal:
                yield f"  - `{json.dumps(with_string_keys(each.kwargs), default=repr)}`"
