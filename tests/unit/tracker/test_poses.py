from __future__ import annotations

import numpy as np
import pytest

from tracker.poses import Poses, PoseTable
from tracker.skeleton import COCO18


def people(count: int, at: float = 0.0) -> Poses:
    xy = np.full((count, len(COCO18), 2), at, np.float32)
    return Poses(COCO18, xy, np.ones((count, len(COCO18)), np.float32))


def test_poses_refuse_another_skeletons_shape() -> None:
    with pytest.raises(ValueError, match=r"expected xy \(1, 18, 2\).*found \(1, 17, 2\)"):
        Poses(COCO18, np.zeros((1, 17, 2), np.float32), np.zeros((1, 17), np.float32))


def test_a_keypoint_is_there_or_not_never_half() -> None:
    half = people(1)
    half.xy[0, 3, 0] = np.nan
    with pytest.raises(ValueError, match="or none of them"):
        Poses(COCO18, half.xy, half.score)


@pytest.mark.parametrize("part", ["xy", "score"])
def test_nothing_is_infinite(part: str) -> None:
    wild = people(1)
    getattr(wild, part)[0, 3] = np.inf
    with pytest.raises(ValueError, match="found inf"):
        Poses(COCO18, wild.xy, wild.score)


def test_a_table_gives_back_the_frames_it_was_made_of() -> None:
    rows = [(0, 0.0, people(2, 1)), (2, 0.5, people(0)), (3, 0.75, people(1, 7))]
    table = PoseTable.collect(COCO18, rows)
    assert [(frame, time, len(poses)) for frame, time, poses in table] == [
        (0, 0.0, 2),
        (2, 0.5, 0),
        (3, 0.75, 1),
    ]
    assert table.row_frame.tolist() == [0, 0, 3]
    assert next(iter(list(table)[2][2].xy[0, 0])) == 7


@pytest.mark.parametrize(
    "rows", [[(1, 0.0), (1, 0.1)], [(0, 0.0), (1, 0.0)], [(0, 0.0), (1, np.nan)]]
)
def test_frames_and_times_must_rise(rows: list[tuple[int, float]]) -> None:
    with pytest.raises(ValueError, match="must rise"):
        PoseTable.collect(COCO18, [(frame, time, people(0)) for frame, time in rows])


def test_a_table_of_no_frames() -> None:
    table = PoseTable.collect(COCO18, [])
    assert len(table) == 0
    assert list(table) == []
