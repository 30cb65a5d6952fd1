"""Cleaning keypoints over time."""

from __future__ import annotations

import numpy as np
import pytest

from features.cleaning import CleaningSettings, ValueState, clean, exchanged_sides
from tracker.anchors import standing_offsets
from tracker.skeleton import COCO18
from tracker.tracks import Tracks

NECK, WRIST = COCO18.index("neck"), COCO18.index("left_wrist")
SIDES = {"left": 0.12, "right": -0.12}
WIDTH = np.array([[SIDES.get(name.split("_")[0], 0), 0] for name in COCO18.keypoints])
UNTOUCHED = CleaningSettings(sides=False, outlier_sigmas=1e9, max_gap_s=0, smoothing="none")


def walk(rows: int = 60, fps: float = 30, noise: float = 0.0) -> Tracks:
    """One person of 200 px walking to the right."""
    time = np.arange(rows) / fps
    body = (standing_offsets(COCO18) + WIDTH) * 200
    xy = body + np.stack([100 + 60 * time, np.full(rows, 200)], axis=1)[:, None]
    xy = xy + np.random.default_rng(0).normal(0, noise, xy.shape)
    score = np.full(xy.shape[:2], 0.8, np.float32)
    ids, state = np.ones(rows, np.int64), np.zeros(rows, np.uint8)
    return Tracks(COCO18, np.arange(rows), time, ids, xy.astype(np.float32), score, state)


def test_nothing_asked_for_nothing_changed() -> None:
    cleaned = clean(walk(noise=3), UNTOUCHED)
    np.testing.assert_allclose(cleaned.tracks.xy, cleaned.raw.xy, rtol=1e-5)
    assert (cleaned.state == ValueState.OBSERVED).all()


def test_exchanged_sides_are_exchanged_back() -> None:
    good, bad = walk(noise=1), walk(noise=1)
    rows = [10, 11, 12, 30]
    bad.xy[rows] = bad.xy[rows][:, COCO18.mirror]
    assert np.flatnonzero(exchanged_sides(COCO18, bad.xy.astype(float))).tolist() == rows
    cleaned = clean(bad, UNTOUCHED.model_copy(update={"sides": True}))
    np.testing.assert_allclose(cleaned.tracks.xy, good.xy, rtol=1e-5)
    assert (cleaned.state[10, WRIST], cleaned.state[10, NECK]) == (2, 0)
    assert (bad.xy[10] == cleaned.raw.xy[10]).all()


def test_outliers_go_and_short_gaps_are_filled_and_marked() -> None:
    good, bad = walk(), walk()
    bad.xy[20, WRIST] += 150
    for rows in (slice(30, 33), slice(40, 55)):
        bad.xy[rows, WRIST], bad.score[rows, WRIST] = np.nan, np.nan
    cleaned = clean(bad, CleaningSettings(smoothing="none", max_gap_s=0.2))
    assert np.flatnonzero(cleaned.state[:, WRIST] == ValueState.INTERPOLATED).tolist() == [
        20,
        30,
        31,
        32,
    ]
    assert np.flatnonzero(cleaned.state[:, WRIST] == ValueState.MISSING).tolist() == list(
        range(40, 55)
    )
    np.testing.assert_allclose(cleaned.tracks.xy[:40, WRIST], good.xy[:40, WRIST], atol=0.01)
    assert np.isnan(cleaned.tracks.xy[45, WRIST]).all()


@pytest.mark.parametrize("smoothing", ["savitzky_golay", "butterworth", "one_euro"])
@pytest.mark.parametrize("fps", [30, 60])
def test_smoothing_removes_noise_and_keeps_the_walk(smoothing: str, fps: float) -> None:
    settings = CleaningSettings.model_validate({"smoothing": smoothing})
    truth, noisy = walk(120, fps), walk(120, fps, noise=2)
    error = clean(noisy, settings).tracks.xy[20:-20] - truth.xy[20:-20]
    assert error.std() < 0.8 * (noisy.xy - truth.xy).std()
    assert abs(error.mean()) < 2


def test_smoothing_at_a_variable_rate_and_around_missing_rows() -> None:
    whole = walk(120, 60)
    kept = np.sort(np.random.default_rng(1).choice(120, 70, replace=False))
    some = whole.rows(kept)
    some.xy[30:40, WRIST], some.score[30:40, WRIST] = np.nan, np.nan
    for smoothing in ("savitzky_golay", "butterworth"):
        settings = CleaningSettings.model_validate({"smoothing": smoothing, "max_gap_s": 0})
        cleaned = clean(some, settings).tracks.xy
        assert np.isnan(cleaned[30:40, WRIST]).all()
        np.testing.assert_allclose(cleaned[:, NECK], some.xy[:, NECK], atol=1.5)


def test_one_row_and_nobody() -> None:
    assert len(clean(walk(1)).tracks) == 1
    assert len(clean(Tracks.empty(COCO18)).tracks) == 0
