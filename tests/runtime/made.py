"""Made studies: records of an imagined engine whose rules are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from llem_rules.check import Corpus
from llem_rules.rules.kinds import RuleBase
from llem_rules.runtime.gaps import Gaps, Source, gaps_of
from llem_rules.runtime.recording import hash_of
from llem_rules.runtime.sightings import Sightings, runs_by_engine, sightings

TYPE = "faux.Config"
Record = dict[str, Any]
Effect = Callable[[dict[str, Any]], Any]


def record(kwargs: dict[str, Any], message: str | None = None, **more: Any) -> Record:
    """A record of one config. ``message``: what was warned of; ``raised``: a ValueError's message."""
    raised = more.pop("raised", None)
    exception = None
    if raised is not None:
        exception = {"type": "ValueError", "mro": ["ValueError", "Exception"], "message": raised, "field": None}
        exception["site"] = {"file": "faux/config.py", "function": "Config.check", "line": 7}
        exception["stage"] = "construct"
    said = []
    if message is not None:
        site = {"file": "faux/config.py", "function": "Config.__init__", "line": 3}
        said = [
            {"channel": "logger", "level": "WARNING", "text": message, "stage": "construct", "site": site, "count": 1}
        ]
    return {
        "schema_version": 1,
        "study_run_id": "made",
        "config_hash": hash_of({TYPE: kwargs}),
        "cycle": 0,
        "engine": "faux",
        "library_version": "1.0",
        "config": {TYPE: kwargs},
        "outcome": "exception" if exception else "success",
        "messages": said,
        "messages_dropped": 0,
        "exception": exception,
        "effective": {},
        "observed_config_hash": None,
        **more,
    }


def corpus(rules: Iterable[RuleBase] = (), **defaults: Any) -> Corpus:
    """A corpus that knows the type."""
    return Corpus("faux", "1.0", list(rules), {TYPE: defaults})


def seen(records: Iterable[Record], known: Corpus | None = None) -> Sightings:
    """The cases of the made type."""
    [found] = sightings(runs_by_engine(records)["faux"], known or corpus())
    return found


def gaps(records: Iterable[Record], known: Corpus | None = None, source: Source = "runtime-warnings") -> Gaps:
    """The gaps of the made type."""
    own = known or corpus()
    return gaps_of(seen(records, own), own, own.rules, source)
