"""A sweep that is told to stop does so after any answer: of a first sight, of a second one, or of the check instead of it."""

from __future__ import annotations

import pytest

from llem_rules.compat import Heeding
from llem_rules.compat.sweep import Stopped
from llem_rules.environments.gears import Gears
from tests.engines import case, faux, open_faux

CASES = [case("Strict", size=size) for size in range(4)]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_every_answer_is_heeded(share: float) -> None:
    with open_faux(faux()) as session:
        asked: list[int] = []
        whole = Gears(Heeding(session, lambda: asked.append(1)), share=share).run(CASES)
        assert len(whole) == len(CASES)
        assert len(asked) >= 2 * len(CASES)
        for most in range(len(asked)):
            left = iter(range(most))

            def heed(left: object = left) -> None:
                if next(left, None) is None:  # type: ignore[call-overload]
                    raise Stopped

            with pytest.raises(Stopped):
                Gears(Heeding(session, heed), share=share).run(CASES)
