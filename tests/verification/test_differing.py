"""A part stands for the whole: where a mutant and its rule differ, one of the two narrowed conditions holds."""

from __future__ import annotations

import pytest

from llem_rules.check import load_corpus
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import compile_predicate
from llem_rules.rules.mutants import mutants_of
from llem_rules.rules.parse import parse_predicate
from llem_rules.rules.plain import to_plain
from llem_rules.verification.differing import sides

CASES: list[tuple[str, dict[str, object]]] = [
    ("one of several alternatives", {"any_of": [{"a": 1}, {"b": 1}, {"c": 1}, {"d": 1}, {"e": 1}]}),
    ("one of two alternatives", {"any_of": [{"a": 1}, {"b": {">": 1}}]}),
    ("one of several conditions", {"all_of": [{"a": 1}, {"b": {">": 1}}]}),
    ("inside a denial", {"not": {"any_of": [{"a": 1}, {"b": 2}]}}),
]


@pytest.mark.parametrize(("name", "plain"), CASES, ids=[case[0] for case in CASES])
def test_the_part_stands_for_the_whole(name: str, plain: dict[str, object]) -> None:
    one = parse_predicate(plain)
    other = parse_predicate({**plain, "x": 1}) if "all_of" in plain else parse_predicate({"any_of": [plain, {"x": 1}]})
    lost, gained = sides(one, other)
    for values in ({}, {"a": 1}, {"b": 2}, {"x": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2, "x": 1}):
        config = Config.of(values)
        before, after = compile_predicate(one)(config), compile_predicate(other)(config)
        assert before is not True or after is True or compile_predicate(lost)(config) is True, (name, values)
        assert after is not True or before is True or compile_predicate(gained)(config) is True, (name, values)


def test_no_difference_is_overlooked_on_the_corpus() -> None:
    """Every tenth mutant of the corpus, on the pairs of the rules of its type."""
    rules = load_corpus("transformers").rules
    pairs: dict[str, list[Config]] = {}
    for rule in rules:
        pairs.setdefault(rule.native_type, []).extend(map(Config.of, (rule.kwargs_positive, rule.kwargs_negative)))
    told = 0
    for rule in rules:
        fires = compile_predicate(rule.predicate)
        for mutant in mutants_of(rule)[::10]:
            changed = compile_predicate(mutant.predicate)
            lost, gained = map(compile_predicate, sides(rule.predicate, mutant.predicate))
            for config in pairs[rule.native_type]:
                before, after = fires(config), changed(config)
                if before is True and after is False:
                    told += 1
                    assert lost(config) is True, (rule.id, mutant.text, config.given)
                if before is False and after is True:
                    told += 1
                    assert gained(config) is True, (rule.id, mutant.text, config.given)
    assert told > 500


def test_alternatives_beside_the_change_are_left_out_or_denied() -> None:
    several = {"any_of": [{f"f{number}": 1} for number in range(6)]}
    changed = {"any_of": [{f"f{number}": 1 if number else 2} for number in range(6)]}
    lost, _ = sides(parse_predicate(several), parse_predicate(changed))
    assert to_plain(lost) == to_plain(parse_predicate({"all_of": [{"f0": 1}, {"not": {"f0": 2}}]}))
