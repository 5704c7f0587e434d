"""The last stage: what is seen of a config that is put to its use, and of each of its fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llem_rules.engines import NativeType
from llem_rules.engines.base import Engine, Use
from llem_rules.environments import Session
from llem_rules.inside.leftovers import marked_processes
from llem_rules.inside.using import STAGE
from llem_rules.rules.kinds import REACHES
from tests.engines import FOLDER, LIMITS, case, faux, open_faux
from tests.inside.test_pythons import VERSIONS, interpreter
from tests.live import live_session

USE = Use(FOLDER / "faux_use.py", bookkeeping=("Decoding.check",))
TYPE = "fauxllm.decoding.Decoding"
GENERATION = "transformers.GenerationConfig"


def engine(how: str = "") -> Engine:
    made = faux(types={TYPE: NativeType(use=USE)})
    imports = (*made.imports, "fauxllm.decoding")
    return replace(made, imports=imports, environment={**made.environment, "FAUXLLM_USE": how})


def used(session: Session, **kwargs: Any) -> dict[str, Any]:
    return session.run([case("decoding.Decoding", STAGE, **kwargs)])[0]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with open_faux(engine()) as entered:
        yield entered


def test_it_is_the_last_stage() -> None:
    assert REACHES[-1] == STAGE
    assert NativeType(use=USE).reaches == ("construct", STAGE)


PROOFS: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("nothing given", {}, {}),
    ("None is not given", {"unused": None}, {}),
    ("no reader", {"unused": 3}, {"unused": "unread"}),
    ("no reader in this mode", {"warmth": 2.0}, {"warmth": "unread"}),
    ("read, and it acts", {"draw": True, "warmth": 2.0}, {"draw": "differs", "warmth": "differs"}),
    ("its default says nothing", {"draw": True, "warmth": 1.0}, {"draw": "no_difference"}),
    ("read, and passed over", {"draw": True, "spread": -1}, {"draw": "no_difference", "spread": "no_difference"}),
    ("only together do they act", {"draw": True, "spread": 5}, {"draw": "differs", "spread": "differs"}),
    ("refused without it", {"mode": "needed", "groups": 2}, {"mode": "no_difference", "groups": "differs"}),
    ("all read at once", {"mode": "everything", "unused": 1}, {"mode": "differs", "unused": "differs"}),
]


@pytest.mark.parametrize(("kwargs", "proofs"), [row[1:] for row in PROOFS], ids=[row[0] for row in PROOFS])
def test_each_field_has_its_proof(session: Session, kwargs: dict[str, Any], proofs: dict[str, str]) -> None:
    seen = used(session, **kwargs)
    assert {name: about["proof"] for name, about in seen["use"]["fields"].items()} == proofs
    assert (seen["stage"], seen["effective"]) == (STAGE, {})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.usefixtures("tidy")
def test_the_same_under_other_pythons(version: str) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    with open_faux(engine(), python=python) as entered:
        fields = used(entered, draw=True, spread=-1, unused=3)["use"]["fields"]
    proofs = {"draw": "no_difference", "spread": "no_difference", "unused": "unread"}
    assert {name: about["proof"] for name, about in fields.items()} == proofs


def test_the_first_read_has_its_site(session: Session) -> None:
    fields = used(session, draw=True, unused=1)["use"]["fields"]
    assert fields["unused"]["site"] is None
    assert (fields["draw"]["site"]["file"], fields["draw"]["site"]["function"]) == ("fauxllm/decoding.py", "decode")


def test_a_refusal_is_of_this_stage(session: Session) -> None:
    seen = used(session, mode="refused")
    assert (seen["stage"], seen["exception"]["message"]) == (STAGE, "mode refused cannot be used")
    assert seen["exception"]["site"]["function"] == "decode"
    assert "use" not in seen


def test_an_earlier_refusal_stays_one_of_its_own_stage(session: Session) -> None:
    assert used(session, warmth=0)["stage"] == "construct"


def test_what_each_use_repeats_is_said_once_and_other_configs_say_nothing(session: Session) -> None:
    messages = used(session, mode="loud", unused=1, draw=True)["messages"]
    assert [(one["stage"], one["text"]) for one in messages] == [(STAGE, "unused is ignored where the mode is loud")]


UNSEEN: list[tuple[str, dict[str, Any], str, str]] = [
    ("", {"mode": "hang"}, "timeout", "no answer within 1.5 s"),
    ("", {"mode": "fatal", "groups": 1}, "unseen", "the same config without one of its fields ended the process"),
    ("broken", {}, "unusable", "ImportError: no such model"),
]


@pytest.mark.parametrize(("how", "kwargs", "reason", "detail"), UNSEEN)
def test_what_cannot_be_seen_is_no_verdict(how: str, kwargs: dict[str, Any], reason: str, detail: str) -> None:
    with open_faux(engine(how)) as entered:
        assert used(entered, **kwargs)["unchecked"] == {"reason": reason, "detail": detail}
        assert "unchecked" not in entered.run([case("decoding.Decoding")])[0]


def test_what_cannot_be_watched_is_no_verdict() -> None:
    made = engine()
    with open_faux(replace(made, native_types={"fauxllm.config.Frozen": NativeType(use=USE)})) as entered:
        unchecked = entered.run([case("config.Frozen", STAGE)])[0]["unchecked"]
    assert unchecked["reason"] == "unseen"
    assert unchecked["detail"].startswith("Frozen cannot be watched: ")


def _without_times(seen: list[dict[str, Any]]) -> str:
    return json.dumps([{**one, "duration_ms": 0} for one in seen])


def test_preparing_leaves_the_other_stages_as_they_were() -> None:
    cases = [case("Sampling", how="environ", temperature=0.7), case("Sampling", how="cwd", temperature=0.7)]
    with open_faux(engine()) as entered:
        before = entered.run(cases)
        assert "use" in used(entered)
        assert _without_times(entered.run(cases)) == _without_times(before)


@pytest.mark.usefixtures("tidy")
def test_where_preparing_leaves_threads_each_case_is_a_new_process() -> None:
    with open_faux(engine("threads"), limits=replace(LIMITS, timeout_s=10.0)) as entered:
        fields = used(entered, unused=3)["use"]["fields"]
    assert fields == {"unused": {"proof": "unread", "site": None}}


def test_the_live_worker_stays_fit_to_fork() -> None:
    """One thread after the tiny model was built and used."""
    session = live_session("transformers")
    seen = session.run([{"native_type": GENERATION, "kwargs": {"max_new_tokens": 1}, "reach": STAGE}])[0]
    assert seen["use"]["fields"]["max_new_tokens"]["proof"] == "differs"
    workers = marked_processes(str(session._scratch))
    assert {len(list(Path(f"/proc/{one}/task").iterdir())) for one in workers} == {1}


LIVE: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"temperature": 0.5}, {"temperature": "unread"}),
    ({"do_sample": True, "temperature": 0.5}, {"do_sample": "differs", "temperature": "differs"}),
    ({"do_sample": True, "typical_p": 1.0, "epsilon_cutoff": 0.0}, {"do_sample": "differs"}),
    ({"do_sample": True, "top_p": 1.5}, {"do_sample": "differs", "top_p": "no_difference"}),
    ({"max_matching_ngram_size": 3}, {"max_matching_ngram_size": "unread"}),
    ({"cache_config": {"nbits": 4}}, {"cache_config": "unread"}),
    ({"no_such_field": 1}, {"no_such_field": "unread"}),
    ({"_private": 1}, {}),
]


@pytest.mark.parametrize(("kwargs", "proofs"), LIVE)
def test_the_live_library(kwargs: dict[str, Any], proofs: dict[str, str]) -> None:
    seen = live_session("transformers").run([{"native_type": GENERATION, "kwargs": kwargs, "reach": STAGE}])[0]
    assert {name: about["proof"] for name, about in seen["use"]["fields"].items()} == proofs
