"""Rule files as rule objects with their places, one file or all of an engine's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from llem_rules.corpus.findings import Finding, Location, Span, near
from llem_rules.corpus.locate import Project, find_project, shown
from llem_rules.corpus.reader import YamlDocument, read_yaml
from llem_rules.corpus.schema_errors import schema_findings
from llem_rules.rules.failure import Failure
from llem_rules.rules.kinds import KINDS, Dormancy, Invalidity, Invariant
from llem_rules.rules.parse import PredicateError, parse_predicate

AnyRule = Invalidity | Dormancy | Invariant
_MODELS: dict[Any, type[AnyRule]] = {"invalidity": Invalidity, "dormancy": Dormancy, "invariant": Invariant}


@dataclass(frozen=True)
class LocatedRule:
    """A rule with where it was read."""

    rule: AnyRule
    document: YamlDocument
    index: int

    @property
    def file(self) -> str:
        """The file, as findings show it."""
        return self.document.file

    def span(self, *location: str | int, on_key: bool = False) -> Span:
        """Where something inside the rule stands; without a location, the value of ``id``."""
        return self.document.span((self.index, *(location or ("id",))), on_key=on_key)

    def place(self, *location: str | int) -> str:
        """``file:line:column`` of the rule, or of something in it."""
        span = self.span(*location)
        return f"{self.file}:{span.line}:{span.column}"

    def finding(self, code: str, location: Location, message: str, **more: Any) -> Finding:
        """A finding about something in the rule. ``on_key`` points at the key."""
        span = self.span(*location, on_key=more.pop("on_key", False))
        return Finding(self.file, span, code, message, rule=self.rule.id, **more)


@dataclass(frozen=True)
class RuleFile:
    """A rule file: the rules that could be made, and the findings about those that could not."""

    path: Path
    document: YamlDocument
    rules: tuple[LocatedRule, ...]
    findings: tuple[Finding, ...]


def load_rule_file(path: Path, display: str | None = None) -> RuleFile:
    """Read a rule file.

    Raises:
        Unreadable: the file could not be read as text.
    """
    return rules_in(read_yaml(path, display or shown(path)), path)


def rules_in(document: YamlDocument, path: Path) -> RuleFile:
    """The rules of a YAML document that was read."""
    findings = list(document.findings)
    rules: list[LocatedRule] = []
    data = document.data
    if data is None and not findings:
        findings.append(Finding(document.file, document.span(()), "L009", "no rules in this file"))
    elif data is not None and not isinstance(data, list):
        message = f"a rule file is a list of rules, not {'a mapping' if isinstance(data, dict) else 'one value'}"
        hint = "start every rule with `- id:`"
        findings.append(Finding(document.file, document.span(()), "L009", message, hint=hint))
    for index, plain in enumerate(data if isinstance(data, list) else ()):
        made = _rule(plain, document, index)
        if isinstance(made, LocatedRule):
            rules.append(made)
        else:
            findings.extend(made)
    if data == []:
        findings.append(Finding(document.file, document.span(()), "L009", "no rules in this file"))
    return RuleFile(path, document, tuple(rules), tuple(findings))


def _rule(plain: Any, document: YamlDocument, index: int) -> LocatedRule | list[Finding]:
    base = (index,)
    if not isinstance(plain, dict):
        return [Finding(document.file, document.span(base), "L010", "a rule is a mapping that starts with id:")]
    identity = plain.get("id") if isinstance(plain.get("id"), str) else None
    kind = plain.get("kind")
    model = _MODELS.get(kind) if isinstance(kind, str) else None
    findings: list[Finding] = []
    if model is None:
        known = " or ".join(map(repr, KINDS))
        if "kind" in plain:
            message, suggestion = f"kind is {known}, not {kind!r}", near(str(kind), KINDS)
        else:
            message, suggestion = f"kind is missing: {known}", None
        span = document.span((*base, "kind"))
        return [Finding(document.file, span, "L010", message, suggestion, rule=identity)]
    try:
        rule = model.model_validate(plain)
    except ValidationError as error:
        findings += schema_findings(error, document, base, model, identity)
        rule = None
    for part in ("match", "given", "require"):
        if isinstance(plain.get(part), dict) and part in model.model_fields:
            findings += _predicate_findings(plain[part], document, (index, part), identity)
    return LocatedRule(rule, document, index) if rule is not None and not findings else sorted(set(findings))


def _predicate_findings(
    plain: dict[Any, Any], document: YamlDocument, base: Location, rule: str | None
) -> list[Finding]:
    try:
        parse_predicate(plain)
    except PredicateError:
        # Entry by entry, so that a second mistake is not hidden behind the first.
        entries = [(key, value) for key, value in plain.items() if isinstance(key, str)]  # others are reported by now
        return [found for key, value in entries for found in _entry_findings(key, value, document, base, rule)]
    return []


def _entry_findings(
    key: Any, value: Any, document: YamlDocument, base: Location, rule: str | None
) -> Iterator[Finding]:
    try:
        parse_predicate({key: value})
    except PredicateError as error:
        span = document.span((*base, *error.location), on_key=error.on_key)
        message = error.message.replace(repr(error.word), f'"{error.word}"')
        yield Finding(document.file, span, error.code, message, near(error.word, error.known), rule=rule)


def load_rules(engine: str, project: Project | None = None) -> list[LocatedRule]:
    """All authored rules of an engine, by file name and in file order.

    Raises:
        Failure: a file has problems that keep a rule from being made, or two rules have one id.
    """
    folder = (project or find_project()).rules_dir(engine)
    files = [load_rule_file(path) for path in sorted(folder.glob("*.yaml"))]
    stopped = sorted(finding for file in files for finding in file.findings if finding.code != "L004")
    if stopped:
        more = f" (and {len(stopped) - 1} more)" if len(stopped) > 1 else ""
        raise Failure(f"{stopped[0].place}: {stopped[0].sentence}{more}", hint=f"llem-rules lint {shown(folder)}")
    return merged(file.rules for file in files)


def merged(groups: Iterable[Iterable[LocatedRule]]) -> list[LocatedRule]:
    """Rules of several files as one list.

    Raises:
        Failure: two rules have one id.
    """
    by_id: dict[str, LocatedRule] = {}
    for group in groups:
        for located in group:
            first = by_id.setdefault(located.rule.id, located)
            if first is not located:
                raise Failure(f"{located.place()}: the id {located.rule.id} is taken by {first.place()}")
    return list(by_id.values())
