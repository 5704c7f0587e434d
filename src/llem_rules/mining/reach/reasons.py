"""Why sites cannot be reached: guards that no config passes, as the live library answers them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llem_rules.environments import Library
from llem_rules.mining.library import LibraryReader
from llem_rules.mining.model import EffectSite, Finding
from llem_rules.mining.reach.asking import Place, imported_from, is_closed, places
from llem_rules.mining.reach.guards import DECIDING
from llem_rules.mining.reach.leaves import Answers, blocked, fixed, leaves, worded
from llem_rules.mining.reach.origins import SourceOnly
from llem_rules.mining.reach.roots import RootFinder, Roots
from llem_rules.mining.reach.ways import Hurdle, hurdles
from llem_rules.mining.static.names import Names
from llem_rules.rules.predicates import fields_of

Key = tuple[str, str, int, str, str | None]
_MOST_WAYS = 40
_THERE = "__import__('importlib.util').util.find_spec({!r}) is not None"


@dataclass(frozen=True)
class Look:
    """Cases of a native type to look on at: kwargs, and the stage to go to."""

    native_type: str
    kwargs: dict[str, Any]
    reach: str


class Reasons:
    """Judges sites of one library. ``cases`` are run once more while the lines of guards are watched."""

    def __init__(self, library: Library, cases: Sequence[Look]) -> None:
        self._library = library
        self._reader = LibraryReader(library)
        engine = library.engine
        self._names = Names(SourceOnly(self._reader), engine.package)
        self._finder = RootFinder(self._names, engine.platform, engine.of_model)
        self._cases: dict[str, list[Look]] = defaultdict(list)
        for case in cases:
            self._cases[case.native_type].append(case)
        self._roots: dict[tuple[object, ...], Roots] = {}
        self._seen: dict[str, dict[Place, dict[str, Answers]]] = {}
        self._closed: dict[tuple[str, str], Answers] = {}

    def judge(self, sites: dict[Key, list[Finding]]) -> tuple[dict[Key, str], set[Key]]:
        """For each site that cannot be reached, why; and the sites that are not of the config."""
        ways = {key: self._ways(found) for key, found in sites.items()}
        foreign = {key for key, found in sites.items() if self._foreign(found, ways[key])}
        todo: dict[str, list[tuple[Key, list[list[Hurdle]]]]] = defaultdict(list)
        for key, own in ways.items():
            if key not in foreign and own:
                todo[key[0]].append((key, own))
        reasons: dict[Key, str] = {}
        for native_type, group in todo.items():
            self._seen[native_type] = self._look(native_type, [way for _, own in group for way in own], sites)
            for key, own in group:
                why = self._unreachable(native_type, own)
                if why is not None and not self._was_reached(key, own):
                    reasons[key] = why
        return reasons, foreign

    def _was_reached(self, key: Key, ways: list[list[Hurdle]]) -> bool:
        """Whether a case ran the site's line; of a guard on the same line that says nothing."""
        alone = all(one.guard.line != key[2] for way in ways for one in way)
        return alone and (key[1], key[2]) in self._seen[key[0]]

    def _ways(self, found: Sequence[Finding]) -> list[list[Hurdle]]:
        """Every way's guards; empty where one cannot be followed back."""
        made = []
        distinct = dict.fromkeys(way for one in found for way in one.ways)
        if len(distinct) > _MOST_WAYS:
            return []
        for way in distinct:
            own = hurdles(way, self._names, self._finder) if way else None
            if own is None:
                return []
            made.append(own)
        return made

    def _foreign(self, found: Sequence[Finding], ways: list[list[Hurdle]]) -> bool:
        site: EffectSite = found[0].site
        if site.kind not in {"raise", "warn", "log"} or not ways:
            return False
        if any(next(iter(fields_of(one.condition)), None) is not None for one in found):
            return False
        parts = ((part, one) for way in ways for one in way if one.guard.kind in DECIDING for part in one.guard.parts)
        kinds = {root.kind for part, one in parts for root in self._of(part, one)}
        return not kinds & {"field", "model", "other"} and all(
            one.guard.kind != "import" for way in ways for one in way
        )

    def _of(self, part: ast.expr, hurdle: Hurdle) -> Roots:
        scope = hurdle.scope
        key = (id(part), tuple(sorted(scope.parameters.items())), tuple(sorted(scope.texts.items())))
        if key not in self._roots:
            self._roots[key] = self._finder.find(part, hurdle.scope)
        return self._roots[key]

    def _unreachable(self, native_type: str, ways: list[list[Hurdle]]) -> str | None:
        """Some guard on every way must be one that no config passes."""
        reasons = []
        for way in ways:
            why = next((why for one in way if (why := self._stopped(native_type, one)) is not None), None)
            if why is None:
                return None
            reasons.append(why)
        return "; ".join(dict.fromkeys(reasons))

    def _stopped(self, native_type: str, one: Hurdle) -> str | None:
        if one.guard.kind == "import":
            name = one.guard.name.partition(".")[0]
            return None if name == self._names.package or self._installed(name) else f"needs a package: {name}"
        if one.guard.kind not in {"test", "refusal"}:
            return None

        def why(leaf: ast.expr, wanted: bool) -> str | None:
            roots = self._of(leaf, one)
            if not fixed(roots):
                return None
            answers = self._answers(native_type, leaf, one)
            if not answers or any(truth is wanted for truth, _ in answers):
                return None
            return worded(leaf, roots, answers, self._installed)

        return blocked(one.guard.parts[0], one.guard.wanted, why)

    def _answers(self, native_type: str, leaf: ast.expr, one: Hurdle) -> Answers:
        if is_closed(leaf, one):
            return self._ask(one.scope.module.name, ast.unparse(leaf))
        text, seen = ast.unparse(leaf), self._seen.get(native_type, {})
        found = frozenset(answer for place in places(leaf, one) for answer in seen.get(place, {}).get(text, ()))
        module = imported_from(leaf, one)
        return found or (frozenset() if module is None else self._ask(module, text))

    def _ask(self, module: str, text: str) -> Answers:
        key = (module, text)
        if key not in self._closed:
            answer = self._reader.answers(module, [text])[text]
            self._closed[key] = frozenset() if answer is None else frozenset((answer,))
        return self._closed[key]

    def _installed(self, name: str) -> bool:
        answers = self._ask(self._names.package, _THERE.format(name))
        return any(truth for truth, _ in answers)

    def _look(
        self, native_type: str, ways: list[list[Hurdle]], sites: Iterable[Key]
    ) -> dict[Place, dict[str, Answers]]:
        """What the type's cases show at the lines of guards, and which sites they reach."""
        asked: dict[Place, set[str]] = defaultdict(set)
        for leaf, one in self._open_leaves(ways):
            for place in places(leaf, one):
                asked[place].add(ast.unparse(leaf))
        if not asked:
            return {}
        for key in sites:
            if key[0] == native_type and key[3] in {"raise", "warn", "log"}:
                asked[key[1], key[2]] |= set()
        watched = [{"file": file, "line": line, "ask": sorted(asks)} for (file, line), asks in sorted(asked.items())]
        requests = [
            {"op": "look", "native_type": native_type, "kwargs": case.kwargs, "reach": case.reach, "places": watched}
            for case in self._cases[native_type]
        ]
        seen: dict[Place, dict[str, Answers]] = {}
        for answer in self._library.run(requests):
            for one in answer.get("looked", ()):
                known = seen.setdefault((one["file"], one["line"]), {})
                for text, found in one["answers"].items():
                    known[text] = known.get(text, frozenset()) | frozenset((bool(t), str(v)) for t, v in found)
        return seen

    def _open_leaves(self, ways: list[list[Hurdle]]) -> Iterator[tuple[ast.expr, Hurdle]]:
        for way in ways:
            for one in way:
                if one.guard.kind in {"test", "refusal"}:
                    for leaf in leaves(one.guard.parts[0]):
                        if not is_closed(leaf, one) and fixed(self._of(leaf, one)):
                            yield leaf, one


__all__ = ["Look", "Reasons"]
