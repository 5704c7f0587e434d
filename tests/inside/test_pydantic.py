"""Validation errors that list several errors: each with its own field, message and site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from llem_rules.environments import Session
from llem_rules.rules.observation import Observation
from tests.engines import case, open_faux

pytest.importorskip("pydantic")
HERE = "fauxllm/pydantic_config.py"


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with open_faux() as entered:
        yield entered


ERRORS: list[tuple[str, dict[str, Any], list[tuple[str | None, str, str | None]]]] = [
    # type, kwargs, each error's field, function of the site, exception behind it
    ("Model", {"needed": 1, "size": 0}, [("size", "Model", None)]),
    (
        "Model",
        {"needed": 1, "size": 0, "name": "bad", "tags": ["a", 3]},
        [("size", "Model", None), ("name", "Model._name", "ValueError"), ("tags", "Model", None)],
    ),
    ("Model", {"needed": 1, "size": 13}, [(None, "Model._together", "ValueError")]),
    ("Model", {}, [("needed", "Model", None)]),
    ("Model", {"needed": 1, "nope": 1}, [("nope", "Model", None)]),
    ("Data", {"needed": 1, "size": 0}, [("size", "Data", None)]),
    ("Data", {"size": "x"}, [("size", "Data", None), ("needed", "Data", None)]),
    ("Data", {"needed": 1, "name": "bad"}, [(None, "Data.__post_init__", "ValueError")]),
    # refused by a class that another builds
    ("Holder", {"size": 0}, [("size", "Model", None)]),
    ("Holder", {"size": 0, "data": True}, [("size", "Data", None)]),
    ("Holder", {"size": 13}, [(None, "Model._together", "ValueError")]),
]


@pytest.mark.parametrize(("native_type", "kwargs", "errors"), ERRORS)
def test_each_error_by_itself(
    session: Session, native_type: str, kwargs: dict[str, Any], errors: list[tuple[str | None, str, str | None]]
) -> None:
    raw = session.run([case(f"pydantic_config.{native_type}", **kwargs)])[0]
    refusals = Observation.from_raw(raw).refusals
    assert raw["exception"]["type"] == "ValidationError"
    assert [one["field"] for one in raw["exception"]["errors"]] == [field for field, _, _ in errors]
    assert [one["exception"] for one in raw["exception"]["errors"]] == [name for _, _, name in errors]
    for refusal, (_, function, name) in zip(refusals, errors, strict=True):
        assert refusal.site is not None
        assert (refusal.site["file"], refusal.site["function"]) == (HERE, function)
        assert refusal.exceptions[0] == (name or "ValidationError")


def test_what_is_silently_dropped(session: Session) -> None:
    observed = session.run([case("pydantic_config.Data", needed=1, nope=2)])[0]
    assert observed["effective"] == {"nope": {"$absent": True}}
