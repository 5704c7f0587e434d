"""Which field a message calls dead: every way of saying so that the libraries use."""

from __future__ import annotations

import pytest

from llem_rules.mining.dead import field_meant

FIELDS = ("do_sample", "temperature", "use_cache", "cache", "a", "b")
MESSAGES = [
    ("`do_sample` is set to `False`. However, `temperature` is {temperature} -- it is only used elsewhere.", "temperature"),
    ("You have set `use_cache` to `False`, but `cache` is set. When `use_cache` is `False`, `cache` has no effect.", "cache"),
    ("`a` is NOT set, but `b` is. When `a` is not `True`, `b` is ignored.", "b"),
    ("Ignoring `b` because `a` is set.", "b"),
    ("`a` is set, ignoring the parameter `b`.", "b"),
    ("As a is on, disabling b", "b"),
    ("a and b cannot go together; b will be set to 1", "b"),
    ("`a` is set to None - defaulting to 1.", "a"),
    ("The given a was replaced by b", "a"),
    ("a overrides b", "a"),
    ("It is ignored where b is given.", "b"),
    ("`b` looks odd beside a", "b"),
    ("a looks odd beside `b`", "b"),
    ("nothing is ignored. But a is odd", "a"),
    ("nothing is named", None),
    (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("message", "field"), MESSAGES)
def test_the_field_that_is_called_dead(message: str | None, field: str | None) -> None:
    assert field_meant(message, FIELDS) == field
