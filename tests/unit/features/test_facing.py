from __future__ import annotations

import numpy as np

from features.facing import across, turned
from features.joints import ACTION13
from features.mirroring import mirrored
from features.windows import Windows
from tracker.skeleton import Skeleton


def seen_from(degrees: float, windows: int = 6) -> Windows:
    """People in space, seen by a camera that stands so far from behind them."""
    rng = np.random.default_rng(3)
    xyz = rng.normal(0, 20, (windows, 15, len(ACTION13), 3))
    for side, x in (("right", 60), ("left", -60)):
        for joint in ("shoulder", "hip"):
            xyz[:, :, ACTION13.index(f"{side}_{joint}"), 0] += x
    turn = np.radians(degrees)
    x = xyz[..., 0] * np.cos(turn) + xyz[..., 2] * np.sin(turn)
    xy = np.stack([x, xyz[..., 1]], axis=-1).astype(np.float32)
    return Windows(ACTION13, xy, np.ones(windows, np.int64), np.arange(windows) / 10, 0.05)


def test_from_the_front_is_as_from_behind() -> None:
    behind, front = seen_from(0), seen_from(180)
    assert (across(behind) > 0).all()
    assert (across(front) < 0).all()
    both = turned(front, across(front) < 0)
    np.testing.assert_allclose(both.xy, behind.xy, atol=1e-3)
    some = turned(front, np.arange(len(front)) < 2)
    np.testing.assert_array_equal(some.xy[2:], front.xy[2:])


def test_a_mirror_turns_nobody_round() -> None:
    for degrees in (0, 30, 150, 180):
        windows = seen_from(degrees)
        np.testing.assert_allclose(across(mirrored(windows)), across(windows), rtol=1e-4)


def test_what_is_missing_tells_nothing_and_stays_missing() -> None:
    windows = seen_from(180)
    windows.xy[0] = np.nan
    windows.xy[1, :, ACTION13.index("right_hip")] = np.nan
    assert across(windows)[0] == 0
    assert (across(windows)[1:] < 0).all()
    everybody = turned(windows, np.ones(len(windows), np.bool_))
    np.testing.assert_array_equal(np.isnan(everybody.xy), np.isnan(windows.xy))
    hands = Skeleton("hands", ("right_wrist", "left_wrist"), (), ())
    only = Windows(hands, windows.xy[:, :, :2], windows.track_id, windows.time, 0.05)
    assert (across(only) == 0).all()
