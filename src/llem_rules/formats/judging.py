"""A part judged: what the rules, the discovered schema and the reader say of it, as one list, worst first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llem_rules.check.compiled import CompiledCorpus
from llem_rules.check.judgement import Finding, Judgement
from llem_rules.check.platforms import ask_platforms, judge_on
from llem_rules.check.policy import Policy
from llem_rules.engines import find_engine
from llem_rules.formats.declared import of_schema
from llem_rules.formats.found import Found, Part, Place, Problem
from llem_rules.formats.mending import way_out
from llem_rules.formats.sentences import sentence
from llem_rules.formats.verdicts import Note, Verdict
from llem_rules.rules.effects import SEVERITY
from llem_rules.rules.values import SCALARS


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


def as_parsed(part: Part, kwargs: Mapping[str, Any], corpus: CompiledCorpus) -> Mapping[str, Any]:
    """The arguments as the program hands them on: its parser makes configs of mappings, where a field declares their class."""
    if not part.parsed:
        return kwargs
    about = find_engine(part.engine).native_types.get(part.native_type)
    held = corpus.held_in(part.native_type, kwargs).items()
    made = {name: kind for name, kind in held if about is None or name not in about.holds}
    # By the last part of its name, as it is known wherever it is imported from.
    native = {name: {"$native": kind.rpartition(".")[2], "kwargs": kwargs[name]} for name, kind in made.items()}
    return {**kwargs, **native}


def _judged(part: Part, kwargs: Mapping[str, Any], corpus: CompiledCorpus) -> Judgement:
    return corpus.judge(part.native_type, as_parsed(part, kwargs, corpus), corpus.around)


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
    after = {one.rule.id for one in _judged(part, mended, corpus).findings}
    yield from (one for one in judgement.findings if one.effect not in ("error", "pass") and one.rule.id in after)


def judge_part(found: Found, part: Part, corpus: CompiledCorpus, policy: Policy) -> Verdict:
    """Judge one part of a file."""
    kwargs = dict(part.kwargs)
    judgement = _judged(part, kwargs, corpus)
    if part.unknown:
        sure = tuple(one for one in judgement.findings if not part.unknown & set(_reads(one)))
        judgement = Judgement(judgement.native_type, sure, judgement.undecided)
    verdict = Verdict(found, part, corpus, judgement)
    named = {name for finding in judgement.telling for name in finding.fields if finding.effect == "error"}
    notes = [_problem(one, corpus) for one in part.problems if one.field is None or one.field not in named]
    notes += [_of_rule(part, kwargs, finding, corpus) for finding in judgement.telling if finding.effect != "pass"]
    if judgement.effect == "error":
        refusals = [note for note in notes if note.finding is not None]
        hidden = _hidden(part, kwargs, refusals, judgement, corpus)
        notes += [_of_rule(part, kwargs, finding, corpus) for finding in hidden]
    notes += [note for note in of_schema(part, kwargs, corpus) if not named & {name for name, _ in note.about}]
    summed_up = _goes_along(part, kwargs, notes, corpus)
    notes = [note for note in notes if note.name not in summed_up]
    told = {(note.effect, note.message, note.about): note for note in reversed(notes)}  # two rules may say the same
    for note in sorted(told.values(), key=lambda one: SEVERITY.index(one.effect)):
        level, _ = policy.level(note.name, note.effect, found.file)
        if level == "off":
            verdict.silenced += 1
        elif verdict.fingerprint(note) in policy.known:
            verdict.silenced += 1
            verdict.kept.append(note)
        elif level != "pass":
            verdict.notes.append(note if level == note.effect else _as(note, level))
    verdict.notes.sort(key=lambda one: SEVERITY.index(one.effect))
    verdict.differs += _apart(verdict, kwargs, corpus, policy)
    return verdict


def _apart(
    verdict: Verdict, kwargs: Mapping[str, Any], corpus: CompiledCorpus, policy: Policy
) -> list[tuple[tuple[str, ...], Note]]:
    """What only some platforms show, where none is asked for, of a config that is not refused everywhere."""
    part, judgement = verdict.part, verdict.judgement
    known = "device" in (corpus.around.platform or ())
    if known or judgement.effect == "error" or not ask_platforms(judgement.undecided):
        return []
    told: dict[tuple[object, ...], tuple[tuple[str, ...], Note]] = {}
    given = as_parsed(part, kwargs, corpus)
    for finding, platforms in judge_on(corpus, part.native_type, given, surroundings=corpus.around).apart():
        if finding.effect != "pass" and not part.unknown & set(_reads(finding)):
            about = tuple((name, part.place(name).value) for name in finding.fields)
            note = Note(finding.effect, _said(finding, kwargs, part), about, finding)
            level, _ = policy.level(note.name, note.effect, verdict.found.file)
            if level not in ("off", "pass") and verdict.fingerprint(note) not in policy.known:
                note = note if level == note.effect else _as(note, level)
                told.setdefault((note.effect, note.message, note.about, platforms), (platforms, note))
    return list(told.values())


def _goes_along(part: Part, kwargs: Mapping[str, Any], notes: Sequence[Note], corpus: CompiledCorpus) -> set[str]:
    """Warnings that only sum up what other findings say: without the ignored fields they are gone."""
    ignored = {name for one in notes if one.finding is not None and one.effect.startswith("dormant")
               for name in one.finding.fields}  # fmt: skip
    warned = {note.name for note in notes if note.effect == "warn" and note.finding is not None
              and ignored & set(note.finding.fields)}  # fmt: skip
    if not warned:
        return set()
    left = {name: value for name, value in kwargs.items() if name not in ignored}
    return warned - {one.rule.id for one in _judged(part, left, corpus).findings}


def _reads(finding: Finding) -> tuple[str, ...]:
    return getattr(finding.rule, "reads", ())


def _as(note: Note, level: str) -> Note:
    return Note(level, note.message, note.about, note.finding, note.fix, note.code, note.suggestion)


def _problem(problem: Problem, corpus: CompiledCorpus) -> Note:
    """What a reader of a format says. It knows the parser of one version: of another's it can only say what to look at."""
    known = corpus.schema_version == corpus.version
    effect = problem.effect if known else "warn"
    text = problem.message if known else f"{problem.message} (so in {corpus.schema_version})"
    return Note(effect, text, (("", problem.span),), code="unreadable", suggestion=problem.suggestion)


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
    return f"{part.place(fields[0]).spelled}: {said.rstrip('.') if got else said}{got}"
