"""Boxes smoothed over time."""

from __future__ import annotations

import numpy as np
import pytest

from tracker.box_smoothing import BoxSettings, smooth_boxes
from tracker.boxes import bounding_boxes, box_keypoints
from tracker.centroid import TrackerSettings
from tracker.poses import Poses, PoseTable
from tracker.skeleton import BOX
from tracker.tracking import track
from tracker.tracks import Tracks

RATE = 20
HALF = np.array([20, 50])
TRUTH = np.stack([np.arange(60.0) * 4, 50 + 0 * np.arange(60.0)], axis=1)


def walker(noise: float, person: int = 1, seed: int = 0) -> Tracks:
    """Somebody of 40 by 100 pixels who walks to the right, with boxes off by a little."""
    corners = np.concatenate([TRUTH - HALF, TRUTH + HALF], axis=1)
    corners = corners + np.random.default_rng(seed).normal(0, noise, corners.shape)
    count = len(TRUTH)
    return Tracks(
        BOX,
        np.arange(count),
        np.arange(count) / RATE,
        np.full(count, person),
        box_keypoints(corners),
        np.full((count, len(BOX)), 0.95, np.float32),
        np.zeros(count, np.uint8),
    )


def error(tracks: Tracks) -> float:
    boxes = bounding_boxes(tracks.xy)
    truth = np.concatenate([TRUTH - HALF, TRUTH + HALF], axis=1)
    return float(np.abs(boxes - truth)[10:-10].mean())


@pytest.mark.parametrize(("online", "share"), [(False, 0.5), (True, 0.9)])
def test_boxes_come_nearer_to_the_truth(*, online: bool, share: float) -> None:
    tracks = walker(noise=8)
    before = error(tracks)
    smooth_boxes(tracks, BoxSettings(), online=online)
    assert error(tracks) < share * before


@pytest.mark.parametrize("online", [False, True])
def test_even_walks_stay_as_they_are(*, online: bool) -> None:
    tracks = walker(noise=0)
    smooth_boxes(tracks, BoxSettings(), online=online)
    assert error(tracks) < 0.5


def test_online_the_future_changes_nothing() -> None:
    whole, half = walker(noise=8), walker(noise=8).rows(np.arange(30))
    smooth_boxes(whole, BoxSettings(), online=True)
    smooth_boxes(half, BoxSettings(), online=True)
    np.testing.assert_array_equal(whole.xy[:30], half.xy)


def test_everybody_is_smoothed_alone() -> None:
    one, other = walker(noise=8), walker(noise=8, person=2, seed=1)
    order = np.lexsort((np.repeat([1, 2], 60), np.tile(np.arange(60), 2)))
    both = Tracks(
        BOX,
        np.tile(np.arange(60), 2)[order],
        np.tile(np.arange(60), 2)[order] / RATE,
        np.repeat([1, 2], 60)[order],
        np.concatenate([one.xy, other.xy])[order],
        np.concatenate([one.score, other.score])[order],
        np.zeros(120, np.uint8),
    )
    smooth_boxes(both, BoxSettings(), online=False)
    smooth_boxes(one, BoxSettings(), online=False)
    np.testing.assert_allclose(both.xy[both.track_id == 1], one.xy, rtol=1e-6)


def test_one_box_alone_and_long_gaps_are_no_trouble() -> None:
    tracks = walker(noise=8)
    alone = tracks.rows(np.array([5]))
    smooth_boxes(alone, BoxSettings(), online=False)
    np.testing.assert_array_equal(alone.xy, tracks.xy[5:6])
    broken = tracks.rows(np.array([0, 1, 58, 59]))
    smooth_boxes(broken, BoxSettings(), online=False)
    assert np.isfinite(broken.xy).all()


def table(count: int = 40) -> PoseTable:
    tracks = walker(noise=8)
    rows = [
        (i, i / RATE, Poses(BOX, tracks.xy[i : i + 1], tracks.score[i : i + 1]))
        for i in range(count)
        if i not in (20, 21)
    ]
    return PoseTable.collect(BOX, [*rows, (99, 99 / RATE, Poses.empty(BOX))])


def test_tracks_of_boxes_are_smooth_unless_asked_otherwise() -> None:
    raw = track(table(), TrackerSettings(boxes=BoxSettings(smooth=False)))
    smooth = track(table())
    assert np.array_equal(raw.track_id, smooth.track_id)
    assert np.abs(np.diff(raw.xy[:, 0, 1])).mean() > 2 * np.abs(np.diff(smooth.xy[:, 0, 1])).mean()


def test_live_nobody_is_shown_before_the_confirmation_and_nothing_is_filled_in() -> None:
    live, offline = track(table(), TrackerSettings(online=True)), track(table())
    assert live.frame.min() > 0
    assert offline.frame.min() == 0
    assert not live.state.any()
