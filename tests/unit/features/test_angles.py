from __future__ import annotations

import numpy as np
import pytest

from features.angles import angle_names, joint_angles
from features.joints import ACTION13
from tracker.skeleton import COCO18


def _body(**places: tuple[float, float]) -> np.ndarray:
    xy = np.full((1, len(ACTION13), 2), np.nan, np.float32)
    for joint, place in places.items():
        xy[0, ACTION13.index(joint)] = place
    return xy


@pytest.mark.parametrize(
    ("wrist", "degrees"), [((20, 0), 0.0), ((10, 10), 90.0), ((10, -10), 90.0), ((0, 0.001), 180.0)]
)
def test_elbow_bends_from_straight(wrist: tuple[float, float], degrees: float) -> None:
    xy = _body(right_shoulder=(0, 0), right_elbow=(10, 0), right_wrist=wrist)
    assert joint_angles(ACTION13, xy)["right_elbow_angle"][0] == pytest.approx(degrees, abs=0.02)


@pytest.mark.parametrize(("elbow", "degrees"), [((0, 10), 0.0), ((10, 0), 90.0), ((0, -10), 180.0)])
def test_shoulder_rises_from_hanging(elbow: tuple[float, float], degrees: float) -> None:
    xy = _body(left_shoulder=(0, 0), left_hip=(0, 20), left_elbow=elbow)
    assert joint_angles(ACTION13, xy)["left_shoulder_angle"][0] == pytest.approx(degrees, abs=1e-3)


def test_standing_is_zero_at_hip_and_knee_and_sitting_is_square() -> None:
    standing = _body(
        right_shoulder=(0, 0), right_hip=(0, 20), right_knee=(0, 40), right_ankle=(0, 60)
    )
    sitting = _body(
        right_shoulder=(0, 0), right_hip=(0, 20), right_knee=(20, 20), right_ankle=(20, 40)
    )
    for joint in ("right_hip_angle", "right_knee_angle"):
        assert joint_angles(ACTION13, standing)[joint][0] == pytest.approx(0, abs=1e-3)
        assert joint_angles(ACTION13, sitting)[joint][0] == pytest.approx(90, abs=1e-3)


def test_missing_and_coinciding_joints_have_no_angle() -> None:
    xy = _body(right_shoulder=(0, 0), right_elbow=(10, 0), left_shoulder=(1, 1), left_elbow=(1, 1))
    xy[0, ACTION13.index("left_wrist")] = (5, 5)
    angles = joint_angles(ACTION13, xy)
    assert np.isnan(angles["right_elbow_angle"][0])
    assert np.isnan(angles["left_elbow_angle"][0])


def test_every_elbow_shoulder_hip_and_knee_is_named() -> None:
    names = angle_names(COCO18)
    assert len(names) == 8
    assert names == list(joint_angles(COCO18, np.zeros((0, len(COCO18), 2))))
