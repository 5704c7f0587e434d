"""Whether what a rule speaks of exists in a version at all: its type, its fields, the classes in its kwargs, its stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.corpus.compat import ProbeResult
from llem_rules.corpus.discovered import Discovered
from llem_rules.engines import Engine
from llem_rules.environments import Library
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import fields_of

# What the worker says of a name that leads nowhere; a module that cannot be imported is another matter, and no absence.
_NOT_THERE, _HAS_NO = "NotFound: ", " has no "


@dataclass(frozen=True)
class Existing:
    """What a version has. ``fields``: by native type, None where they are not known; ``gone``: landmarks that it lacks."""

    fields: Mapping[str, frozenset[str] | None]
    missing: Mapping[str, str]
    gone: frozenset[str]
    pinned: Discovered | None
    engine: Engine

    def lacks(self, rule: RuleBase) -> str | None:
        """What a rule speaks of and the version has not, in a few words; None where all is there."""
        for name in (rule.native_type, *sorted(classes_in([rule.kwargs_positive, rule.kwargs_negative]))):
            if name in self.missing:
                return f"no {name}"
        stage = self._stage(rule)
        if stage in self.gone:
            return f"no {stage}"
        known = self.fields.get(rule.native_type)
        if known:
            lost = [name for name in self._declared(rule) if name not in known]
            if lost:
                return f"no field {', '.join(lost)}"
        return None

    def _declared(self, rule: RuleBase) -> list[str]:
        """The fields that a rule cannot do without, as far as the pinned version declares them."""
        declared = set(self.pinned.fields(rule.native_type)) if self.pinned else set()
        used = (*fields_of(rule.predicate), *rule.dormant_fields, *rule.kwargs_positive)
        return [name for name in dict.fromkeys(used) if name in declared]

    def _stage(self, rule: RuleBase) -> str | None:
        about = self.engine.native_types.get(rule.native_type)
        if about is None or rule.reach not in ("validate", "build"):
            return None
        method = about.build if rule.reach == "build" else next((call.method for call in about.validate), None)
        return f"{rule.native_type}.{method}" if method else None


def existing(
    library: Library, rules: Sequence[RuleBase], probed: Iterable[ProbeResult], pinned: Discovered | None
) -> Existing:
    """Ask an entered session what it has of all that rules speak of."""
    types = {rule.native_type for rule in rules}
    others = {name for rule in rules for name in classes_in([rule.kwargs_positive, rule.kwargs_negative])}
    names = sorted(types | others)
    answers = library.run([{"op": "describe", "native_type": name, "kwargs": {}} for name in names])
    fields: dict[str, frozenset[str] | None] = {}
    missing: dict[str, str] = {}
    for name, answer in zip(names, answers, strict=True):
        if "described" in answer:
            fields[name] = frozenset(answer["described"]["fields"]) or None
        elif str(answer.get("unchecked", {}).get("detail", "")).startswith(_NOT_THERE):
            missing[name] = str(answer["unchecked"]["detail"])
    lost = [lost for one in probed for lost in (*one.missing, *one.absent)]
    gone = frozenset(one.landmark for one in lost if _HAS_NO in one.why)
    return Existing(fields, missing, gone, pinned, library.engine)


def classes_in(value: Any) -> Iterator[str]:
    """The classes that a value in the tagged form is made with."""
    if isinstance(value, Mapping):
        if isinstance(value.get("$native"), str):
            yield value["$native"]
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from classes_in(item)
