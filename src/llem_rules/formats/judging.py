"""A part judged: what the rules, the discovered schema and the reader say of it, as one list, worst first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from llem_rules.check.compiled import CompiledCorpus
from llem_rules.check.corpus import Corpus
from llem_rules.check.fixing import Fix
from llem_rules.check.judgement import Finding, Judgement
from llem_rules.check.policy import Policy
from llem_rules.corpus.discovered import Discovered
from llem_rules.corpus.findings import Span, near
from llem_rules.formats.found import Found, Part, Place
from llem_rules.formats.mending import way_out
from llem_rules.formats.sentences import sentence
from llem_rules.rules.effects import SEVERITY
from llem_rules.rules.values import SCALARS


@dataclass(frozen=True)
class Note:
    """One thing to say. ``effect``: what it counts as here; ``about``: each field with its place; ``finding``: the rule's."""

    effect: str
    message: str
    about: tuple[tuple[str, Span], ...]
    finding: Finding | None = None
    fix: Fix | None = None
    code: str = ""
    suggestion: str | None = None

    @property
    def rule(self) -> str | None:
        """The id of the rule, where a rule says it."""
        return self.finding.rule.id if self.finding is not None else None

    @property
    def name(self) -> str:
        """The rule, or the sort of problem."""
        return self.rule or self.code


@dataclass
class Verdict:
    """What is said of one part."""

    found: Found
    part: Part
    corpus: Corpus
    judgement: Judgement
    notes: list[Note] = field(default_factory=list)
    silenced: int = 0

    @property
    def effect(self) -> str:
        """The worst effect of what the rules and the readers of the format say."""
        told = [note.effect for note in self.notes if note.finding is not None or note.code == "unreadable"]
        return min(told, key=SEVERITY.index, default="pass")

    def fingerprint(self, note: Note) -> str:
        """What stays the same of a note when lines move: for baselines."""
        told = "\0".join((self.found.file, self.part.native_type, note.name, *(name for name, _ in note.about)))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def inner_parts(part: Part, corpus: CompiledCorpus) -> list[Part]:
    """The parts that stand in fields of a part: each is refused there as it is alone."""
    made: list[Part] = []
    for name, native_type in corpus.held_in(part.native_type, part.kwargs).items():
        value: Mapping[str, Any] = part.kwargs[name]
        if any(str(key).startswith("$") for key in value):
            continue
        outer = part.place(name)
        keys = {str(key).replace("-", "_"): str(key) for key in value}  # either is taken, as on the command line
        places = {}
        for field_, key in keys.items():
            place = part.inner.get((name, key), outer)
            places[field_] = Place(place.key, place.value, f"{outer.spelled}.{key}")
        deeper = {path[1:]: place for path, place in part.inner.items() if path[0] == name and len(path) > 2}
        kwargs = {str(key).replace("-", "_"): held for key, held in value.items()}
        inside = Part(part.engine, native_type, kwargs, places, (*part.path, part.keys.get(name, name)), outer.spelled)
        inside.keys, inside.inner, inside.within, inside.around = keys if part.keys else {}, deeper, name, part
        made += [inside, *inner_parts(inside, corpus)]
    return made


def _hidden(part: Part, kwargs: dict[str, Any], refusals: Sequence[Note], judgement: Judgement, corpus: CompiledCorpus,
            ) -> Iterator[Finding]:  # fmt: skip
    """What a refusal hides: findings of now that are still there when the refused settings are mended."""
    mended = kwargs
    if any(note.fix is not None and note.fix.outside for note in refusals):
        return  # then nothing is left of this part
    for note in refusals:
        if note.fix is not None:
            mended = note.fix.applied(mended)
        else:
            mended = {name: value for name, value in mended.items() if name not in {one for one, _ in note.about}}
    after = {one.rule.id for one in corpus.judge(part.native_type, mended, corpus.around).findings}
    yield from (one for one in judgement.findings if one.effect not in ("error", "pass") and one.rule.id in after)


def judge_part(found: Found, part: Part, corpus: CompiledCorpus, policy: Policy) -> Verdict:
    """Judge one part of a file."""
    kwargs = dict(part.kwargs)
    judgement = corpus.judge(part.native_type, kwargs, corpus.around)
    if part.unknown:
        sure = tuple(one for one in judgement.findings if not part.unknown & set(_reads(one)))
        judgement = Judgement(judgement.native_type, sure, judgement.undecided)
    verdict = Verdict(found, part, corpus, judgement)
    notes = [_problem(one) for one in part.problems]
    named = {name for finding in judgement.telling for name in finding.fields if finding.effect == "error"}
    notes += [_of_rule(part, kwargs, finding, corpus) for finding in judgement.telling if finding.effect != "pass"]
    if judgement.effect == "error":
        refusals = [note for note in notes if note.finding is not None]
        hidden = _hidden(part, kwargs, refusals, judgement, corpus)
        notes += [_of_rule(part, kwargs, finding, corpus) for finding in hidden]
    notes += [note for note in _of_schema(part, kwargs, corpus) if not named & {name for name, _ in note.about}]
    summed_up = _goes_along(part, kwargs, notes, corpus)
    notes = [note for note in notes if note.name not in summed_up]
    told = {(note.effect, note.message, note.about): note for note in reversed(notes)}  # two rules may say the same
    for note in sorted(told.values(), key=lambda one: SEVERITY.index(one.effect)):
        level, _ = policy.level(note.name, note.effect, found.file)
        if level == "off" or verdict.fingerprint(note) in policy.known:
            verdict.silenced += 1
        elif level != "pass":
            verdict.notes.append(note if level == note.effect else _as(note, level))
    verdict.notes.sort(key=lambda one: SEVERITY.index(one.effect))
    return verdict


