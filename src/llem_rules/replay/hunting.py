"""Points made to tell a rule from given others: several fields changed at a time, from every value that is known of them.

``points.py`` changes one field at a time. Where a predicate has alternatives, or where what was changed hides behind another
refusal, that tells too little.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from llem_rules.replay.mixing import mixed
from llem_rules.replay.points import Kwargs, Siblings, key_of, paths_read, value_at
from llem_rules.replay.values import PLAIN, boundaries, telling, variants
from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import Fires
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.placing import GONE, placed
from llem_rules.rules.predicates import Test
from llem_rules.rules.tagging import tagged

_TRIED = 2500  # configs that are looked at for one rule
_WANTED = 6  # configs that tell one other predicate apart, of those where the rule fires and of those where it does not
_OTHERS = 0.3  # the share of containers that are put together of several
_SIBLINGS = 16  # values of one field that are taken over from other rules
_LISTS = ("$set", "$tuple")
_ESCAPE = re.compile(r"\\[A-Za-z]")
_WORD = re.compile(r"[A-Za-z][\w-]+")
_USED = 120  # configs of one rule that are put to use, which takes long


def hunt(
    rule: RuleBase, others: Sequence[Fires], defaults: Mapping[str, Any], siblings: Siblings, known: set[str]
) -> list[Kwargs]:
    """New configs on which the rule and one of the others differ. ``known``: keys of those there are; they are added to."""
    left = dict.fromkeys(((at, fired) for at in range(len(others)) for fired in (True, False)), _WANTED)
    found: list[Kwargs] = []
    most = _USED if rule.reach == "generate" else len(left) * _WANTED
    for kwargs in islice(_drawn(rule, defaults, siblings), _TRIED):
        if not left or len(found) >= most:
            break
        config = Config.of(kwargs, defaults)
        fired = rule.fires(config)
        if fired is None or (key := key_of(kwargs)) in known:
            continue
        told = [(at, side) for at, side in left if side is fired and others[at](config) is (not fired)]
        if told:
            known.add(key)
            found.append(kwargs)
        for one in told:
            left[one] -= 1
            if not left[one]:
                del left[one]
    return found


def _drawn(rule: RuleBase, defaults: Mapping[str, Any], siblings: Siblings) -> Iterator[Kwargs]:
    """Configs near the rule's pair, one to three of its fields (and of some beside it) changed; the same in every run."""
    rng = random.Random(rule.id)
    pair = (rule.kwargs_positive, rule.kwargs_negative)
    values: dict[str, list[Any]] = {}
    others: dict[str, list[Any]] = {}  # put together of those: so many that they would crowd out the rest
    reads = paths_read(rule.predicate)
    words = [text for word in _words(test for _, tests in reads for test in tests) for text in _around(word)]
    for path, tests in reads:
        own = [value for kwargs in pair for value in variants(value_at(kwargs, path))]
        config = Config.of(rule.kwargs_positive, defaults)
        made = [*boundaries(tests, config), *telling(tests, config)]
        given = [value_at(kwargs, path) for kwargs in pair]
        default = [tagged(defaults[path])] if path in defaults else []
        values[path] = distinct(
            [*given, *made, *default, *siblings.values.get(path, ())[:_SIBLINGS], GONE, *own, *words]
        )
        values[path] += [{kind: value} for value in values[path] if isinstance(value, list) for kind in _LISTS]
        others[path] = list(mixed(values[path], rng))
    beside = siblings.beside(rule)
    for name in beside:
        values[name] = distinct([*siblings.values[name][:_SIBLINGS], *PLAIN])
    paths = list(values)
    while paths:
        kwargs: Kwargs = dict(rng.choice(pair))
        for path in rng.sample(paths, min(len(paths), rng.choice((1, 1, 2, 2, 3)))):
            holder = defaults.get(path.partition(".")[0])
            pool = others[path] if others.get(path) and rng.random() < _OTHERS else values[path]
            kwargs = next(iter(placed(kwargs, path, rng.choice(pool), {}, holder)), kwargs)
        yield kwargs


def _words(tests: Iterable[Test]) -> list[str]:
    """What patterns and comparisons of texts spell out: of one field, it is often a value of another."""
    found: dict[str, None] = {}
    for test in tests:
        match test:
            case Test(operator="matches", operand=str() as pattern):
                found |= dict.fromkeys(_WORD.findall(_ESCAPE.sub(" ", pattern)))
            case Test(operand=tuple() as parts) if all(isinstance(part, Test) for part in parts):
                found |= dict.fromkeys(_words(parts))
    return list(found)


def _around(word: str) -> tuple[str, ...]:
    return (word, word.upper(), f"a{word}", f"{word}a", f"A{word.upper()}", f"{word.upper()}A")


def distinct(values: Iterable[Any]) -> list[Any]:
    """Each once, equal ones of different types apart."""
    return list({f"{type(one).__name__} {key_of(one)}": one for one in values}.values())
