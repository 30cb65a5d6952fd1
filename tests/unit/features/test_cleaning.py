"""Cleaning keypoints over time."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from features.cleaning import CleaningSettings, ValueState, clean, exchanged_sides
from features.cleaning_filters import outliers
from tests.walks import walk
from tracker.poses import State
from tracker.skeleton import COCO18
from tracker.tracks import Tracks

NECK, WRIST = COCO18.index("neck"), COCO18.index("left_wrist")
UNTOUCHED = CleaningSettings(
    longest_exchange_s=0, outlier_sigmas=1e9, max_gap_s=0, smoothing="none"
)


def test_nothing_asked_for_nothing_changed() -> None:
    cleaned = clean(walk(noise=3), UNTOUCHED)
    np.testing.assert_allclose(cleaned.tracks.xy, cleaned.raw.xy, rtol=1e-5)
    assert (cleaned.state == ValueState.OBSERVED).all()


def test_exchanged_sides_are_exchanged_back() -> None:
    good, bad = walk(noise=1), walk(noise=1)
    rows = [10, 11, 12, 30]
    bad.xy[rows] = bad.xy[rows][:, COCO18.mirror]
    assert np.flatnonzero(exchanged_sides(COCO18, bad.xy.astype(float))).tolist() == rows
    cleaned = clean(bad, UNTOUCHED.model_copy(update={"longest_exchange_s": 0.5}))
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


def test_who_turns_round_for_long_stays_turned() -> None:
    turned = walk()
    rows = np.arange(20, 45)
    turned.xy[rows] = turned.xy[rows][:, COCO18.mirror]
    cleaned = clean(turned, UNTOUCHED.model_copy(update={"longest_exchange_s": 0.5}))
    np.testing.assert_allclose(cleaned.tracks.xy, turned.xy, rtol=1e-5)
    assert (cleaned.state == ValueState.OBSERVED).all()


def test_an_exchange_at_the_end_of_a_track_is_left_alone() -> None:
    bad = walk()
    bad.xy[-3:] = bad.xy[-3:][:, COCO18.mirror]
    cleaned = clean(bad, UNTOUCHED.model_copy(update={"longest_exchange_s": 0.5}))
    assert (cleaned.state == ValueState.OBSERVED).all()


def test_live_the_future_changes_nothing() -> None:
    bad = walk(noise=3)
    bad.xy[20, WRIST] += 150
    whole = clean(bad, online=True)
    part = clean(bad.rows(np.arange(30)), online=True)
    moved = whole.tracks.xy[:30] - part.tracks.xy
    assert np.abs(moved).max() < 2  # the person's height is the median of the rows there are
    assert (whole.state == ValueState.OBSERVED).all()
    assert np.abs(whole.tracks.xy[40] - bad.xy[40]).max() > 0


def test_values_of_filled_frames_are_interpolated() -> None:
    tracks = walk()
    tracks.state[10:12] = State.INTERPOLATED
    state = clean(tracks, UNTOUCHED).state
    assert (state[10:12] == ValueState.INTERPOLATED).all()
    assert (state[12:] == ValueState.OBSERVED).all()


@pytest.mark.parametrize("bad", [{"cutoff_hz": 1e-9}, {"window_s": 1e9}, {"outlier_window_s": 1e9}])
def test_what_no_filter_can_do_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        CleaningSettings.model_validate(bad)


def test_outliers_of_a_long_life_take_little_memory() -> None:
    rows = 20_000
    values = np.zeros((rows, 36))
    values[100, 3] = 9
    tracemalloc.start()
    found = outliers(np.arange(rows) / 30, values, 0.5, 4.0, 0.05)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.argwhere(found).tolist() == [[100, 3]]
    assert most < 5 * values.nbytes