def _goes_along(part: Part, kwargs: Mapping[str, Any], notes: Sequence[Note], corpus: CompiledCorpus) -> set[str]:
    """Warnings that only sum up what other findings say: without the ignored fields they are gone."""
    ignored = {name for one in notes if one.finding is not None and one.effect.startswith("dormant")
               for name in one.finding.fields}  # fmt: skip
    warned = {note.name for note in notes if note.effect == "warn" and note.finding is not None
              and ignored & set(note.finding.fields)}  # fmt: skip
    if not warned:
        return set()
    left = {name: value for name, value in kwargs.items() if name not in ignored}
    return warned - {one.rule.id for one in corpus.judge(part.native_type, left, corpus.around).findings}


def _reads(finding: Finding) -> tuple[str, ...]:
    return getattr(finding.rule, "reads", ())


def _as(note: Note, level: str) -> Note:
    return Note(level, note.message, note.about, note.finding, note.fix, note.code, note.suggestion)


def _problem(problem: Any) -> Note:
    return Note(
        problem.effect, problem.message, (("", problem.span),), code="unreadable", suggestion=problem.suggestion
    )


def _of_rule(part: Part, kwargs: Mapping[str, Any], finding: Finding, corpus: CompiledCorpus) -> Note:
    fix = way_out(part, kwargs, finding, corpus)
    about = tuple((name, part.place(name).value) for name in finding.fields)
    return Note(finding.effect, _said(finding, kwargs, part), about, finding, fix)


def _said(finding: Finding, kwargs: Mapping[str, Any], part: Part) -> str:
    said = sentence(finding, kwargs)
    return said if finding.rule.summary else _named(said, part, finding)


def _named(said: str, part: Part, finding: Finding) -> str:
    """A sentence that names no field is about the one that the finding is about."""
    fields = finding.fields
    if len(fields) != 1 or fields[0] in said:
        return said
    value = part.kwargs.get(fields[0])
    shown = f"{{{fields[0]}}}" in (finding.rule.message_template or "")
    got = (
        ""
        if shown
        or finding.effect != "error"
        or (len(repr(value)) > 1 and repr(value) in said)
        or value.__class__ not in SCALARS
        else f", got {value!r}"
    )
    return f"{part.place(fields[0]).spelled}: {said}{got}"


def _of_schema(part: Part, kwargs: Mapping[str, Any], corpus: CompiledCorpus) -> Iterator[Note]:
    """Names that the type does not declare, and values of another type than the declared one."""
    discovered = Discovered(corpus.engine, corpus.version, corpus.schema)
    properties = corpus.schema.get(part.native_type, {}).get("properties", {})
    for name, value in kwargs.items():
        place = part.place(name)
        if name not in properties:
            lenient = part.open or discovered.accepts_unknown(part.native_type)
            meant = near(name, properties, 0.85 if lenient else 0.6)
            if (meant is not None and not name.startswith("_")) or (properties and not lenient):
                effect = "warn" if lenient else "error"
                text = f"{place.spelled}: {part.native_type} has no such field"
                # A misspelled name is for a person to mend: dropping it would lose what was meant.
                fix = Fix(name, drop=True) if effect == "error" and meant is None else None
                yield Note(effect, text, ((name, place.key),), fix=fix, code="unknown-field", suggestion=meant)
        elif not _fits(value, properties[name]):
            wanted = _wanted(properties[name])
            text = f"{place.spelled}: declared as {wanted}, got {_sort(value)}"
            yield Note("warn", text, ((name, place.value),), code="other-type")


_QUICK: Mapping[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def _fits(value: Any, about: Mapping[str, Any]) -> bool:
    """Whether a value is of the declared type. Docstrings declare loosely, and strings that a field reads are no mistake."""
    if value is None or about.get("x-from") == "docstring" or (isinstance(value, str) and "x-reads" in about):
        return True
    choices = [about, *about.get("anyOf", ())]
    if any(isinstance(value, _QUICK.get(str(one.get("type")), ())) and not one.keys() & {"items", "additionalProperties"}
           for one in choices):  # fmt: skip
        return True
    if not any(one.keys() & {"type", "enum", "const"} for one in choices):
        return True
    import jsonschema

    shape = {
        key: one for key, one in about.items() if not key.startswith("x-") and key not in ("default", "description")
    }
    return bool(jsonschema.Draft202012Validator(shape).is_valid(value))


def _wanted(about: Mapping[str, Any]) -> str:
    sorts = [one for choice in [about, *about.get("anyOf", ())] for one in [choice.get("type")] if isinstance(one, str)]
    enums = [str(one) for choice in [about, *about.get("anyOf", ())] for one in choice.get("enum", ())]
    return " or ".join(dict.fromkeys([*sorts, *(["one of " + ", ".join(enums)] if enums else [])]))


def _sort(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 40 else type(value).__name__
