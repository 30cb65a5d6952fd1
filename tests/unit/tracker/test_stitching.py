"""Joining tracks over gaps, undoing exchanges, removing ghosts, filling gaps."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.scenes import Walker, film, straight, switches, times, with_ids
from tracker.anchors import standing_offsets
from tracker.centroid import TrackerSettings
from tracker.gaps import find_gaps
from tracker.poses import PoseTable
from tracker.skeleton import COCO18
from tracker.stitching import StitchSettings, stitch
from tracker.tracking import track, tracks_from_ids
from tracker.tracks import State, Tracks

FPS = 20
#: Left keypoints a little to the right of the neck in the picture, right ones to the left.
SIDES = {"left": 0.12, "right": -0.12}
WIDTH = np.array([[SIDES.get(name.split("_")[0], 0), 0] for name in COCO18.keypoints])


def pieces(*lives: tuple[int, range, float, float], height: float = 150) -> Tracks:
    """Tracks of (id, frames, x at time 0, pixels per second), all on one line."""
    rows = sorted((f, i, x + dx * f / FPS) for i, frames, x, dx in lives for f in frames)
    frame = np.array([row[0] for row in rows], np.int64)
    necks = np.array([[row[2], 200] for row in rows], np.float32)
    body = standing_offsets(COCO18) + WIDTH
    xy = necks[:, None] + body * np.float32(height)
    score = np.full(xy.shape[:2], 0.8, np.float32)
    ids = np.array([row[1] for row in rows], np.int64)
    state = np.zeros(len(rows), np.uint8)
    return Tracks(COCO18, frame, frame / FPS, ids, xy.astype(np.float32), score, state)


def stitched(tracks: Tracks, cuts: tuple[float, ...] = (), **settings: float) -> Tracks:
    frames = np.arange(400, dtype=np.int64)
    chosen = StitchSettings.model_validate(settings)
    return with_ids(tracks, stitch(tracks, chosen, frames, frames / FPS, 0.3, cuts))


def filled_in(tracks: Tracks, frames: NDArray[np.int64], max_gap_s: float) -> Tracks:
    """Fill the gaps of tracks whose rows are all the detections there are."""
    count = np.bincount(np.searchsorted(frames, tracks.frame), minlength=len(frames))
    table = PoseTable(COCO18, frames, frames / FPS, count, tracks.xy, tracks.score)
    gaps = find_gaps(tracks, tracks.track_id, table.frame, table.time, max_gap_s)
    return tracks_from_ids(table, tracks.track_id, gaps)


def test_a_person_who_was_hidden_stays_one() -> None:
    broken = pieces((1, range(30), 100, 80), (2, range(50, 90), 100, 80), (3, range(90), 700, 0))
    joined = stitched(broken)
    assert joined.ids == [1, 2]
    assert joined.person(1).frame.tolist() == [*range(30), *range(50, 90)]


def test_somebody_elsewhere_or_too_late_or_of_another_size_is_somebody_else() -> None:
    assert len(stitched(pieces((1, range(30), 100, 0), (2, range(40, 90), 400, 0))).ids) == 2
    late = pieces((1, range(30), 100, 0), (2, range(80, 120), 100, 0))
    assert len(stitched(late, max_gap_s=2.0).ids) == 2
    assert len(stitched(late, max_gap_s=3.0).ids) == 1


def test_nothing_is_joined_over_a_cut() -> None:
    broken = pieces((1, range(30), 100, 0), (2, range(40, 90), 100, 0))
    assert len(stitched(broken).ids) == 1
    assert len(stitched(broken, cuts=(1.8,)).ids) == 2


def test_an_exchange_is_undone_by_the_motion() -> None:
    """Two people meet, and the tracks leave the meeting with the wrong people."""
    swapped = pieces(
        (1, range(60), 100, 100), (2, range(60), 700, -100),
        (3, range(60, 120), 700, -100), (4, range(60, 120), 100, 100),
    )  # fmt: skip
    ids = swapped.track_id.copy()
    ids[ids > 2] -= 2
    order = np.lexsort((ids, swapped.frame))
    exchanged = tracks_from_ids(table_of(swapped), ids)
    assert (exchanged.track_id == ids[order]).all()
    joined = stitched(exchanged)
    for person in (1, 2):
        x = joined.person(person).xy[:, COCO18.index("neck"), 0]
        assert (np.sign(np.diff(x)) == np.sign(x[-1] - x[0])).all()


def table_of(tracks: Tracks) -> PoseTable:
    frame, count = np.unique(tracks.frame, return_counts=True)
    return PoseTable(COCO18, frame, frame / FPS, count.astype(np.int64), tracks.xy, tracks.score)


def test_ghosts_are_removed_and_ids_have_no_holes() -> None:
    ghostly = pieces((1, range(3), 500, 0), (2, range(90), 100, 0), (3, range(90), 800, 0))
    cleared = stitched(ghostly)
    assert cleared.ids == [1, 2]
    assert len(cleared) == 180


def test_nobody_at_all() -> None:
    assert len(stitched(Tracks.empty(COCO18))) == 0


def test_gaps_are_filled_on_a_straight_line_up_to_the_limit() -> None:
    tracks = pieces((1, range(5), 100, 20), (1, range(9, 12), 100, 20), (1, range(40, 45), 100, 20))
    frames = np.arange(45, dtype=np.int64)
    filled = filled_in(tracks, frames, 0.5)
    assert filled.frame.tolist() == [*range(12), *range(40, 45)]
    new = filled.state == State.INTERPOLATED
    assert filled.frame[new].tolist() == [5, 6, 7, 8]
    assert filled.xy[:12, 1, 0] == pytest.approx(100 + np.arange(12.0), abs=1e-3)


def test_a_keypoint_missing_on_one_side_of_a_gap_stays_missing() -> None:
    tracks = pieces((1, range(3), 100, 20), (1, range(5, 8), 100, 20))
    tracks.xy[2, 4], tracks.score[2, 4] = np.nan, np.nan
    frames = np.arange(8, dtype=np.int64)
    filled = filled_in(tracks, frames, 1.0)
    assert np.isnan(filled.xy[3:5, 4]).all()
    assert np.isfinite(filled.xy[3:5, 3]).all()


def test_offline_joins_what_online_loses() -> None:
    walker = Walker(straight(100, 300, 60), hidden=((2.0, 3.6),))
    table, truth = film([walker, Walker(straight(900, 300, 0))], times("30", 6))
    impatient = TrackerSettings(patience_s=0.5)
    online = track(table, impatient.model_copy(update={"online": True}))
    assert switches(online, table, truth)[0] == 1
    assert switches(track(table, impatient), table, truth) == (0, 0.0)


def test_nothing_is_filled_where_no_keypoint_was_seen_on_both_sides() -> None:
    tracks = pieces((1, range(3), 100, 20), (1, range(5, 8), 100, 20))
    tracks.xy[2, 1:], tracks.score[2, 1:] = np.nan, np.nan
    tracks.xy[3, 0], tracks.score[3, 0] = np.nan, np.nan
    frames = np.arange(8, dtype=np.int64)
    assert len(filled_in(tracks, frames, 1.0)) == 6
