"""Proposals as YAML that a person can read, lint and keep: each rule below comments that say what it rests on."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from llem_rules.corpus.documents import rules_in
from llem_rules.corpus.files import read_text, write_atomically
from llem_rules.corpus.locate import Project, shown
from llem_rules.corpus.reader import parse_yaml
from llem_rules.mining.fingerprint import fingerprint_of
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import RuleBase, rule_from
from llem_rules.runtime.proposals import MARK, Proposal

_WIDTH = 120
_PLAIN = re.compile(r"[A-Za-z_][\w./-]*")
_TRUTHS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})
_SCHEMA = "# yaml-language-server: $schema=../../schemas/rules.schema.json\n\n"


def fragment(proposals: Iterable[Proposal], where: str) -> str:
    """The rules, in the house's form. ``where``: the studies that they come from. Empty where there are none."""
    return "\n".join(_block(proposal, where) for proposal in proposals)


def _block(proposal: Proposal, where: str) -> str:
    told = proposal.told
    shown = _times(told.support, "config")
    lines = [f"Seen in {where}: {shown} showed it where the condition holds, {_counter(proposal)}."]
    beside = (
        f"; {_times(len(told.missed), 'config')} showed it where the condition does not hold" if told.missed else ""
    )
    lines.append(f"Confidence {told.confidence:.2f}{beside}.")
    if proposal.confirmed is not None:
        lines.append(
            f"{'Confirmed' if proposal.confirmed else 'NOT confirmed'} by replay{': ' if proposal.why else ''}{proposal.why}."
        )
    lines += [f"{MARK}: {question}" for question in proposal.questions]
    comments = "\n".join(f"# {piece}" for line in lines for piece in textwrap.wrap(" ".join(line.split()), _WIDTH - 2))
    entries = [line for key, value in proposal.document.items() for line in _entry(key, value)]
    return f"{comments}\n- " + "\n  ".join(entries) + "\n"


def _entry(key: str, value: Any) -> list[str]:
    """A key with its value on one line; where that is too wide, and can be broken, a line for each part."""
    line = f"{key}: {_flow(value)}"
    if len(line) + 2 <= _WIDTH or not value or not isinstance(value, dict | list):
        return [line]
    if isinstance(value, list):
        return [f"{key}:", *(f"  - {_flow(item)}" for item in value)]
    return [f"{key}:", *(f"  {inner}" for name, item in value.items() for inner in _entry(_flow(name), item))]


class _Dumper(yaml.SafeDumper):
    """Texts that are no plain words in double quotes, as people write them: operators, templates, YAML 1.1's ``yes``."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _TRUTHS
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _quoted)


def _flow(value: Any) -> str:
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1 << 20, default_flow_style=True)
    return text.removesuffix("\n").removesuffix("\n...").strip()


def _counter(proposal: Proposal) -> str:
    count, misses = len(proposal.told.counter), len(proposal.told.misses)
    return f"{_times(count, 'counter-example')} among {_times(misses, 'config')} without it"


def _times(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def append(
    proposals: Sequence[Proposal], engine: str, project: Project, known: Sequence[RuleBase], where: str
) -> dict[Path, int]:
    """Add rules to the files of their native types: after all that is there, of which nothing changes. Rules by file.

    What a rule of the files says already is left out, so that a second run adds nothing.

    Raises:
        Failure: the project cannot be written.
    """
    if not project.writable:
        raise Failure(f"{project.root} cannot be written", hint="run it in a clone of the repository, or use --out")
    by_file: dict[Path, list[Proposal]] = {}
    for proposal in proposals:
        if not any(says_the_same(rule_from(proposal.document), rule) for rule in known):
            by_file.setdefault(_file_of(proposal, engine, project), []).append(proposal)
    added = {}
    for path, new in sorted(by_file.items()):
        before = read_text(path) if path.exists() else _SCHEMA
        gap = "" if before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
        after = before + gap + fragment(new, where)
        problems = rules_in(parse_yaml(after, shown(path)), path).findings
        if problems:
            raise Failure(
                f"{problems[0].place}: {problems[0].sentence}", hint=f"mend it first: llem-rules lint {shown(path)}"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, after)
        added[path] = len(new)
    return added


def says_the_same(one: RuleBase, other: RuleBase) -> bool:
    """Whether two rules make one claim: the same type, effect and condition, however it is written; or have one id."""
    if one.id == other.id:
        return True
    if one.native_type != other.native_type or one.expected.effect != other.expected.effect:
        return False
    if set(one.dormant_fields) != set(other.dormant_fields):
        return False
    return fingerprint_of(one) == fingerprint_of(other)


def _file_of(proposal: Proposal, engine: str, project: Project) -> Path:
    """The native type's file, or that of the rule's stage where there is one."""
    folder = project.rules_dir(engine)
    name = str(proposal.document["native_type"]).rpartition(".")[2]
    staged = folder / f"{name}.{proposal.document.get('reach', 'construct')}.yaml"
    return staged if staged.exists() else folder / f"{name}.yaml"
