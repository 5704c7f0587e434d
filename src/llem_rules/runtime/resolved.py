"""A config as the corpus says that the engine takes it: dormant fields gone or replaced, defaults left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llem_rules.check import Corpus
from llem_rules.inside.values import encode
from llem_rules.rules.config import Config
from llem_rules.rules.expressions import UNDEFINED
from llem_rules.rules.kinds import RuleBase
from llem_rules.rules.predicates import GIVING, TYPES, Field, walk
from llem_rules.rules.showing import effective_value
from llem_rules.rules.values import ABSENT, Dtype, NativeValue, Opaque, PairsValue, SetValue, equal
from llem_rules.runtime.recording import hash_of

# What is asked of a field by these leaves all its values but a few: whatever it is, it is idle.
_OPEN = frozenset({*GIVING, *TYPES, "!=", "not_in"})


def resolved_hash(sections: Mapping[str, Mapping[str, Any]], corpus: Corpus) -> str:
    """The hash of the resolved config."""
    return hash_of({name: resolved(name, kwargs, corpus) for name, kwargs in sections.items()})


def resolved(native_type: str, kwargs: Mapping[str, Any], corpus: Corpus) -> dict[str, Any]:
    """The fields that differ from their defaults in the end, in the tagged form.

    A field that is idle whatever its value is left out; one that is idle for some of its values becomes ``$idle``. Where a
    rule says that a field is rewritten, and not into what, the declared value stays.
    """
    config = Config.of(kwargs, corpus.defaults(native_type))
    values: dict[str, Any] = dict(kwargs)
    for finding in corpus.judge(native_type, kwargs).findings:
        for name, value in becomes(finding.rule, config).items():
            if value is ABSENT:
                values.pop(name, None)
            else:
                values[name] = value
    defaults = corpus.defaults(native_type)
    decoded = Config.of(values).given
    return {
        name: value
        for name, value in values.items()
        if value is not None and not (name in defaults and equal(decoded[name], defaults[name]))
    }


def becomes(rule: RuleBase, config: Config) -> dict[str, Any]:
    """What each dormant field of a rule that fires comes to: ``ABSENT``, or a value in the tagged form."""
    found: dict[str, Any] = {}
    if rule.expected.effect == "pass":
        return found
    for name, dormant in rule.dormant_fields.items():
        if dormant.replaced:
            value = effective_value(dormant, config)
            if value is not UNDEFINED:
                found[name] = ABSENT if value is ABSENT else _tagged(value)
        elif config.present(name) and not _rewritten(rule):
            found[name] = ABSENT if _whatever_its_value(rule, name) else {"$idle": True}
    return found


def _rewritten(rule: RuleBase) -> bool:
    """A silent dormancy before any use is known by the value read back: what it became matters."""
    return rule.expected.effect == "dormant_silent" and rule.reach != "generate"


def _whatever_its_value(rule: RuleBase, name: str) -> bool:
    tests = [
        test
        for part in walk(rule.predicate)
        if isinstance(part, Field) and part.path.partition(".")[0] == name
        for test in part.tests
    ]
    return all(test.operator in _OPEN for test in tests)


def _tagged(value: Any) -> Any:
    """A decoded value in the tagged form again."""
    match value:
        case NativeValue(name=name, kwargs=kwargs):
            return {"$native": name, "kwargs": {key: _tagged(one) for key, one in kwargs.items()}}
        case Dtype(name=name):
            return {"$dtype": name}
        case SetValue(items=items):
            return {"$set": [_tagged(one) for one in items]}
        case PairsValue(pairs=pairs):
            return {"$dict": [[_tagged(key), _tagged(one)] for key, one in pairs]}
        case list() | tuple():
            return [_tagged(one) for one in value]
        case dict():
            return {key: _tagged(one) for key, one in value.items()}
        case Opaque():
            return {"$object": True}
    return encode(value)
