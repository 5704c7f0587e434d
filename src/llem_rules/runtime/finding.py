"""From study folders to gaps: read, sort by engine, judge by the corpus, infer, propose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from llem_rules.check import Corpus, load_corpus
from llem_rules.corpus.documents import load_rules
from llem_rules.corpus.locate import Project, find_project
from llem_rules.rules.failure import NOTHING, Failure
from llem_rules.rules.kinds import RuleBase
from llem_rules.runtime.gaps import Gaps, Source, gaps_of
from llem_rules.runtime.proposals import Proposal, proposal_of
from llem_rules.runtime.records import Reading, observation_files, read_records
from llem_rules.runtime.sightings import Runs, runs_by_engine, sightings


@dataclass
class EngineGaps:
    """One engine's gaps. ``rules``: what may explain (confirmed rules, and those in the files). ``unknown``: native types

    of the records that the corpus does not know.
    """

    runs: Runs
    corpus: Corpus
    rules: tuple[RuleBase, ...]
    gaps: list[Gaps] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def explained(self) -> int:
        """Effects that the corpus explains."""
        return sum(one.explained for one in self.gaps)


def read_runs(places: Sequence[Path], engine: str | None, reading: Reading) -> dict[str, Runs]:
    """The runs in study folders, by engine.

    Raises:
        Failure: (2) a place cannot be read; (4) there is no record (of the engine).
    """
    runs = runs_by_engine(read_records(observation_files(list(places)), reading), engine)
    if not runs:
        of = f" of {engine}" if engine else ""
        raise Failure(f"no record{of} in {', '.join(map(str, places))}", code=NOTHING)
    return runs


def find_gaps(runs: Runs, source: Source, corpus: Corpus | None = None, project: Project | None = None) -> EngineGaps:
    """The gaps of one engine, each with a rule where its condition could be told.

    Raises:
        Failure: (2) an unknown engine, or rule files with problems; (3) nothing is validated for it.
    """
    home = project or find_project()
    own = corpus or load_corpus(runs.engine, project=home)
    authored = [located.rule for located in load_rules(runs.engine, home)] if corpus is None else []
    rules = tuple({rule.id: rule for rule in (*authored, *own.rules)}.values())
    found = EngineGaps(runs, own, rules)
    taken = {rule.id for rule in rules}
    for sighted in sightings(runs, own):
        if sighted.native_type not in own.native_types:
            found.unknown.append(sighted.native_type)
        gaps = gaps_of(sighted, own, rules, source)
        found.gaps.append(gaps)
        for told in gaps.told:
            proposal = proposal_of(told, sighted, taken)
            taken.add(proposal.id)
            found.proposals.append(proposal)
    return found
