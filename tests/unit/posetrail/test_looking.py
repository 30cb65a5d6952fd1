"""Which frames the network looks at."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from posetrail.config import load_config
from posetrail.estimation import Estimation
from posetrail.looking import Looker
from tracker.poses import Frame, Poses, State
from tracker.skeleton import COCO18


class Counting:
    """Sees nobody, and counts how often it is asked."""

    skeleton = COCO18

    def __init__(self) -> None:
        self.looks = 0

    def estimate(self, _: NDArray[np.uint8]) -> Poses:
        self.looks += 1
        return Poses.empty(COCO18)


def looker(estimator: Any, rate: float = 25.0, **settings: Any) -> Looker:
    pose = load_config(overrides={f"pose.{key}": value for key, value in settings.items()}).pose
    return Looker(Estimation(estimator, 2, {}), pose, (64, 48), rate)


def frames(count: int, first: int = 0) -> list[Frame]:
    image = np.zeros((48, 64, 3), np.uint8)
    return [Frame(3 * k, k / 25, image) for k in range(first, count)]


@pytest.mark.parametrize(
    ("rate", "step"),
    [(5, 1), (15, 1), (17, 2), (25, 3), (24.9999, 3), (29.97, 3), (60, 7), (240, 8), (0, 3)],
)
def test_auto_looks_several_times_a_second_whatever_the_rate(rate: float, step: int) -> None:
    assert looker(SimpleNamespace(), rate, skip="auto").facts["step"] == step


@pytest.mark.parametrize(("skip", "looks"), [(1, 10), (2, 6), (3, 4), (4, 4), (20, 2)])
def test_the_network_looks_at_every_so_many_th_frame_and_at_the_last(skip: int, looks: int) -> None:
    estimator = Counting()
    rows = list(looker(estimator, skip=skip).look(frames(10)))
    assert [number for number, _, _ in rows] == list(range(0, 30, 3))
    assert estimator.looks == looks


@pytest.mark.parametrize("done", range(10))
def test_going_on_gives_the_rest(done: int) -> None:
    whole = list(looker(Counting(), skip=4).look(frames(10)))
    again = looker(Counting(), skip=4)
    first = done - again.again([time for _, time, _ in whole[:done]])
    assert first % 4 == 0
    rest = list(again.look(frames(10, first), whole[:done]))
    assert [row[:2] for row in rest] == [row[:2] for row in whole[done:]]
    assert [row[2].state for row in rest] == [row[2].state for row in whole[done:]]


def test_no_frames_give_no_poses() -> None:
    assert list(looker(Counting(), skip=3).look([])) == []


def uneven(seed: int, count: int = 60) -> list[Frame]:
    steps = np.random.default_rng(seed).choice([0.005, 0.02, 0.04, 0.3], count)
    image = np.zeros((48, 64, 3), np.uint8)
    return [Frame(k, float(time), image) for k, time in enumerate(np.cumsum(steps))]


@pytest.mark.parametrize("seed", range(5))
def test_auto_looks_often_enough_whatever_the_times(seed: int) -> None:
    given = uneven(seed)
    rows = list(looker(Counting(), skip="auto").look(given))
    assert [row[0] for row in rows] == [frame.index for frame in given]
    looked = [k for k, row in enumerate(rows) if row[2].state is State.OBSERVED]
    assert len(looked) < 0.8 * len(rows)
    for one, other in pairwise(looked):
        near = rows[other][1] - rows[one][1] <= 0.1211
        assert near or other == one + 1
        assert other - one <= 8


@pytest.mark.parametrize("done", [0, 1, 2, 3, 7, 20, 21, 22, 59, 60])
def test_auto_goes_on_as_if_it_had_not_been_interrupted(done: int) -> None:
    given = uneven(1)
    whole = list(looker(Counting(), skip="auto").look(given))
    again = looker(Counting(), skip="auto")
    first = done - again.again([time for _, time, _ in whole[:done]])
    rest = list(again.look(given[first:], whole[:done]))
    assert [row[:2] for row in rest] == [row[:2] for row in whole[done:]]
    assert [row[2].state for row in rest] == [row[2].state for row in whole[done:]]
