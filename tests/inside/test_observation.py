"""What an observation holds: exceptions with site and field, everything that was said, declared and effective values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llem_rules.environments import Session
from tests.engines import FOLDER, case, open_faux


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with open_faux() as entered:
        yield entered


def seen(session: Session, native_type: str, reach: str = "construct", **kwargs: Any) -> dict[str, Any]:
    return session.run([case(native_type, reach, **kwargs)])[0]


def line_of(text: str) -> int:
    """The line of the fake engine's config.py that holds a text."""
    lines = (FOLDER / "fauxllm" / "config.py").read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_an_exception_with_its_site_and_field(session: Session) -> None:
    exception = seen(session, "Strict", size=0)["exception"]
    assert exception == {
        "type": "FieldError",
        "module": "fauxllm.config",
        "mro": ["FieldError", "ValueError", "Exception", "BaseException"],
        "message": "size must be at least 1, got 0.",
        "site": {"file": "fauxllm/config.py", "function": "Strict._check", "line": line_of('raise FieldError("size')},
        "field": "size",
    }


def test_what_python_raises_for_a_class_has_the_class_as_site(session: Session) -> None:
    exception = seen(session, "Plain", nope=1)["exception"]
    assert exception["type"] == "TypeError"
    assert "unexpected keyword argument 'nope'" in exception["message"]
    assert exception["site"] == {"file": "fauxllm/config.py", "function": "Plain", "line": 0}
    assert exception["field"] is None


def test_a_hostile_exception_is_still_seen(session: Session) -> None:
    exception = seen(session, "faults.HostileText", go=True)["exception"]
    assert exception["message"] == "<Hostile cannot be printed: SystemExit>"
    assert exception["site"]["function"] == "HostileText.strike"


@pytest.mark.parametrize(
    ("kwargs", "reach", "stage", "message"),
    [
        ({"mode": "bad"}, "construct", "construct", None),
        ({"mode": "bad"}, "validate", "validate", "mode is bad"),
        ({"mode": "bad"}, "build", "validate", "mode is bad"),
        ({"mode": "unbuildable"}, "validate", "validate", None),
        ({"mode": "unbuildable"}, "build", "build", "cannot be built"),
        ({"mode": "off"}, "generate", "build", None),
    ],
)
def test_stages(session: Session, kwargs: dict[str, Any], reach: str, stage: str, message: str | None) -> None:
    observed = seen(session, "Strict", reach, **kwargs)
    assert observed["stage"] == stage
    assert observed.get("exception", {}).get("message") == message


def test_values_are_read_from_what_was_built(session: Session) -> None:
    assert seen(session, "Strict", "construct", size=3, mode="double")["effective"] == {}
    assert seen(session, "Strict", "build", size=3, mode="double")["effective"] == {"size": 6}


SAID: list[tuple[str, list[tuple[str, str, str]]]] = [
    ("", []),
    ("user_warning", [("warnings", "WARNING", "temperature 0.7 is odd")]),
    ("two_warnings", [("warnings", "WARNING", text) for text in ("first", "second", "second")]),
    ("once", [("logger", "WARNING", "this is said once")]),
    ("levels", [("logger", "INFO", "info text"), ("logger", "WARNING", "warning"), ("logger", "ERROR", "error")]),
    ("renamed_level", [("logger", "WARNING", "renamed")]),
    ("bad_format", [("logger", "WARNING", "%d items (unformatted: TypeError)")]),
    ("wipe", [("logger", "WARNING", "said all the same")]),
    ("filtered", [("logger", "WARNING", "a secret")]),
    ("captured", [("warnings", "WARNING", "through logging"), ("warnings", "WARNING", "and back")]),
    ("address", [("warnings", "WARNING", "got <object object at 0x...>")]),
]


@pytest.mark.parametrize(("how", "said"), SAID)
def test_everything_that_is_said(session: Session, how: str, said: list[tuple[str, str, str]]) -> None:
    messages = seen(session, "Sampling", how=how, temperature=0.7)["messages"]
    assert [(one["channel"], one["level"], one["text"]) for one in messages] == said
    assert all(one["site"]["file"] == "fauxllm/config.py" for one in messages)
    assert all(one["site"]["function"] == f"Sampling._{how}" for one in messages)


@pytest.mark.parametrize(
    ("how", "shown"),
    [("once", [True]), ("levels", [False, True, True]), ("wipe", [False]), ("filtered", [False])],
)
def test_whether_a_record_would_have_been_shown(session: Session, how: str, shown: list[bool]) -> None:
    assert [one["shown"] for one in seen(session, "Sampling", how=how)["messages"]] == shown


def test_categories_of_warnings(session: Session) -> None:
    messages = seen(session, "Sampling", how="two_warnings")["messages"]
    assert [one["category"] for one in messages] == ["DeprecationWarning", "FutureWarning", "FutureWarning"]


def test_a_flood_of_messages_is_counted_not_kept(session: Session) -> None:
    observed = seen(session, "Sampling", how="flood_of_messages")
    assert (len(observed["messages"]), observed["messages_dropped"]) == (200, 800)


