"""Whether an observation shows the effect that a rule claims: effect, channel, message, site, field and value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from llem_rules.rules.config import Config
from llem_rules.rules.evaluate import operand_reader
from llem_rules.rules.expressions import UNDEFINED, UNKNOWN
from llem_rules.rules.kinds import DormantField, Proof, RuleBase
from llem_rules.rules.messages import Template, parse_template
from llem_rules.rules.observation import Message, Observation, Refusal
from llem_rules.rules.predicates import fields_of
from llem_rules.rules.values import decode, equal


@dataclass(frozen=True)
class Showing:
    """``shown``: the claimed effect is there. Else ``otherwise`` says how the library acted differently, if it acted.

    ``compared``: the fields that are shown to be dormant by a comparison alone, which chance may give.
    """

    shown: bool
    otherwise: tuple[str, ...] = ()
    proof: Proof | None = None
    compared: tuple[str, ...] = ()


def shows(rule: RuleBase, observation: Observation, config: Config) -> Showing:
    """Compare one observation with the rule's claim. The observation must not be unchecked."""
    match rule.expected.effect:
        case "error":
            return _error(rule, observation, config)
        case "warn" | "dormant_announced":
            return _announced(rule, observation, config)
        case "dormant_silent":
            return _silent(rule, observation, config)
    return _accepted(rule, observation)


def shows_at_all(rule: RuleBase, observation: Observation, config: Config) -> bool:
    """Whether ``shows`` says that the effect is there, without its reasons: what is cheap to see is looked at first."""
    if rule.expected.effect != "error":
        return shows(rule, observation, config).shown
    return any(_is_refusal_of(rule, refusal, config) for refusal in observation.refusals)


def _is_refusal_of(rule: RuleBase, refusal: Refusal, config: Config) -> bool:
    """Whether ``_refusal_differs`` has nothing to say."""
    wanted = rule.expected.exception
    return (
        _is_at(rule, refusal.site)
        and (wanted is None or wanted.rpartition(".")[2] in refusal.exceptions)
        and (refusal.field is None or _is_about(rule, refusal.field))
        and _says(rule, refusal.message, config)
    )


def _error(rule: RuleBase, observation: Observation, config: Config) -> Showing:
    if not observation.refusals:
        return Showing(False)
    differences = [tuple(_refusal_differs(rule, refusal, config)) for refusal in observation.refusals]
    closest = min(differences, key=len)
    return Showing(True, proof="exception") if not closest else Showing(False, closest)


def _refusal_differs(rule: RuleBase, refusal: Refusal, config: Config) -> Iterator[str]:
    wanted = rule.expected.exception
    if wanted is not None and wanted.rpartition(".")[2] not in refusal.exceptions:
        yield f"raised {refusal.exceptions[0]}, not {wanted}"
    if not _says(rule, refusal.message, config):
        yield f"the message is {_short(refusal.message)!r}"
    yield from _site_differs(rule, refusal.site)
    if refusal.field is not None and not _is_about(rule, refusal.field):
        yield f"the library names the field {refusal.field!r}"


def _is_about(rule: RuleBase, name: str) -> bool:
    """Whether a rule is about what the library calls the field: a section may have another name for it."""
    if rule.source is not None and rule.source.field is not None:
        return rule.source.field in {name, "*"}
    own = rule.fields
    return not own or name in own


def _is_at(rule: RuleBase, site: Any) -> bool:
    """Whether a place can be the rule's: one that is not known can."""
    source = rule.source
    if source is None or site is None:
        return True
    return bool(site["file"] == source.file) and _last(site["function"]) == _last(source.function)


def _site_differs(rule: RuleBase, site: Any) -> Iterator[str]:
    if not _is_at(rule, site):
        yield f"the site is {site['file']}:{site['function']}:{site['line']}"


def _last(function: str) -> str:
    return function.rpartition(".")[2]


def _says(rule: RuleBase, text: str, config: Config) -> bool:
    if rule.message_template is None:
        return True
    template: Template = parse_template(rule.message_template)
    return template.may_be(text) and template.pattern(config.value).search(text) is not None


