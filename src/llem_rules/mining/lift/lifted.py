"""One native type's declarations as candidates. Each is held against what the field's validator said of the grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from llem_rules.mining.library import LibraryReader
from llem_rules.mining.lift.branches import Branches, branches_of, refused, variants
from llem_rules.mining.lift.parts import FINITE, Plain, Refusal, Shape, any_of, together
from llem_rules.mining.model import Candidate, EffectSite
from llem_rules.rules import Config, PredicateError, compile_predicate, parse_predicate, to_plain
from llem_rules.rules.predicates import WORDS, AllOf, Not

_EXCEPTION = "ValidationError"
_SEVERAL = "it may be given under several names"


@dataclass(frozen=True)
class Lifted:
    """``notes``: what is declared and did not become a candidate, each with its reason."""

    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...]


def lift(library: LibraryReader, native_type: str) -> list[Candidate]:
    """The candidates of one native type, in the order of its fields; none where nothing enforces what it declares."""
    return list(read_declarations(library, native_type).candidates)


def read_declarations(library: LibraryReader, native_type: str) -> Lifted:
    """Candidates and notes of one native type."""
    raw = library.declarations(native_type)
    if "lifted" not in raw:
        return Lifted((), (f"{native_type} cannot be read: {raw['unchecked']['detail']}",))
    answer = raw["lifted"]
    candidates: list[Candidate] = []
    notes = [f"{native_type}: {note}" for note in answer["notes"]]
    for about in answer["fields"]:
        branches = branches_of(about["shape"])
        branches.leaves = [_with_keys(library, leaf) for leaf in branches.leaves]
        found, said = _Field(native_type, about, branches, answer["defaults"]).read()
        candidates += found
        notes += [f"{native_type}.{about['given_as']}: {note}" for note in said]
    return Lifted(tuple(candidates), tuple(notes))


def _with_keys(library: LibraryReader, leaf: Shape) -> Shape:
    """A class with the keys that a mapping may have in its place, where it refuses all others."""
    if leaf["type"] not in ("dataclass", "model") or "class" not in leaf:
        return leaf
    inner = library.declarations(str(leaf["class"])).get("lifted", {"notes": ()})
    if "unknown keywords: forbid" not in inner["notes"] or any(_SEVERAL in note for note in inner["notes"]):
        return leaf
    return {**leaf, "keys": [about["given_as"] for about in inner["fields"]]}


class _Field:
    """A field with the grid of its validator's answers."""

    def __init__(
        self, native_type: str, about: Mapping[str, Any], branches: Branches, defaults: Mapping[str, Any]
    ) -> None:
        self._type = native_type
        self._name = str(about["given_as"])
        self._site: Mapping[str, Any] | None = about["site"]
        self._branches = branches
        self._defaults = defaults
        self._tried: Sequence[Mapping[str, Any]] = about["tried"]
        if any(one["value"] is None and one.get("errors") == [] for one in self._tried):
            self._branches.nullable = True  # by its type, or because a function lets None through

    def read(self) -> tuple[list[Candidate], list[str]]:
        """The candidates, and why there are no more."""
        if not self._tried:
            return [], ["its validator cannot be tried alone"]
        if self._name in WORDS:
            return [], ["its name is a word of the rule language"]
        found: list[Candidate] = []
        notes: list[str] = []
        said: set[str] = set()
        for one in (part for whole in refused(self._branches, self._name) for part in self._parts(whole)):
            texts = self._texts(one)
            if not texts:
                continue
            try:
                fitted = self._fitted(one, texts, notes)
            except PredicateError as error:  # a pattern that only pydantic's engine reads
                notes.append(f"{one.name} is not said: {error}")
                continue
            if fitted is not None:
                found.append(self._candidate(fitted, texts))
                said.update(texts)
        notes += self._unsaid(said)
        return found, notes

    def _parts(self, one: Refusal) -> Iterator[Refusal]:
        """The refusal; what is not finite apart where another error of the field would be taken for one of its messages."""
        texts = self._texts(one)
        begin = _template(texts).removesuffix("{*}") if len(texts) > 1 else None
        if begin is None or not any(begin in text for text in self._others(texts)):
            yield one
            return
        finite = any_of({self._name: {"type_is_not": "float"}}, {self._name: FINITE})
        yield replace(one, given=(*one.given, finite), also=())
        real = ({self._name: {"type_is": "float"}},)
        yield replace(one, types=one.also, name="not-finite", require={self._name: FINITE}, given=real, also=())

    def _others(self, texts: tuple[str, ...]) -> Iterator[str]:
        for entry in self._errors():
            if not _prints(entry, texts):
                yield " ".join(entry["message"].split())

    def _texts(self, one: Refusal) -> tuple[str, ...]:
        """What pydantic prints, as this version of it has printed it: the first stands in all others but those of ``also``."""
        first = next((text for kind in one.types if (text := self._text(kind)) is not None), None)
        others = [self._text(kind) for kind in one.also]
        return () if first is None else (first, *(text for text in others if text is not None))

    def _text(self, kind: str) -> str | None:
        for entry in self._errors():
            if entry["type"] == kind and not entry["raised"]:
                return " ".join(str(entry["message"]).split())
        return None

    def _fitted(self, declared: Refusal, texts: tuple[str, ...], notes: list[str]) -> Refusal | None:
        """The refusal, guarded until it agrees with the grid and does not fire on the defaults."""
        wrong: list[Any] = []
        for one in variants(declared, self._branches, self._name):
            guarded = _fires(one.given, one.require)(Config.of({}, self._defaults)) is True
            tested = replace(one, given=(*one.given, {self._name: {"given": True}})) if guarded else one
            against = list(self._wrong(tested, texts))
            if not against:
                if one.numbers_only:
                    notes.append(f"{one.name}: strings that spell such a number are not said")
                return tested
            wrong = wrong or against
        code = f"; {', '.join(self._branches.custom)} runs before" if self._branches.custom else ""
        notes.append(f"{declared.name} is not said: it would be wrong of {', '.join(map(repr, wrong[:4]))}{code}")
        return None

    def _wrong(self, one: Refusal, texts: tuple[str, ...]) -> Iterator[Any]:
        fires = _fires(one.given, one.require)
        for tried in self._tried:
            shown = any(_prints(entry, texts) for entry in tried.get("errors", ()))
            fired = fires(Config.of({self._name: tried["value"]}, self._defaults))
            unsaid = one.numbers_only and shown and isinstance(tried["value"], str)
            if fired is not shown and not unsaid:
                yield tried["value"]

    def _errors(self) -> Iterator[Mapping[str, Any]]:
        for tried in self._tried:
            yield from tried.get("errors", ())

    def _unsaid(self, said: set[str]) -> Iterator[str]:
        """Refused values of the grid that no candidate speaks of."""
        left = sorted(
            {
                str(errors[0]["type"])
                for tried in self._tried
                if (errors := [one for one in tried.get("errors", ()) if not one["raised"]])
                and not any(_prints(one, said) for one in errors)
            }
        )
        if left:
            yield f"not said: {', '.join(left)}"

    def _candidate(self, one: Refusal, texts: tuple[str, ...]) -> Candidate:
        template = _template(texts)
        plain: dict[str, Any] = {
            "kind": "invariant",
            "native_type": self._type,
            **({"given": _written(together(one.given))} if one.given else {}),
            "require": _written(one.require),
            "expected": {"effect": "error", "channel": "exception", "exception": _EXCEPTION},
            "message_template": template,
        }
        sites: tuple[EffectSite, ...] = ()
        if self._site is not None:
            file, function = str(self._site["file"]), str(self._site["function"])
            plain["source"] = {"file": file, "function": function}
            sites = (self._effect_site(file, function, template),)
        plain["added_by"] = "lift"
        if self._branches.custom:
            plain["tags"] = ["custom-code-before"]
        return Candidate(self._type, f"{self._name}-{one.name}", plain, "lift", sites, ("lift",))

    def _effect_site(self, file: str, function: str, template: str) -> EffectSite:
        return EffectSite(
            native_type=self._type,
            file=file,
            line=0,
            function=function,
            kind="constraint",
            stage="construct",
            channel="exception",
            exception=_EXCEPTION,
            message=template,
            field=self._name,
        )


def _prints(entry: Mapping[str, Any], texts: Iterable[str]) -> bool:
    message = " ".join(entry["message"].split())
    return any(text in message for text in texts)


def _template(texts: Sequence[str]) -> str:
    """One message for all: the words that they begin with."""
    words = [text.split() for text in texts]
    same = list(takewhile(lambda some: len(set(some)) == 1, zip(*words, strict=False)))
    begin = " ".join(some[0] for some in same).replace("{", "{{").replace("}", "}}")
    return begin if len(texts) == 1 else f"{begin} {{*}}"


def _written(plain: Plain) -> Plain:
    """Nothing in it is shared with another rule: YAML would write an anchor."""
    return to_plain(parse_predicate(plain))


def _fires(given: tuple[Plain, ...], require: Plain) -> Any:
    violated = Not(parse_predicate(require))
    return compile_predicate(AllOf((*map(parse_predicate, given), violated)) if given else violated)
