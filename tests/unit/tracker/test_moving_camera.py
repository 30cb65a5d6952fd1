"""A camera that moves takes nobody's ID; nor do frames without people, or far too many of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.scenes import Walker, film, straight, switches, times
from tracker.centroid import TrackerSettings
from tracker.errors import TrackingError
from tracker.poses import Poses, PoseTable
from tracker.skeleton import COCO18
from tracker.tracking import track

ROW = [Walker(straight(100 + 110 * i, 300, 12), height=170) for i in range(6)]
#: How far a hand-held camera jerks to the side and back, in pixels.
JERK = 50.0


def jerked() -> tuple[PoseTable, np.ndarray]:
    """Six people side by side; the picture jumps every half second and stays there for as long."""
    table, truth = film(ROW, times("30", 4))
    moved = np.where(np.repeat(table.time, table.count) % 1 < 0.5, 0, JERK)
    xy = table.xy.copy()
    xy[..., 0] += moved[:, None]
    return PoseTable(COCO18, table.frame, table.time, table.count, xy, table.score), truth


@pytest.mark.parametrize("online", [True, False])
def test_a_camera_that_jerks_takes_nobodys_id(*, online: bool) -> None:
    table, truth = jerked()
    tracks = track(table, TrackerSettings(online=online))
    changes, _ = switches(tracks, table, truth)
    assert changes == 0
    assert len(tracks.ids) == len(ROW)


def panned() -> tuple[PoseTable, np.ndarray]:
    """The third of six people is not seen while the camera pans by more than a person's height."""
    hidden = [*ROW[:2], replace(ROW[2], hidden=((1.2, 2.4),)), *ROW[3:]]
    table, truth = film(hidden, times("30", 4))
    xy = table.xy.copy()
    xy[..., 0] += 240 * np.clip(np.repeat(table.time, table.count) - 1.2, 0, 1)[:, None]
    return PoseTable(COCO18, table.frame, table.time, table.count, xy, table.score), truth


def test_who_is_hidden_while_the_camera_pans_is_expected_where_they_are() -> None:
    table, truth = panned()
    tracks = track(table, TrackerSettings(online=True))
    assert switches(tracks, table, truth)[0] == 0
    assert len(tracks.ids) == len(ROW)
    still = track(table, TrackerSettings(online=True, camera_people=0))
    assert len(still.ids) > len(ROW)


@pytest.mark.parametrize("online", [True, False])
def test_a_video_in_which_nobody_ever_is(*, online: bool) -> None:
    rows = [(i, i / 30, Poses.empty(COCO18)) for i in range(20)]
    tracks = track(PoseTable.collect(COCO18, rows), TrackerSettings(online=online, people=2))
    assert len(tracks) == 0


def test_frames_without_people_in_between() -> None:
    table, truth = film(ROW, times("30", 3))
    rows = [
        (frame, time, Poses.empty(COCO18) if frame % 10 == 9 else poses)
        for frame, time, poses in table
    ]
    emptied = PoseTable.collect(COCO18, rows)
    kept = table.row_frame % 10 != 9
    changes, lost = switches(track(emptied), emptied, truth[kept])
    assert (changes, lost) == (0, 0)


def test_ten_thousand_people_are_an_error_that_says_what_to_do() -> None:
    xy = np.random.default_rng(0).uniform(0, 9000, (10_000, len(COCO18), 2)).astype(np.float32)
    crowd = Poses(COCO18, xy, np.ones(xy.shape[:2], np.float32))
    with pytest.raises(TrackingError, match="10000 people") as caught:
        track(PoseTable.collect(COCO18, [(0, 0.0, crowd)]))
    assert caught.value.hint is not None
    assert "max_people" in caught.value.hint
