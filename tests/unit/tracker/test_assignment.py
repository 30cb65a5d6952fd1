"""Assignment: gated inside and filtered again after."""

from __future__ import annotations

import numpy as np

from tracker.assignment import assign


def test_takes_the_cheapest_whole_not_the_cheapest_pair() -> None:
    cost = np.array([[1.0, 2.0], [1.5, 9.0]])
    old, new = assign(cost, gate=10.0)
    assert old.tolist() == [0, 1]
    assert new.tolist() == [1, 0]


def test_a_pair_beyond_the_gate_never_pushes_a_good_one_aside() -> None:
    cost = np.array([[0.1, 0.4], [0.3, 50.0]])
    old, new = assign(cost, gate=1.0)
    assert old.tolist() == [0, 1]
    assert new.tolist() == [1, 0]
    cost = np.array([[0.1, 0.4], [0.45, 50.0]])
    old, new = assign(cost, gate=0.5)
    assert old.tolist() == [0]
    assert new.tolist() == [0]


def test_nothing_beyond_the_gate_comes_back() -> None:
    old, new = assign(np.array([[2.0, np.inf], [np.nan, 3.0]]), gate=1.0)
    assert len(old) == len(new) == 0


def test_forbidden_pairs_are_not_made() -> None:
    old, new = assign(np.array([[np.inf, 0.2], [np.nan, np.inf]]), gate=1.0)
    assert old.tolist() == [0]
    assert new.tolist() == [1]


def test_nobody_on_one_side() -> None:
    for shape in ((0, 3), (3, 0), (0, 0)):
        old, new = assign(np.empty(shape), gate=1.0)
        assert len(old) == len(new) == 0
