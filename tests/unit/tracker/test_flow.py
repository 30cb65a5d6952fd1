"""People carried by optical flow."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.tracker.test_zoom import standing
from tracker.flow import FlowPicture, FlowSettings, bridged, followed, lost_somebody
from tracker.poses import Poses, State
from tracker.skeleton import COCO18

SETTINGS = FlowSettings()


def picture(shift: tuple[float, float] = (0, 0), height: int = 360, seed: int = 0) -> FlowPicture:
    """A blurred random texture, moved by some pixels."""
    width = height * 16 // 9
    noise = np.random.default_rng(seed).uniform(0, 255, (height, width, 3))
    texture = cv2.GaussianBlur(noise.astype(np.float32), (0, 0), 2)
    texture = cv2.normalize(texture, None, 0, 255, cv2.NORM_MINMAX)
    move = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    moved = cv2.warpAffine(texture, move, (width, height), borderMode=cv2.BORDER_REFLECT)
    return FlowPicture(moved.astype(np.uint8))


def sizes(poses: Poses) -> NDArray[np.float32]:
    return np.full(len(poses), 120, np.float32)


@pytest.mark.parametrize("height", [360, 1080])
def test_keypoints_go_with_the_picture(height: int) -> None:
    poses = standing((200, 80, 120), (400, 100, 120))
    old, new = picture(height=height), picture((5.5, -3.25), height)
    assert old.grey.shape[0] == min(height, 720)
    carried = followed(old, new, poses.xy, sizes(poses), SETTINGS)
    assert np.abs(carried - poses.xy - [5.5, -3.25]).max() < 0.6


def test_what_does_not_come_back_is_lost_and_what_was_missing_stays_missing() -> None:
    poses = standing((200, 80, 120))
    xy = poses.xy.copy()
    xy[0, COCO18.index("nose")] = np.nan
    carried = followed(picture(), picture(seed=1), xy, sizes(poses), SETTINGS)
    assert lost_somebody(poses, carried, SETTINGS)
    moved = followed(picture(), picture((2, 0)), xy, sizes(poses), SETTINGS)
    assert np.flatnonzero(np.isnan(moved[0, :, 0])).tolist() == [COCO18.index("nose")]
    nobody = followed(picture(), picture(), standing().xy, sizes(standing()), SETTINGS)
    assert nobody.shape == (0, 18, 2)


def test_the_network_looks_again_for_sure_people_only() -> None:
    sure, unsure = standing((200, 80, 120)), standing((200, 80, 120), score=0.1)
    gone = np.full_like(sure.xy, np.nan)
    assert lost_somebody(sure, gone, SETTINGS)
    assert not lost_somebody(unsure, gone, SETTINGS)
    assert not lost_somebody(sure, sure.xy, SETTINGS)
    assert not lost_somebody(standing(), standing().xy, SETTINGS)


def test_the_way_ends_where_the_network_sees_the_person() -> None:
    """Flow drifted by 6 pixels: a third of that after a third of the time."""
    first, last = standing((200, 80, 120)), standing((236, 80, 120), score=0.3)
    ways = [first.xy + np.float32([10 * k, 0]) for k in (1, 2, 3)]
    between = bridged(first, ways, [1 / 3, 2 / 3], last, SETTINGS)
    assert [poses.state for poses in between] == [State.FLOW, State.FLOW]
    for k, poses in enumerate(between, 1):
        np.testing.assert_allclose(poses.xy, first.xy + np.array([12 * k, 0]), atol=1e-3)
        assert np.nanmax(poses.score) == np.float32(0.3)


def test_a_keypoint_that_was_lost_or_carried_away_goes_straight() -> None:
    first, last = standing((200, 80, 120)), standing((230, 80, 120))
    ways = [first.xy + np.float32([10 * k, 0]) for k in (1, 2, 3)]
    wrist, ankle = COCO18.index("left_wrist"), COCO18.index("right_ankle")
    for places in ways:
        places[0, wrist] = np.nan
        places[0, ankle] += 60
    between = bridged(first, ways, [1 / 3, 2 / 3], last, SETTINGS)
    np.testing.assert_allclose(between[1].xy, first.xy + np.array([20, 0]), atol=1e-3)


def test_who_is_not_at_the_other_end_comes_as_far_as_flow_carries() -> None:
    first = standing((200, 80, 120), (400, 80, 120))
    ways = [first.xy.copy() for _ in range(3)]
    for places in ways[1:]:
        places[1] = np.nan
    between = bridged(first, ways, [1 / 3, 2 / 3], standing(), SETTINGS)
    assert [len(poses) for poses in between] == [2, 1]
    np.testing.assert_array_equal(between[1].xy[0], first.xy[0])


def test_nobody_is_carried_from_an_empty_frame() -> None:
    none = standing()
    assert [len(p) for p in bridged(none, [none.xy] * 2, [0.5], standing((9, 9, 9)), SETTINGS)] == [
        0
    ]
