"""Pages of the documentation site: one a native type, with a place for each of its rules; and their lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from llem_rules.reporting.condition import Clause, clause
from llem_rules.reporting.elsewhere import elsewhere
from llem_rules.reporting.page.titles import title
from llem_rules.reporting.rule_text import REACH, SAYS
from llem_rules.rules.effects import SEVERITY
from llem_rules.rules.kinds import RuleBase, rule_from
from llem_rules.rules.parse import parse_predicate

_PARTS = {"match": "Fires when", "given": "Given that", "require": "It must hold that"}
_CODE = {"field", "string", "number", "constant", "type", "pattern"}
Entry = Mapping[str, Any]


def page_of(engine: str, native_type: str) -> str:
    """The page of a native type, as a file below the site's source: ``rules/<engine>/<type without its package>.md``."""
    return f"rules/{engine}/{native_type.partition('.')[2]}.md"


def address_of(engine: str, rule: RuleBase) -> str:
    """Where the site has a rule, relative to its root."""
    return f"{page_of(engine, rule.native_type).removesuffix('.md')}/#{_name(rule)}"


def _name(rule: RuleBase) -> str:
    return rule.id.removeprefix(f"{rule.native_type}.")


def pages(engine: str, document: Mapping[str, Any]) -> dict[str, str]:
    """Every page of an engine by file name, and its list as ``rules/<engine>/index.md``."""
    entries = sorted(document["rules"], key=lambda entry: (entry["rule"]["native_type"], entry["id"]))
    version = document["environment"]["library_version"]
    types = [(name, list(group)) for name, group in groupby(entries, key=lambda entry: entry["rule"]["native_type"])]
    made = {page_of(engine, name): _type_page(name, group, version) for name, group in types}
    made[f"rules/{engine}/index.md"] = _index(engine, version, types)
    return made


def _index(engine: str, version: str, types: Sequence[tuple[str, Sequence[Entry]]]) -> str:
    count = sum(len(group) for _, group in types)
    lines = [f"# Rules of {engine} {version}", "", f"{count:,} rules on {len(types)} native types.", ""]
    lines += ["| native type | rules | refused | silently without effect |", "|---|--:|--:|--:|"]
    for name, group in types:
        file = page_of(engine, name).rpartition("/")[2]
        counts = [
            sum(one["rule"]["expected"]["effect"] == effect for one in group) for effect in ("error", "dormant_silent")
        ]
        lines.append(f"| [`{name}`]({file}) | {len(group)} | {counts[0]} | {counts[1]} |")
    return "\n".join(lines) + "\n"


def _type_page(name: str, entries: Sequence[Entry], version: str) -> str:
    rules = sorted(((rule_from(one["rule"]), one) for one in entries), key=_worst_first)
    head = ["---", f"title: {json.dumps(name.partition('.')[2])}", "hide: [toc]", "---", f"# `{name}`", ""]
    head += [f"{len(rules)} rules, proved on {version}.", "", "| rule | what the library does |", "|---|---|"]
    head += [f"| [`{_name(rule)}`](#{_name(rule)}) | {_text(SAYS[rule.expected.effect])} |" for rule, _ in rules]
    return "\n".join([*head, *(line for rule, entry in rules for line in _rule(rule, entry))]) + "\n"


def _worst_first(pair: tuple[RuleBase, Entry]) -> tuple[int, str]:
    return (list(SEVERITY).index(pair[0].expected.effect), pair[0].id)


def _rule(rule: RuleBase, entry: Entry) -> Iterator[str]:
    yield from ("", f"## `{_name(rule)}` {{ #{_name(rule)} }}", "", _text(title(rule)), "")
    yield f"**`{rule.expected.effect}`**: {SAYS[rule.expected.effect]}, {REACH[rule.reach]}."
    for name, one in rule.dormant_fields.items():
        if one.replaced:
            gone = one.effective == {"$absent": True}
            yield f"{_span(name)} {'is dropped' if gone else f'becomes {_code(one.effective)}'}."
    for part in rule.predicate_parts:
        if entry["rule"].get(part) is not None:
            yield from ("", f"{_PARTS[part]}:", "", *_bullets(clause(parse_predicate(entry["rule"][part])), 0))
    yield from ("", "| | config | what was seen |", "|---|---|---|")
    for side, word in (("positive", "fires on"), ("negative", "not on")):
        seen = entry[side]
        said = f": {_text(seen['message'].splitlines()[0])}" if seen.get("message") else ""
        yield f"| {word} | {_code(entry['rule'][f'kwargs_{side}'])} | `{seen.get('effect', 'unchecked')}`{said} |"
    if rule.source:
        yield from ("", f"In `{rule.source.file}`, `{rule.source.function}`.")
    if entry.get("applies_to"):
        yield from ("", f"Holds to the letter on {', '.join(entry['applies_to'])}.")
    for other in elsewhere(entry, {}):
        yield from ("", f"On {other.device}, {other.verdict}: {_text(other.words)}.")
    if entry["verdict"] != "confirmed":
        yield from ("", f"**{entry['verdict']}**")
    yield from ("", f"`llem-rules explain {rule.id}`")


def _bullets(told: Clause, depth: int) -> Iterator[str]:
    indent = "    " * depth + "- "
    if "says" in told:
        yield indent + _said(told["says"])
    elif "none" in told:
        yield f"{indent}not:"
        yield from _bullets(told["none"][0], depth + 1)
    else:
        word = "all" if "all" in told else "any"
        if depth or word == "any":
            yield f"{indent}{'all of' if word == 'all' else 'any of'}:"
            depth += 1
        for part in told[word]:
            yield from _bullets(part, depth)


def _said(tokens: Sequence[Sequence[str]]) -> str:
    """Tokens with blanks between them, but none inside brackets and before commas."""
    said = ""
    for place, (kind, text) in enumerate(tokens):
        glued = not place or text in {",", "]"} or tokens[place - 1][1] == "["
        said += ("" if glued else " ") + _token(kind, text)
    return said


def _token(kind: str, text: str) -> str:
    return _span(text) if kind in _CODE else _text(text)


def _code(value: Any) -> str:
    return _span(json.dumps(value, ensure_ascii=False, default=repr))


def _span(text: str) -> str:
    """Code that neither Markdown nor a table takes for its own."""
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    special: Iterable[str] = "\\`*_[]{}|#:~=^$"
    line = escape(" ".join(text.split()), quote=False)
    return "".join(f"&#{ord(one)};" if one in special else one for one in line)
