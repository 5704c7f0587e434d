"""Whether lifted candidates say exactly when the library shows their error: each value of the grid is really given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from llem_rules.environments import Session
from llem_rules.mining.model import Candidate
from llem_rules.rules import Config, RuleBase, rule_from
from llem_rules.rules.observation import Observation
from llem_rules.rules.showing import shows


@dataclass
class Table:
    """How often a candidate fired and its error showed; ``wrong``: each disagreement."""

    agreed: int = 0
    masked: int = 0
    wrong: list[str] = field(default_factory=list)


def as_rule(candidate: Candidate) -> RuleBase:
    """The candidate as a rule, without its pair."""
    document = {"id": f"{candidate.native_type}.{candidate.name}", **candidate.plain}
    return rule_from({**document, "kwargs_positive": {}, "kwargs_negative": {}})


def really_constructed(session: Session, native_type: str, candidates: Sequence[Candidate]) -> Table:
    """Give each field each value of its grid, and compare what each candidate says with what was raised."""
    [answer] = session.run([{"op": "lift", "native_type": native_type}])
    lifted = answer["lifted"]
    points: list[tuple[str, dict[str, Any]]] = []
    for about in lifted["fields"]:
        points += [(about["given_as"], {about["given_as"]: one["value"]}) for one in about["tried"]]
    rules: dict[str, list[RuleBase]] = {}
    for candidate in candidates:
        rules.setdefault(str(candidate.sites[0].field), []).append(as_rule(candidate))
    points = [(name, kwargs) for name, kwargs in points if name in rules]
    seen = session.run(
        {"native_type": native_type, "kwargs": kwargs, "reach": "construct", "timeout_s": 20} for _, kwargs in points
    )
    table = Table()
    for (name, kwargs), raw in zip(points, seen, strict=True):
        observation = Observation.from_raw(raw)
        if observation.unchecked:
            continue
        config = Config.of(kwargs, lifted["defaults"])
        for rule in rules[name]:
            fires, shown = rule.fires(config), shows(rule, observation, config).shown
            if fires is shown:
                table.agreed += 1
            elif fires and observation.refusals:
                table.masked += 1
            elif not _known_hole(rule, kwargs[name]):
                table.wrong.append(f"{rule.id}: fires {fires}, shown {shown} of {kwargs}")
    return table


def _known_hole(rule: RuleBase, value: Any) -> bool:
    """What the notes say is not said: strings that spell multiples."""
    return isinstance(value, str) and "third" in rule.id