def _announced(rule: RuleBase, observation: Observation, config: Config) -> Showing:
    if observation.refusals:
        return Showing(False, (f"raised {observation.refusals[0].exceptions[0]} instead",))
    said = announcement(rule, observation, config)
    if said is None:
        unsaid = tuple(f"said instead: {_short(message.text)!r}" for message in observation.loud[:3])
        silent = tuple(
            f"{name} was changed, and nothing said" for name in rule.dormant_fields if name in observation.effective
        )
        return Showing(False, unsaid + silent)
    differences = list(_site_differs(rule, said.site))
    if said.channel != rule.expected.channel:
        differences.append(f"said through {said.channel}, not {rule.expected.channel}")
    if rule.expected.effect == "warn":
        differences += [f"{n} was also replaced" for n in fields_of(rule.predicate) if n in observation.effective]
    for name, dormant in rule.dormant_fields.items():
        differences += _value_differs(name, dormant, observation, config)
    differences += _acting(rule, observation)
    changed = any(name in observation.effective for name in rule.dormant_fields)
    idle = _idle(rule, observation)
    proof: Proof = "state" if changed else "behaviour" if idle else "message"
    return Showing(not differences, tuple(differences), proof, _compared(idle, observation))


def _compared(names: Iterable[str], observation: Observation) -> tuple[str, ...]:
    return tuple(name for name in names if observation.behaviour[name] == "no_difference")


def _idle(rule: RuleBase, observation: Observation) -> tuple[str, ...]:
    """The rule's dormant fields that did nothing while the config was used."""
    return tuple(name for name in rule.dormant_fields if observation.behaviour.get(name) in {"unread", "no_difference"})


def _acting(rule: RuleBase, observation: Observation) -> Iterator[str]:
    for name in rule.dormant_fields:
        if observation.behaviour.get(name) == "differs":
            yield f"without {name} something else came out"


def announcement(rule: RuleBase, observation: Observation, config: Config) -> Message | None:
    """The loud message that is the rule's own.

    Where only a quiet message has the template's words, a loud one that names a field of the rule announces it.
    """
    worded = [message for message in observation.messages if _says(rule, message.text, config)]
    loud = next((message for message in worded if message.loud), None)
    if loud is not None or not worded:
        return loud
    names = tuple(rule.dormant_fields) or fields_of(rule.predicate, references=False)
    return next((message for message in observation.loud if any(message.names(name) for name in names)), None)


def _silent(rule: RuleBase, observation: Observation, config: Config) -> Showing:
    if observation.refusals:
        return Showing(False, (f"raised {observation.refusals[0].exceptions[0]} instead",))
    changed = [name for name in rule.dormant_fields if name in observation.effective]
    idle = [name for name in _idle(rule, observation) if name not in changed]
    acting = tuple(_acting(rule, observation))
    if not changed and not idle:
        return Showing(False, acting)
    differences = [
        difference
        for name, dormant in rule.dormant_fields.items()
        for difference in _value_differs(name, dormant, observation, config)
    ]
    differences += acting
    differences += [f"{name} was announced" for name in (*changed, *idle) if not observation.is_silent(name)]
    proof: Proof = "state" if changed else "behaviour"
    return Showing(not differences, tuple(differences), proof, _compared(idle, observation))


def _value_differs(name: str, dormant: DormantField, observation: Observation, config: Config) -> Iterator[str]:
    if not dormant.replaced or name not in config.given:
        return
    wanted = effective_value(dormant, config)
    seen = decode(observation.effective[name]) if name in observation.effective else config.value(name)
    if wanted is not UNDEFINED and not same(wanted, seen):
        yield f"the effective {name} is {_short(repr(seen))}, not {_short(repr(wanted))}"


def same(wanted: Any, seen: Any) -> bool:
    """Whether two effective values are one: equal, or both NaN, which equals nothing."""
    return equal(wanted, seen) or (_is_nan(wanted) and _is_nan(seen))


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value  # noqa: PLR0124 - that is what NaN is


def effective_value(dormant: DormantField, config: Config) -> Any:
    """What a rule claims a dormant field becomes; UNDEFINED where that cannot be computed for this config."""
    result = operand_reader(dormant.effective)(config)
    return UNDEFINED if result is UNKNOWN else result


def _accepted(rule: RuleBase, observation: Observation) -> Showing:
    if observation.refusals:
        return Showing(False, (f"raised {observation.refusals[0].exceptions[0]}",))
    differences = [f"{name} was changed" for name in rule.dormant_fields if name in observation.effective]
    differences += [f"{name} was spoken of" for name in rule.dormant_fields if not observation.is_silent(name)]
    return Showing(not differences, tuple(differences))


def _short(text: str) -> str:
    return text if len(text) <= 160 else text[:157] + "…"
