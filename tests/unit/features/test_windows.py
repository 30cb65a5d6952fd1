from __future__ import annotations

import numpy as np
import pytest

from classifiers.recordings import one_person
from features.joints import ACTION13
from features.windows import Windows, WindowSettings, cut_windows, windows_at
from tracker.errors import UsageError
from tracker.skeleton import BODY25, COCO17, COCO18, Skeleton
from tracker.tracks import Tracks

SETTINGS = WindowSettings()


def straight(
    rate: float, seconds: float = 3.0, skeleton: Skeleton = ACTION13, person: int = 1
) -> Tracks:
    """One person whose joints all move on straight lines: x = 100 t + joint, y = 50 t."""
    time = np.arange(int(seconds * rate) + 1) / rate
    joints = np.arange(len(skeleton))
    x = 100 * time[:, None] + joints
    y = np.broadcast_to(50 * time[:, None], x.shape)
    return one_person(skeleton, np.stack([x, y], axis=-1).astype(np.float32), rate)


@pytest.mark.parametrize("rate", [18.0, 25.0, 29.97, 30.0, 60.0])
def test_samples_lie_on_true_time_at_any_rate(rate: float) -> None:
    windows = cut_windows(straight(rate), SETTINGS)
    inner = windows[(windows.time > 0.3) & (windows.time < 2.5)]
    offsets = (np.arange(15) - 7) * SETTINGS.spacing_s
    expected = 100 * (inner.time[:, None] + offsets)
    assert len(inner) > 20
    np.testing.assert_allclose(inner.xy[:, :, 0, 0], expected, atol=1e-2)


def test_fifteen_samples_of_half_a_second_are_fifteen_frames_at_thirty() -> None:
    assert pytest.approx(1 / 30) == SETTINGS.spacing_s


def test_nothing_is_invented_beyond_a_persons_life() -> None:
    windows = cut_windows(straight(30.0), SETTINGS)
    first = windows[windows.time == windows.time.min()]
    assert np.isnan(first.xy[0, :6]).all()
    assert np.isfinite(first.xy[0, 8:]).all()


@pytest.mark.parametrize("share", [0.3, 0.6, 1.0])
def test_windows_that_show_one_side_of_their_middle_only_are_left_out_on_demand(
    share: float,
) -> None:
    tracks = straight(30.0)
    rows = (tracks.time < 1.2) | (tracks.time > 1.9)
    cut = tracks.rows(rows)
    every = cut_windows(cut, SETTINGS)
    strict = cut_windows(cut, SETTINGS.model_copy(update={"min_seen_side": share}))
    there = np.isfinite(every.xy[..., 0]).mean(axis=2)
    both = np.minimum(there[:, :7].mean(axis=1), there[:, -7:].mean(axis=1)) >= share - 1e-6
    assert not both.all()
    np.testing.assert_array_equal(strict.time, every.time[both])


def test_short_gaps_are_bridged_and_long_ones_stay_missing() -> None:
    tracks = straight(30.0)
    xy, score = tracks.xy.copy(), tracks.score.copy()
    for joint, frames in ((0, slice(30, 34)), (1, slice(30, 45))):
        xy[frames, joint], score[frames, joint] = np.nan, np.nan
    holed = Tracks(
        tracks.skeleton, tracks.frame, tracks.time, tracks.track_id, xy, score, tracks.state
    )
    window = windows_at(holed, SETTINGS, np.array([1]), np.array([1.2]))
    np.testing.assert_allclose(
        window.xy[0, :, 0, 0], 100 * (1.2 + (np.arange(15) - 7) / 30), atol=0.01
    )
    assert np.isnan(window.xy[0, 2:12, 1]).all()


def test_a_missing_stretch_of_rows_is_never_crossed() -> None:
    tracks = straight(30.0)
    kept = tracks.rows((tracks.frame < 40) | (tracks.frame > 55))
    window = windows_at(kept, SETTINGS, np.array([1]), np.array([47 / 30]))
    assert np.isnan(window.xy[0, 1:14]).all()


def test_people_do_not_leak_into_each_other() -> None:
    one = straight(30.0)
    frame = np.repeat(one.frame, 2)
    xy = np.repeat(one.xy, 2, axis=0)
    xy[1::2] += 1000
    both = Tracks(
        ACTION13,
        frame,
        np.repeat(one.time, 2),
        np.tile([3, 8], len(one)).astype(np.int64),
        xy,
        np.repeat(one.score, 2, axis=0),
        np.repeat(one.state, 2),
    )
    together = cut_windows(both, SETTINGS)
    alone = cut_windows(one, SETTINGS)
    np.testing.assert_array_equal(together.xy[together.track_id == 3], alone.xy)
    np.testing.assert_allclose(together.xy[together.track_id == 8], alone.xy + 1000)


def test_windows_at_and_cut_windows_agree() -> None:
    tracks = straight(25.0)
    cut = cut_windows(tracks, SETTINGS)
    at = windows_at(tracks, SETTINGS, cut.track_id, cut.time)
    np.testing.assert_allclose(at.xy, cut.xy, atol=1e-3)


def test_windows_of_part_of_a_video_are_those_of_the_whole() -> None:
    tracks = straight(30.0, 4.0)
    whole = cut_windows(tracks, SETTINGS)
    part = cut_windows(tracks.rows(tracks.time > 1.51), SETTINGS)
    inner = part.time > 2.0
    np.testing.assert_array_equal(whole.xy[np.isin(whole.time, part.time[inner])], part.xy[inner])


@pytest.mark.parametrize("skeleton", [COCO17, COCO18, BODY25])
def test_common_joints_are_taken_from_any_layout(skeleton: Skeleton) -> None:
    windows = cut_windows(straight(30.0, skeleton=skeleton), SETTINGS, ACTION13)
    middle = windows[windows.time == 1.0]
    wrist = ACTION13.index("left_wrist")
    assert middle.xy[0, 7, wrist, 0] == pytest.approx(100 + skeleton.index("left_wrist"))


def test_a_joint_that_is_nowhere_is_an_error() -> None:
    legless = Skeleton("legless", ACTION13.keypoints[:9], (), ())
    with pytest.raises(UsageError, match="no right_ankle"):
        cut_windows(straight(30.0, skeleton=legless), SETTINGS, ACTION13)


def test_nobody_gives_no_windows() -> None:
    windows = cut_windows(Tracks.empty(COCO18), SETTINGS, ACTION13)
    assert len(windows) == 0
    assert windows.xy.shape == (0, 15, 13, 2)


def test_hardly_seen_windows_are_left_out() -> None:
    tracks = straight(30.0)
    xy, score = tracks.xy.copy(), tracks.score.copy()
    xy[:, 3:], score[:, 3:] = np.nan, np.nan
    hardly = Tracks(
        tracks.skeleton, tracks.frame, tracks.time, tracks.track_id, xy, score, tracks.state
    )
    assert len(cut_windows(hardly, SETTINGS)) == 0


def test_an_unknown_person_is_an_error() -> None:
    with pytest.raises(ValueError, match="no track 2"):
        windows_at(straight(30.0), SETTINGS, np.array([2]), np.array([1.0]))


def test_windows_check_themselves() -> None:
    with pytest.raises(ValueError, match="expected xy"):
        Windows(ACTION13, np.zeros((1, 15, 4, 2), np.float32), np.array([1]), np.array([0.0]), 0.1)
    with pytest.raises(ValueError, match="one entry"):
        Windows(
            ACTION13, np.zeros((1, 15, 13, 2), np.float32), np.array([1, 2]), np.array([0.0]), 0.1
        )
