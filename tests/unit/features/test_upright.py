"""How high the neck is over the lowest joint."""

from __future__ import annotations

import numpy as np
import pytest

from features.joints import ACTION13
from features.upright import neck_over_lowest
from features.windows import Windows

#: Down from the neck in torso lengths; thigh 0.85 and shank 0.82 as `features.body_scale` has them.
STANDING = {
    "nose": -0.3,
    "shoulder": 0.0,
    "elbow": 0.6,
    "wrist": 1.1,
    "hip": 1.0,
    "knee": 1.85,
    "ankle": 2.67,
}


def posture(down: dict[str, float], across: dict[str, float], torso: float = 80.0) -> Windows:
    """One window of somebody who holds still."""
    xy = np.zeros((1, 15, len(ACTION13), 2), np.float32)
    for number, name in enumerate(ACTION13.keypoints):
        joint = name.rpartition("_")[2]
        side = {"right": 0.37, "left": -0.37}.get(name.partition("_")[0], 0.0)
        xy[..., number, :] = side + across.get(joint, 0.0), down[joint]
    return Windows(ACTION13, 300 + torso * xy, np.ones(1, np.int64), np.zeros(1), 1 / 20)


def crouching() -> Windows:
    """Thighs and trunk lean forwards, heels under the hips."""
    down = STANDING | {"hip": 0.9, "knee": 0.75, "ankle": 1.3}
    return posture(down, {"hip": 0.3, "knee": -0.5, "ankle": 0.1})


@pytest.mark.parametrize("torso", [20.0, 300.0])
def test_who_stands_is_high_in_any_size(torso: float) -> None:
    assert neck_over_lowest(posture(STANDING, {}, torso))[0] == pytest.approx(2.67, abs=0.05)


def test_who_crouches_is_low() -> None:
    assert neck_over_lowest(crouching())[0] < 1.5


def test_who_is_not_seen_is_neither() -> None:
    gone = posture(STANDING, {})
    gone.xy[:] = np.nan
    assert np.isnan(neck_over_lowest(gone)).all()
