"""SORT, as the benchmarks run it."""

from __future__ import annotations

import numpy as np

from benchmarks.sort import MIN_HITS, sort_live
from tracker.boxes import box_keypoints
from tracker.poses import Poses, PoseTable
from tracker.skeleton import BOX


def crossing(hidden: range) -> PoseTable:
    """Two people at different heights who pass each other; the second is not seen for a while."""
    rows = []
    for i in range(30):
        left = np.array([10.0 + 5 * i, 0, 50 + 5 * i, 100])
        right = np.array([160.0 - 5 * i, 200, 200 - 5 * i, 300])
        boxes = np.stack([left] if i in hidden else [left, right])
        scores = np.ones((len(boxes), len(BOX)), np.float32)
        rows.append((i, i / 10, Poses(BOX, box_keypoints(boxes), scores)))
    return PoseTable.collect(BOX, rows)


def ids(table: PoseTable) -> list[list[int]]:
    return [[number for _, number, _ in shown] for shown in sort_live(table)]


def test_two_people_keep_their_ids() -> None:
    assert ids(crossing(range(0))) == [[1, 2]] * 30


def test_somebody_missed_for_longer_than_a_frame_is_somebody_new_and_shown_late() -> None:
    shown = ids(crossing(range(10, 14)))
    assert shown[10:14] == [[1]] * 4
    assert shown[14 : 14 + MIN_HITS] == [[1]] * MIN_HITS
    assert shown[-1] == [1, 3]


def test_what_is_shown_follows_what_is_seen() -> None:
    *_, last = sort_live(crossing(range(0)))
    np.testing.assert_allclose(last[0][2], [155, 0, 195, 100], atol=2)