EFFECTIVE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("", {"temperature": 0.7, "stop": ["a"], "extra": {"b": [1, None]}}, {}),
    ("clamp", {"temperature": 0.7}, {"temperature": 0.5}),
    ("clamp", {"temperature": 0.5}, {}),
    ("clamp", {}, {}),
    ("clamp_loud", {"temperature": 0.7}, {"temperature": 0.5}),
    ("mutate", {"stop": ["a"]}, {"stop": ["a", "</s>"]}),
    ("tuple", {"stop": ["a"]}, {}),
    ("forget", {"stop": ["a"]}, {"stop": {"$absent": True}}),
    ("", {"dropped": 1}, {"dropped": {"$absent": True}}),
    ("unreadable", {"stop": ["a"]}, {"stop": {"$object": "fauxllm.config.Unreadable"}}),
    ("unreadable", {"stop": "a"}, {"stop": {"$object": "unreadable: RuntimeError"}}),
    ("", {"temperature": float("nan")}, {}),
    ("", {"stop": {"$set": [1, 2]}, "x": {"$tuple": [1]}, "y": {"$object": True}, "z": {"$dict": [[1, "a"]]}}, {}),
    ("", {"schema": {"$ref": "#/$defs/x", "$defs": {"x": {"type": "string"}}}}, {}),
    ("", {"bias": {50256: -100, "a": {1: 2}}}, {}),
    ("", {"stop": {"$native": "fauxllm.Plain", "kwargs": {"a": 2}}}, {}),
]


@pytest.mark.parametrize(("how", "kwargs", "effective"), EFFECTIVE)
def test_declared_to_effective(session: Session, how: str, kwargs: dict[str, Any], effective: dict[str, Any]) -> None:
    assert seen(session, "Sampling", how=how, **kwargs)["effective"] == effective


def test_reading_back_is_not_the_librarys_doing(session: Session) -> None:
    observed = seen(session, "config.Chatty", old=1, bad=1)
    assert observed["messages"] == []
    assert "exception" not in observed
    assert observed["effective"] == {"bad": {"$object": "unreadable: RuntimeError"}}


DEEP: list[Any] = []
for _ in range(70):
    DEEP = [DEEP]
UNBUILDABLE = [
    {"a": {"$native": "os.system", "kwargs": {"command": "true"}}},
    {"a": {"$native": "fauxllm.os.system", "kwargs": {"command": "true"}}},
    {"a": {"$native": "fauxllm.run_shell", "kwargs": {"command": "true"}}},
    {"a": {"$native": "fauxllm.Missing"}},
    {"a": {"$native": 3}},
    {"a": {"$native": "fauxllm.Plain", "kwargs": [1]}},
    {"a": {"$set": [{"b": 1}]}},
    {"a": {"$set": 3}},
    {"a": {"$dict": [[{"b": 1}, 2]]}},
    {"a": {"$dict": [1]}},
    {"a": {"$dtype": "float16"}},
    {"a": {"$absent": True}},
    {"a": DEEP},
]


@pytest.mark.parametrize("kwargs", UNBUILDABLE)
def test_values_that_cannot_be_made_are_not_the_librarys_refusal(session: Session, kwargs: dict[str, Any]) -> None:
    assert seen(session, "Plain", **kwargs)["unchecked"]["reason"] == "unbuildable"


def test_what_a_native_value_raises_is_the_librarys(session: Session) -> None:
    observed = seen(session, "Plain", a={"$native": "fauxllm.Strict", "kwargs": {"size": 0}})
    assert observed["exception"]["field"] == "size"


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "fauxllm",
        "fauxllm.os.system",
        "fauxllm.config.system",
        "fauxllm.config.os.system",
        "fauxllm.config.dataclasses.dataclass",
        "fauxllm.config.STATE",
        "fauxllm.config.STATE.clear",
        "fauxllm.run_shell",
        "fauxllm.INSTANCE",
        "fauxllm.INSTANCE.__init__",
        "fauxllm.Plain.__init__",
        "fauxllm.Plain.__class__",
        "fauxllm.Plain.__subclasses__",
        "fauxllm.Plain.__base__",
        "fauxllm.config",
        "fauxllm.nothing",
        "fauxllm.nothing.Plain",
        "fauxllm.log.lazy.x",
        "fauxllm.slow.X",
        "fauxllm..Plain",
        "fauxllm.Pla in",
        "fauxllm_other.Plain",
    ],
)
def test_names_that_lead_elsewhere_are_refused(session: Session, name: str) -> None:
    observed = session.run([{"native_type": name, "kwargs": {}}])[0]
    assert observed["unchecked"]["reason"] == "missing-type"


@pytest.mark.parametrize("name", ["Plain", "config.Plain", "Alias", "faults.Fault", "config.Frozen"])
def test_names_inside_are_found(session: Session, name: str) -> None:
    assert "unchecked" not in seen(session, name)


@pytest.mark.parametrize(
    ("how", "effective"),
    [
        ("shared_state", 1),  # module state of one case is not seen by the next
        ("environ", 0),
        ("cwd", "<scratch>"),
    ],
)
def test_no_case_sees_another(session: Session, how: str, effective: object) -> None:
    runs = session.run([case("Sampling", how=how, temperature=-1)] * 8)
    assert [one["effective"]["temperature"] for one in runs] == [effective] * 8


def test_warm_up_hides_nothing(session: Session) -> None:
    assert session.facts.missing_types == {}
    observed = session.run([case("Accumulating", a="1")] * 2)
    assert [[m["text"] for m in one["messages"]] for one in observed] == [["warmed up"]] * 2
    assert "FAUXLLM_WARMED" not in session.facts.environment


def test_a_type_whose_default_leaves_the_program(session: Session) -> None:
    assert seen(session, "Broken")["exception"]["type"] == "SystemExit"
    assert seen(session, "Broken", ok=True)["effective"] == {}


def test_a_nondeterministic_library_is_seen_as_it_is(session: Session) -> None:
    first, second = session.run([case("Sampling", how="nondeterministic")] * 2)
    assert first["exception"]["message"] != second["exception"]["message"]


def test_files_of_the_engine_are_there(session: Session) -> None:
    observed = session.run([case("config.Needs", path={"$file": "some/file.txt"})])[0]
    assert observed["effective"] == {}
