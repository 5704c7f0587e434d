"""What a person reads before a bump is merged: the rules that changed and all rules; the fields, and which are curated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from llem_rules.corpus.discovered import Discovered
from llem_rules.graph.changes.rules import RuleChange
from llem_rules.graph.comparison import Comparison, Judged
from llem_rules.graph.curation import CuratedField, astray, curated_fields
from llem_rules.graph.sides import Entry, Side
from llem_rules.graph.usage import Usage
from llem_rules.reporting.diff_markdown import code, escaped
from llem_rules.reporting.diff_report import title
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.plain import to_plain

_MADE = "<!-- Made by llem-rules digest. Not for editing. -->"
_BY = {
    "authored": "written by people",
    "static_miner": "mined from the source",
    "dynamic_miner": "mined by probing",
    "lift": "lifted from declared constraints",
    "runtime_warning": "from what was seen at run time",
}
_WIDEST = 160


def invariants(engine: str, new: Side, compared: Comparison | None) -> str:
    """``invariants-<engine>.md``. Without a comparison it is a first version."""
    entries = sorted(new.entries or (), key=lambda entry: (entry.rule.native_type, entry.rule.id))
    verdicts = [
        f"{sum(one.verdict == name for one in entries)} {name}" for name in ("confirmed", "divergent", "unchecked")
    ]
    lines = [
        _MADE,
        f"# Invariants of {engine} {new.version or ''}".rstrip(),
        "",
        f"{len(entries)} rules: {', '.join(verdicts)}.",
        *_platforms(entries),
        "",
        "## Changes since the version before",
        "",
        *_rule_changes(compared),
        "",
        "## All rules",
        *_body(entries),
    ]
    return "\n".join(lines) + "\n"


def _platforms(entries: Sequence[Entry]) -> Iterator[str]:
    """On how many rules each platform was seen to agree, where more than one was asked."""
    for platform in sorted({name for entry in entries for name in entry.seen_on}):
        seen = sum(entry.seen_on.get(platform, False) for entry in entries)
        yield from ("", f"On {code(platform)} the effects of {seen} were seen.")


def _since(compared: Comparison | None) -> str | None:
    if compared is None:
        return "There is no earlier version to compare with: this is the first."
    version = compared.old.version or compared.old.name
    return None if compared.items else f"Nothing changed since {escaped(version)}."


def _rule_changes(compared: Comparison | None) -> Iterator[str]:
    nothing = _since(compared)
    if compared is None or nothing is not None:
        yield str(nothing)
        return
    yield f"Since {escaped(compared.old.version or compared.old.name)}, by where the rule comes from."
    items = sorted(compared.items, key=lambda item: (_origin(item), item.change.kind, item.change.subject))
    for origin, group in groupby(items, key=_origin):
        several = list(group)
        yield from ("", f"### {_BY.get(origin, origin).capitalize()} ({len(several)})", "")
        for item in several:
            verdicts = f"authors {item.verdicts.authors}, coverage {item.verdicts.coverage}"
            yield f"- {title(item.change)}: {code(item.change.subject)} ({verdicts}). {escaped(item.change.explain())}"


def _origin(item: Judged) -> str:
    return item.change.rule.added_by if isinstance(item.change, RuleChange) else ""


def _body(entries: Iterable[Entry]) -> Iterator[str]:
    for native_type, group in groupby(entries, key=lambda entry: entry.rule.native_type):
        several = list(group)
        yield from ("", f"### {code(native_type)} ({len(several)})", "")
        yield "| rule | when | what | says | known |"
        yield "|---|---|---|---|---|"
        yield from (_row(entry) for entry in several)


def _row(entry: Entry) -> str:
    rule = entry.rule
    name = rule.id.removeprefix(f"{rule.native_type}.")
    when = _cell(json.dumps(to_plain(rule.predicate), default=repr, ensure_ascii=False))
    said = "" if rule.message_template is None else escaped(_short(rule.message_template))
    known = entry.verdict or "not replayed"
    more = f", also {', '.join(rule.cross_validated_by)}" if rule.cross_validated_by else ""
    where = [name for name, seen in entry.seen_on.items() if seen]
    on = f" on {' and '.join(where) or 'no platform'}" if len(where) < len(entry.seen_on) else ""
    return f"| {_cell(name)} | {when} | {_what(rule)} | {said} | {known}{on}; {rule.added_by}{more} |"


def _what(rule: RuleBase) -> str:
    effect = rule.expected.effect + (f" ({rule.expected.exception})" if rule.expected.exception else "")
    parts = [
        f"{_cell(name)} becomes {_cell(json.dumps(one.effective, default=repr))}"
        if one.replaced
        else f"{_cell(name)} idle"
        for name, one in rule.dormant_fields.items()
    ]
    return "; ".join([effect, *parts])


def _cell(text: str) -> str:
    """A code span that no table takes for its own."""
    return code(_short(text)).replace("|", "\\|")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"


def curation(
    engine: str, schema: Discovered, usage: Usage, compared: Comparison | None, gaps: Sequence[str] = ()
) -> str:
    """``curation-<engine>.md``. ``gaps``: what was observed at run time that no rule says, one line each."""
    fields = list(curated_fields(schema, usage))
    curated = sum(one.exposed for one in fields)
    known = f"{curated} of {len(fields)} fields are curated." if usage.parameters is not None else _NO_MODELS
    lines = [
        _MADE,
        f"# Curation of {engine} {schema.library_version}",
        "",
        known,
        *(f"- {code(one.name)} exposes {code(f'{one.native_type}.{one.field}')}, which is not there"
          for one in astray(schema, usage)),
        "",
        "## Changes since the version before",
        "",
        *_field_changes(compared),
        "",
        "## Runtime gaps observed",
        "",
        *([f"- {escaped(one)}" for one in gaps] or ["None are recorded here."]),
        "",
        "## Fields",
        *_fields(fields),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


_NO_MODELS = "There are no curated models yet, so no field is marked as curated."


def _field_changes(compared: Comparison | None) -> Iterator[str]:
    nothing = _since(compared)
    if compared is None or nothing is not None:
        yield str(nothing)
        return
    yield f"Since {escaped(compared.old.version or compared.old.name)}."
    yield ""
    for item in sorted(compared.items, key=lambda one: (one.change.native_type, one.change.subject, one.change.kind)):
        yield f"- {title(item.change)}: {code(item.change.subject)}. {escaped(item.change.explain())}"


def _fields(fields: Iterable[CuratedField]) -> Iterator[str]:
    for native_type, group in groupby(fields, key=lambda one: one.native_type):
        yield from ("", f"### {code(native_type)}", "", "| field | curated | default | takes |", "|---|---|---|---|")
        for one in group:
            names = ", ".join(_cell(parameter.name) for parameter in one.parameters)
            default = _cell(json.dumps(one.about["default"], default=repr)) if "default" in one.about else ""
            yield f"| {_cell(one.name)} | {names or 'no'} | {default} | {_takes(one.about)} |"


def _takes(about: dict[str, Any]) -> str:
    kept = {key: value for key, value in about.items() if key not in {"default", "description", "title"}}
    return _cell(json.dumps(kept, default=repr)) if kept else ""
