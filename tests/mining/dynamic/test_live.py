"""Probing the live library finds the rules that people wrote: their predicates agree on every point that was tried."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import pytest

from llem_rules.mining.dynamic import Hints, Probed, fields_of_type, probe
from llem_rules.rules.config import Config
from llem_rules.rules.kinds import RuleBase, rule_from
from llem_rules.rules.predicates import fields_of
from tests.live import all_rules, live_session

_VALUES: list[Any] = [
    *(None, True, False, -1, 0, 1, 2, 5, 100, 0.0, 0.25, 1.0, 1.5, -0.5, math.nextafter(1.0, 2.0), math.inf),
    *("", "selfhash", "lefthash", "righthash", "never", "1", [], [1], {}, {"a": 1}),
]


def found_for(native_type: str, names: Sequence[str], together: Iterable[tuple[str, ...]], budget: int) -> Probed:
    """Probe some fields of a native type."""
    library = live_session("transformers")
    fields = fields_of_type(library, native_type)
    hints = Hints(together=tuple(together))
    return probe(library, native_type, {name: fields[name] for name in names}, hints, budget=budget)


def rules_of(found: Probed) -> list[RuleBase]:
    """The candidates as rules."""
    return [
        rule_from({"id": f"{one.native_type}.{one.name}", "native_type": one.native_type, **one.plain})
        for one in found.candidates
    ]


def agrees(authored: RuleBase, mined: RuleBase, rules: Sequence[RuleBase], fields: dict[str, Any]) -> bool:
    """Whether the two fire on the same configs. Where another rule's refusal comes first, nothing is asked."""
    names = sorted(_fields(authored) | _fields(mined))
    if len(names) > 3:
        return False
    few = _VALUES if len(names) < 3 else _VALUES[:9] + _VALUES[20:22]
    points = [
        *({n: v} for n in names for v in _VALUES),
        *(dict(zip(names, v, strict=True)) for v in product(few, repeat=len(names))),
    ]
    for point in points:
        config = Config.of(point, fields)
        refused = any(r is not authored and r.expected.effect == "error" and r.fires(config) for r in rules)
        if not refused and authored.fires(config) is not mined.fires(config):
            return False
    return True


def refound(native_type: str, found: Probed, names: Sequence[str], skipped: Sequence[str] = ()) -> dict[str, list[str]]:
    """The authored rules about these fields, each with the candidates that agree with it."""
    fields = {
        name: value
        for name, value in fields_of_type(live_session("transformers"), native_type).items()
        if name in names
    }
    known = [rule for rule in all_rules("transformers") if rule.native_type == native_type and rule.reach != "generate"]
    authored = [rule for rule in known if rule.added_by == "authored"]
    own = [rule for rule in authored if _fields(rule) <= set(names) and not any(part in rule.id for part in skipped)]
    mined = rules_of(found)
    return {rule.id.rpartition(".")[2]: [m.id for m in mined if agrees(rule, m, known, fields)] for rule in own}


def _fields(rule: RuleBase) -> set[str]:
    return set(fields_of(rule.predicate))


def test_authored_rules_are_found_again() -> None:
    names = ["seeding_scheme", "context_width"]
    found = found_for("transformers.WatermarkingConfig", names, (), 1500)
    rules = refound("transformers.WatermarkingConfig", found, names)
    assert len(rules) == 3
    assert all(rules.values()), (rules, found.untold)
    assert found.untold == ()
    assert all(candidate.plain["reach"] == "validate" for candidate in found.candidates)


@pytest.mark.slow
def test_more_authored_rules_are_found_again() -> None:
    native_type = "transformers.GenerationConfig"
    names = ["max_new_tokens", "pad_token_id", "num_beams", "num_return_sequences", "do_sample", "early_stopping"]
    together = [("num_beams", "num_return_sequences", "do_sample"), ("num_beams", "early_stopping")]
    found = found_for(native_type, names, together, 5000)
    # One rule says that a value is documented as "off": nothing shows. One speaks of the message for whole numbers only.
    rules = refound(native_type, found, names, ("early_stopping-off", "num_beams-not-comparable"))
    missed = [name for name, same in rules.items() if not same]
    assert len(rules) == 10
    assert not missed, (missed, [one.plain for one in found.candidates], found.untold)
    wider = [
        one.plain["match"]
        for one in found.candidates
        if "not supported between" in str(one.plain.get("message_template"))
    ]
    assert {"num_return_sequences": {">": 1}, "num_beams": {"type_is_not": ["none", "int", "float"]}} in wider
