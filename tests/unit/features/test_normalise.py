from __future__ import annotations

import numpy as np

from features.joints import ACTION13
from features.mirroring import mirrored
from features.motion import ARMS
from features.normalise import TORSOS_PER_EXTENT, nan_median, normalise
from features.windows import Windows
from tracker.skeleton import COCO18, Skeleton


def random_windows(seed: int, count: int = 5, skeleton: Skeleton = ACTION13) -> Windows:
    xy = np.random.default_rng(seed).normal(200, 50, (count, 15, len(skeleton), 2))
    ids, time = np.ones(count, np.int64), np.arange(count, dtype=float)
    return Windows(skeleton, xy.astype(np.float32), ids, time, 1 / 30)


def test_place_and_size_are_gone() -> None:
    windows = random_windows(1)
    moved = Windows(
        ACTION13, windows.xy * 3 + 70, windows.track_id, windows.time, windows.spacing_s
    )
    np.testing.assert_allclose(normalise(moved).xy, normalise(windows).xy, atol=1e-3)
    np.testing.assert_allclose(normalise(moved).neck, normalise(windows).neck, atol=1e-3)


def test_the_median_torso_is_one() -> None:
    body = normalise(random_windows(2))
    hips = body.xy[:, :, [ACTION13.index("left_hip"), ACTION13.index("right_hip")]].mean(axis=2)
    np.testing.assert_allclose(np.median(np.hypot(*np.moveaxis(hips, -1, 0)), axis=1), 1, rtol=1e-4)


def test_the_layouts_own_neck_stands_in_for_a_shoulder() -> None:
    windows = random_windows(3, skeleton=COCO18)
    xy = windows.xy.copy()
    xy[:, :, COCO18.index("left_shoulder")] = np.nan
    seen = normalise(Windows(COCO18, xy, windows.track_id, windows.time, windows.spacing_s))
    assert np.abs(seen.xy[:, :, COCO18.index("neck")]).max() == 0


def without(windows: Windows, *joints: str) -> Windows:
    xy = windows.xy.copy()
    xy[:, :, [windows.skeleton.index(joint) for joint in joints]] = np.nan
    return Windows(windows.skeleton, xy, windows.track_id, windows.time, windows.spacing_s)


def test_the_shoulder_that_is_seen_from_the_side_is_the_neck() -> None:
    body = normalise(without(random_windows(4), "left_shoulder"))
    assert np.abs(body.xy[:, :, ACTION13.index("right_shoulder")]).max() == 0
    assert np.isfinite(body.neck).all()


def test_without_a_torso_the_extent_is_the_unit_and_the_neck_has_no_path() -> None:
    windows = without(random_windows(4), "left_hip", "right_hip")
    body = normalise(windows)
    sides = np.nanmax(body.xy, axis=2) - np.nanmin(body.xy, axis=2)
    extent = np.median(np.hypot(sides[..., 0], sides[..., 1]), axis=1)
    np.testing.assert_allclose(extent, TORSOS_PER_EXTENT, rtol=1e-4)
    assert np.isnan(body.neck).all()


def test_without_shoulders_the_nose_is_the_origin() -> None:
    body = normalise(without(random_windows(4), "left_shoulder", "right_shoulder"))
    assert np.abs(body.xy[:, :, ACTION13.index("nose")]).max() == 0


def test_a_layout_of_arms_alone_without_a_torso_is_missing() -> None:
    arms = random_windows(4, skeleton=ARMS)
    assert np.isnan(normalise(without(arms, "left_hip", "right_hip")).xy).all()


def test_nan_median_takes_what_is_there() -> None:
    values = np.array([[1, np.nan, 5, 3], [np.nan] * 4], np.float32)
    result = nan_median(values, axis=1)
    assert result[0] == 3
    assert np.isnan(result[1])


def test_mirroring_swaps_sides_and_twice_is_nothing() -> None:
    windows = random_windows(5)
    once = mirrored(windows)
    left, right = ACTION13.index("left_wrist"), ACTION13.index("right_wrist")
    np.testing.assert_array_equal(once.xy[:, :, left, 0], -windows.xy[:, :, right, 0])
    np.testing.assert_array_equal(once.xy[:, :, left, 1], windows.xy[:, :, right, 1])
    np.testing.assert_array_equal(mirrored(once).xy, windows.xy)
