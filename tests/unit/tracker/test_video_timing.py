from __future__ import annotations

from fractions import Fraction

import pytest

from tracker.timing import FrameClock

MS = Fraction(1, 1000)


@pytest.mark.parametrize(
    ("stamps", "expected", "repaired"),
    [
        ([0, 40, 80], [0, 0.04, 0.08], 0),
        ([-80, -40, 0], [0, 0.04, 0.08], 0),
        ([500, 533, 600], [0, 0.033, 0.1], 0),
        ([0, 40, 40, 80], [0, 0.04, 0.05, 0.08], 1),
        ([0, 40, 20, 80], [0, 0.04, 0.05, 0.08], 1),
        ([0, None, 80], [0, 0.04, 0.08], 1),
        ([None, None, None], [0, 0.04, 0.08], 3),
        ([None, 70, 110], [0, 0.04, 0.08], 1),
        ([9000, 9040, 0, 40, 80], [0, 0.04, 0.08, 0.12, 0.16], 1),
    ],
)
def test_times_rise_from_zero(
    stamps: list[int | None], expected: list[float], repaired: int
) -> None:
    clock = FrameClock(MS, 0.04)
    assert [clock.time(stamp) for stamp in stamps] == pytest.approx(expected)
    assert clock.repaired == repaired
