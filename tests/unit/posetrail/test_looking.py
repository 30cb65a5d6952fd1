"""Which frames the network looks at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from posetrail.config import load_config
from posetrail.estimation import Estimation
from posetrail.looking import Looker
from tracker.poses import Frame, Poses
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
    first = done - again.again(done)
    assert first % 4 == 0
    rest = list(again.look(frames(10, first), whole[:done]))
    assert [row[:2] for row in rest] == [row[:2] for row in whole[done:]]
    assert [row[2].state for row in rest] == [row[2].state for row in whole[done:]]


def test_no_frames_give_no_poses() -> None:
    assert list(looker(Counting(), skip=3).look([])) == []
