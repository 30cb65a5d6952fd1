"""Tracks of a recorded video."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tracker.anchors import standing_offsets
from tracker.boxes import box_keypoints
from tracker.centroid import CentroidTracker, TrackerSettings
from tracker.poses import Poses, PoseTable, State
from tracker.skeleton import BOX, COCO18
from tracker.tracking import track

FPS = 25


def walkers(frames: int = 50) -> PoseTable:
    """Two people walking towards each other on different lines, and one who is seen in one frame."""
    rows = []
    for i in range(frames):
        necks = [[100 + 4 * i, 100], [500 - 4 * i, 220]] + ([[900, 100]] if i == 20 else [])
        xy = np.array(necks, np.float32)[:, None] + standing_offsets(COCO18) * 120
        score = np.full(xy.shape[:2], 0.8, np.float32)
        rows.append((2 * i, i / FPS, Poses(COCO18, xy.astype(np.float32), score)))
    return PoseTable.collect(COCO18, rows)


def test_tracks_begin_where_the_person_was_first_seen() -> None:
    tracks = track(walkers(), TrackerSettings(confirm_s=0.2, confirm_observations=2))
    assert tracks.ids == [1, 2]
    assert tracks.person(1).frame.tolist() == list(range(0, 100, 2))
    assert tracks.person(2).time[0] == 0.0
    assert (np.diff(tracks.person(1).xy[:, COCO18.index("neck"), 0]) == 4).all()


def test_rows_carried_by_flow_say_so() -> None:
    table = walkers()
    state = np.where(table.frame % 4 == 0, State.OBSERVED, State.FLOW).astype(np.uint8)
    tracks = track(replace(table, state=state))
    assert (tracks.state == np.where(tracks.frame % 4 == 0, State.OBSERVED, State.FLOW)).all()


def test_ids_are_those_of_the_live_tracker() -> None:
    table = walkers()
    settings = TrackerSettings()
    live = CentroidTracker(COCO18, settings)
    shown = [set(live.update(time, poses).tolist()) - {0} for _, time, poses in table]
    tracks = track(table, settings)
    for (frame, _, _), ids in zip(table, shown, strict=True):
        assert ids <= set(tracks.track_id[tracks.frame == frame].tolist())
    assert shown[-1] == set(tracks.ids)


def test_nobody_at_all() -> None:
    empty = PoseTable.collect(
        COCO18, [(0, 0.0, Poses.empty(COCO18)), (1, 0.1, Poses.empty(COCO18))]
    )
    assert len(track(empty)) == 0
    assert len(track(PoseTable.collect(COCO18, []))) == 0


@pytest.mark.parametrize("score", [0.95, 0.9, 0.5, 0.02])
@pytest.mark.parametrize("online", [False, True])
def test_boxes_are_followed_whatever_their_detector_calls_sure(
    score: float, *, online: bool
) -> None:
    rows = []
    for i in range(50):
        left = np.array([100 + 4 * i, 500 - 4 * i, 900])
        boxes = np.stack([left, left * 0 + 100, left + 50, left * 0 + 220], axis=1)
        sure = np.array([score, 0.95 * score, 0.3 * score], np.float32)  # the last one is nobody
        scores = np.repeat(sure[:, None], len(BOX), axis=1)
        rows.append((i, i / FPS, Poses(BOX, box_keypoints(boxes.astype(float)), scores)))
    tracks = track(PoseTable.collect(BOX, rows), TrackerSettings(online=online))
    assert len(tracks.ids) == 2
