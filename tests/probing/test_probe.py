"""Landmarks in a live library: found, moved, renamed, unfit, and not there yet; and what the verdict makes of it."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator

import pytest

from llem_rules.corpus.compat import ProbeResult
from llem_rules.corpus.versions import EngineVersions
from llem_rules.engines import Engine, Landmark, NativeType
from llem_rules.environments import Session
from llem_rules.probing import bare, declared, judge, landmarks_of, probe
from llem_rules.rules.failure import NOT_CHECKED, Failure
from tests.engines import faux, open_faux
from tests.environments.recipes import recipe


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with open_faux(bare(faux())) as entered:
        yield entered


def at(version: str) -> EngineVersions:
    return recipe(version, requirement="fauxllm=={version}")


def probed(session: Session, engine: Engine, version: str = "1.2.3", pinned: str = "1.2.3") -> ProbeResult:
    return probe(session, engine, at(version), "invariants", older=at(version).is_before(at(pinned)))


def test_everything_is_there(session: Session) -> None:
    result = probed(session, faux())
    assert (result.verdict, result.reasons, result.missing, result.absent) == ("pass", (), (), ())
    assert result.landmarks == len(landmarks_of(faux(), "invariants"))


# landmark, kind, parameters; why it is not there, and the nearest candidates
LOST = [
    ("fauxllm.Plane", "class", (), "fauxllm has no Plane", ("fauxllm.config.Plain",)),
    ("fauxllm.Hang", "class", (), "fauxllm has no Hang", ("fauxllm.faults.Hang",)),
    ("fauxllm.settings.Strict", "class", (), "fauxllm has no settings", ("fauxllm.config.Strict",)),
    (
        "fauxllm.Strict.validated",
        "callable",
        (),
        "fauxllm.Strict has no validated",
        ("fauxllm.config.Strict.validate",),
    ),
    ("fauxllm.logs", "module", (), "fauxllm has no logs", ("fauxllm.log",)),
    ("fauxllm.config.STATES", "constant", (), "fauxllm.config has no STATES", ("fauxllm.config.STATE",)),
    ("fauxllm.Sampling", "callable", (), "a class, where a callable is needed", ()),
    ("fauxllm.Strict", "class", ("sizes",), "takes no sizes", ("size",)),
    ("fauxllm.slow.Thing", "class", (), "ImportError: this module lacks something", ()),
    ("os.system", "callable", (), "not inside the package fauxllm", ()),
    ("fauxllm.config.system", "module", (), "a callable, where a module is needed", ()),
]


@pytest.mark.parametrize(("name", "kind", "parameters", "why", "near"), LOST)
def test_what_is_not_there_is_told_with_the_nearest(
    session: Session, name: str, kind: str, parameters: tuple[str, ...], why: str, near: tuple[str, ...]
) -> None:
    engine = dataclasses.replace(faux(), landmarks={name: Landmark(kind, "a test", parameters)})  # type: ignore[arg-type]
    result = probed(session, engine)
    assert (result.verdict, result.reasons) == ("fail", ("landmark-missing",))
    [lost] = result.missing
    assert (lost.landmark, lost.why) == (name, why)
    assert lost.near[: len(near)] == near
    assert bool(lost.near) == bool(near)


# What follows from native types: type, its declaration, version against the pin 1.2.3; missing, absent
NATIVE = [
    ("fauxllm.New", NativeType(), "1.2.3", ["fauxllm.New"], []),
    ("fauxllm.New", NativeType(), "1.3", ["fauxllm.New"], []),
    ("fauxllm.New", NativeType(), "1.1", [], ["fauxllm.New"]),
    ("fauxllm.New", NativeType(build="create"), "1.1", [], ["fauxllm.New"]),
    ("fauxllm.Hang", NativeType(), "1.1", ["fauxllm.Hang"], []),  # moved: it is in fauxllm.faults
    ("fauxllm.Strict", NativeType(build="make"), "1.1", ["fauxllm.Strict.make"], []),
    ("fauxllm.Strict", NativeType(base={"sizes": 3}), "1.1", ["fauxllm.Strict"], []),
    ("fauxllm.Sampling", NativeType(base={"anything": 3}), "1.1", [], []),
]


@pytest.mark.parametrize(("name", "about", "version", "missing", "absent"), NATIVE)
def test_native_types(
    session: Session, name: str, about: NativeType, version: str, missing: list[str], absent: list[str]
) -> None:
    result = probed(session, faux(types={name: about}), version)
    assert [one.landmark for one in result.missing] == missing
    assert [one.landmark for one in result.absent] == absent
    assert result.verdict == ("fail" if missing else "pass")


def test_what_is_needed_in_every_version_is_missing_in_an_older_one_too(session: Session) -> None:
    engine = dataclasses.replace(
        faux(types={"fauxllm.New": NativeType()}), landmarks={"fauxllm.New": Landmark("class", "all rests on it")}
    )
    assert [one.landmark for one in probed(session, engine, "1.1").missing] == ["fauxllm.New"]


def test_a_landmark_belongs_to_its_producers(session: Session) -> None:
    gone = {"fauxllm.gone": Landmark("module", "a test", producers=("schemas",))}
    engine = dataclasses.replace(faux(), landmarks=gone)
    assert probed(session, engine).verdict == "pass"
    assert probe(session, engine, at("1.2.3"), "schemas", older=False).verdict == "fail"


@pytest.mark.parametrize(
    ("lost", "pin", "reasons"),
    [
        (False, ">=1", ()),
        (True, ">=1", ("landmark-missing",)),
        (False, ">=2", ("outside-pin",)),
        (True, ">=2", ("landmark-missing", "outside-pin")),
    ],
)
def test_a_missing_landmark_and_a_version_outside_the_pin_are_told_apart(
    session: Session, lost: bool, pin: str, reasons: tuple[str, ...]
) -> None:
    result = probed(session, faux(types={"fauxllm.New": NativeType()} if lost else None))
    versions = at("1.2.3")
    pins = versions.miner_pins.model_copy(update={"invariants": pin})
    judged = judge(result, versions.model_copy(update={"miner_pins": pins}), "invariants")
    assert (judged.reasons, judged.verdict, judged.pin) == (reasons, "fail" if reasons else "pass", pin)


def test_the_fingerprint_is_of_what_was_found(session: Session) -> None:
    whole, again = probed(session, faux()), probed(session, faux())
    less = probed(session, dataclasses.replace(faux(), once_caches=(), message_helpers=()))
    assert whole.fingerprint == again.fingerprint != less.fingerprint


def test_an_import_that_is_gone_does_not_stop_the_probe() -> None:
    engine = dataclasses.replace(faux(), imports=("fauxllm", "fauxllm.logs"))
    with open_faux(bare(engine)) as session:
        [lost] = probed(session, engine).missing
    assert (lost.landmark, lost.near) == ("fauxllm.logs", ("fauxllm.log",))


def test_a_kept_result_answers_the_same_question_only() -> None:
    engine, more = faux(), faux(types={"fauxllm.New": NativeType()})
    asked = {
        declared(engine, "invariants", older=False),
        declared(engine, "schemas", older=False),
        declared(engine, "invariants", older=True),
        declared(more, "invariants", older=False),
    }
    assert len(asked) == 4
    assert declared(faux(), "invariants", older=False) in asked


def test_a_library_that_does_not_answer_is_no_verdict(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["llem_rules.probing.probe"], "_PATIENCE_S", 1e-4)
    with pytest.raises(Failure, match="could not be looked for: timeout") as failed:
        probed(session, faux())
    assert failed.value.code == NOT_CHECKED
