"""Work that is shared out among forks gives what one process would have given."""

from __future__ import annotations

import os
import signal

import pytest

from llem_rules.mining.sharing import shared

MANY = list(range(101))


@pytest.mark.parametrize("cores", [1, 2, 3, 7])
@pytest.mark.parametrize("things", [[], [1], MANY[:16], MANY[:33], MANY])
def test_the_results_are_those_of_one_process_and_in_order(things: list[int], cores: int) -> None:
    assert shared(lambda one: one * one, things, cores) == [one * one for one in things]


def test_forks_take_part_where_there_is_enough_to_do() -> None:
    assert len(set(shared(lambda _one: os.getpid(), MANY, 3))) == 3
    assert set(shared(lambda _one: os.getpid(), MANY[:31], 3)) == {os.getpid()}


@pytest.mark.parametrize("place", [0, 1, 100])
def test_what_is_raised_in_a_share_is_raised(place: int) -> None:
    def work(one: int) -> int:
        if one == place:
            raise KeyError("the rule of that name")
        return one

    with pytest.raises(KeyError, match="the rule of that name"):
        shared(work, MANY, 2)


def test_a_fork_that_is_ended_from_outside_is_no_empty_result() -> None:
    here = os.getpid()

    def work(one: int) -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return one

    with pytest.raises(ChildProcessError, match="ended from outside"):
        shared(work, MANY, 2)
