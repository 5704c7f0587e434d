"""Judging configs from the command line."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llem_rules.check.compiled import CompiledCorpus, load_compiled
from llem_rules.check.platforms import around, judge_on
from llem_rules.check.policy import Policy, load_policy, unused_patterns
from llem_rules.check.within import judge_whole
from llem_rules.cli.reading import judge_each
from llem_rules.engines import engine_for_type
from llem_rules.formats import Found, Part
from llem_rules.formats.judging import inner_parts, judge_part
from llem_rules.formats.verdicts import Note, Verdict
from llem_rules.rules.failure import NOTHING, USAGE, Failure

ALLOW_NOTHING = "--allow-nothing"


class Shelf:
    """Corpora by engine, each loaded once.

    ``platform``: the device that configs are for; None: any. ``here``: they run on this machine.
    """

    def __init__(
        self, engine: str | None, version: str | None, platform: str | None = None, *, here: bool = False
    ) -> None:
        self.platform = platform
        self._here = here
        self._engine = engine
        self._version = version
        self._loaded: dict[str, CompiledCorpus] = {}

    @property
    def loaded(self) -> tuple[CompiledCorpus, ...]:
        """The corpora that were asked for so far."""
        return tuple(self._loaded.values())

    def for_type(self, native_type: str) -> CompiledCorpus:
        """The corpus that knows a native type.

        Raises:
            Failure: no engine has it, nothing is proved for its engine, or its engine does not know the type.
        """
        engine = self._engine
        if engine is None:
            found = engine_for_type(native_type)
            if found is None:
                raise Failure(f"no engine has a package for {native_type}", hint="say which with --engine")
            engine = found.name
        if engine not in self._loaded:
            loaded = self._loaded[engine] = load_compiled(engine, self._version)
            loaded.around = around(loaded.package, self.platform, here=self._here)
        corpus = self._loaded[engine]
        if native_type not in corpus.native_types:
            import difflib

            near = difflib.get_close_matches(native_type, corpus.native_types, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(corpus.native_types)}"
            raise Failure(f"{engine} {corpus.version} has no native type {native_type!r} here", hint=hint)
        return corpus


def check_lines(source: str, shelf: Shelf) -> int:
    """The machine door."""
    from llem_rules.cli.jsonl import Request, answer_each, read_lines

    def answer(request: Request) -> dict[str, Any]:
        corpus = shelf.for_type(request["native_type"])
        if shelf.platform is not None:
            return judge_whole(corpus, request["native_type"], request["kwargs"], corpus.around).to_door()
        return judge_on(
            corpus, request["native_type"], request["kwargs"], surroundings=corpus.around, judge=judge_whole
        ).to_door()

    answer_each(read_lines(source), answer)
    return 0


@dataclass(frozen=True)
class How:
    """What is done with what is found.

    ``output``: the format; ``fix``: write the smallest changes into the files; ``allow_nothing``: files without anything
    to judge are fine.
    """

    strict: bool = False
    output: str = "text"
    fix: bool = False
    write_baseline: bool = False
    allow_nothing: bool = False


def check_files(arguments: list[str], native_type: str | None, shelf: Shelf, how: How) -> int:
    """Judge files, or the one command line that the arguments are. Returns the exit code."""
    policy = load_policy(Path.cwd())
    verdicts, failed = judge_each(arguments, native_type, lambda found: judge_found(found, native_type, shelf, policy))
    for name, failure in failed:
        where = "" if name in failure.message else f"{name}: "
        sys.stderr.write(f"not checked: {where}{failure.message}\n")
    if how.fix:
        from llem_rules.cli.fixing import fix_files

        verdicts = fix_files(verdicts, native_type, shelf, policy, strict=how.strict or policy.strict)
    if how.write_baseline:
        from llem_rules.cli.baselines import write_baseline

        return write_baseline(verdicts, policy)
    if not verdicts and not failed and not how.allow_nothing:
        sys.stderr.write(f"nothing to check in {', '.join(arguments)}: no engine's config or command is in it\n")
        return NOTHING
    sys.stdout.write(_rendered(verdicts, failed, how.output))
    if policy.known:
        from llem_rules.cli.baselines import say_what_is_gone

        say_what_is_gone(verdicts, policy)
    for text in unused_patterns(policy, shelf.loaded):
        sys.stderr.write(f"warning: {text}\n")
    return _code(verdicts, failed, strict=how.strict or policy.strict)


def judge_found(
    found: Found, native_type: str | None, shelf: Shelf, policy: Policy, *, once: bool = True
) -> list[Verdict]:
    """The verdicts on a file: its parts, and of each the parts that stand in its fields, where something is said of them.

    ``once``: what several members of a study have in common is said of the first.
    """
    verdicts: list[Verdict] = []
    for part in parts_of(found, native_type):
        corpus = shelf.for_type(part.native_type)
        outer = judge_part(found, part, corpus, policy)
        inner = [judge_part(found, one, corpus, policy) for one in inner_parts(part, corpus)]
        _leave_to(inner, outer)
        verdicts.append(outer)
        verdicts += [verdict for verdict in inner if verdict.notes or verdict.differs or verdict.kept]
    if found.study is not None and once:
        _once(verdicts)
    return verdicts


def _leave_to(inner: list[Verdict], outer: Verdict) -> None:
    """What is refused of a field because of what stands in it, the part that stands there says better, and where."""
    said = {one.part.within for one in inner if any(note.effect == "error" for note in one.notes)}
    outer.notes[:] = [note for note in outer.notes if not (note.effect == "error" and _only_of(note, said))]


def _only_of(note: Note, fields: set[str | None]) -> bool:
    return note.finding is not None and len(note.about) == 1 and note.about[0][0] in fields


def _once(verdicts: list[Verdict]) -> None:
    """Of the members of a study that have the same fault in the same place, the first says it."""
    told: set[tuple[object, ...]] = set()
    for verdict in verdicts:
        kept = [note for note in verdict.notes if (note.name, note.message, note.about) not in told]
        told |= {(note.name, note.message, note.about) for note in kept}
        verdict.notes[:] = kept
        apart = [(on, note) for on, note in verdict.differs if (note.name, note.message, note.about) not in told]
        told |= {(note.name, note.message, note.about) for _, note in apart}
        verdict.differs[:] = apart


def parts_of(found: Found, native_type: str | None) -> list[Part]:
    """The configs of a file; of a study, each of its members.

    Raises:
        Failure: (2) it is no study.
    """
    if found.study is None:
        return found.parts
    from llem_rules.formats.studies import study_parts

    return study_parts(found, native_type)


def _rendered(verdicts: list[Verdict], failed: list[tuple[str, Failure]], output: str) -> str:
    if output == "text":
        from llem_rules.reporting.check_text import file_text

        files = list(dict.fromkeys(verdict.found.file for verdict in verdicts))
        text = "".join(file_text([one for one in verdicts if one.found.file == name]) for name in files)
        if not text and sys.stderr.isatty():
            some = f"{len(verdicts)} config{'s' if len(verdicts) > 1 else ''}"
            sys.stderr.write(f"{some}: nothing is refused, ignored or rewritten\n")
        return text
    if output == "json":
        from llem_rules.reporting.check_report import document

        return json.dumps(document(verdicts, failed), indent=1, default=repr) + "\n"
    from llem_rules.reporting import check_ci

    return {"sarif": check_ci.sarif, "github": check_ci.github, "junit": check_ci.junit}[output](verdicts)


def _code(verdicts: list[Verdict], failed: list[tuple[str, Failure]], *, strict: bool) -> int:
    """What was found goes before what could not be checked; what cannot be read before either."""
    effects = {note.effect for verdict in verdicts for note in verdict.notes}
    found = "error" in effects or (strict and bool(effects))
    codes = {failure.code for _, failure in failed}
    return USAGE if USAGE in codes else int(found) or max(codes, default=0)


def print_editor_schema(engine: str) -> int:
    """The confirmed refusals of an engine, for editors."""
    from llem_rules.check.editor import editor_schema

    made = editor_schema(load_compiled(engine))
    sys.stdout.write(json.dumps(made.schema, indent=1) + "\n")
    sys.stderr.write(f"{made.said} of {made.rules} refusals\n")
    return 0


def quick(arguments: list[str]) -> int:
    """``check`` with files alone, or with a command line after ``--``: what hooks run, without the command-line library."""
    try:
        files = [one for one in arguments if one != ALLOW_NOTHING]
        return check_files(files, None, Shelf(None, None), How(allow_nothing=len(files) < len(arguments)))
    except Failure as failure:
        sys.stderr.write(f"error: {failure.message}\n")
        if failure.hint:
            sys.stderr.write(f"  {failure.hint}\n")
        return failure.code
