from __future__ import annotations

import numpy as np
import pytest

from features.body_scale import body_scale, middle, quantile
from features.joints import ACTION13


def upright(torso: float) -> np.ndarray:
    """Somebody seen from the front, proportions of an adult; shape (1, 1, joints, 2)."""
    heights = {"nose": -0.3, "shoulder": 0, "elbow": 0.6, "wrist": 1.1, "hip": 1}
    heights |= {"knee": 1.85, "ankle": 2.67}
    places = []
    for name in ACTION13.keypoints:
        side, _, part = name.partition("_")
        across = {"right": -0.375, "left": 0.375}.get(side, 0.0)
        places.append((across, heights[part or side]))
    return np.array(places)[None, None] * torso


def test_the_scale_is_the_torso_of_who_stands() -> None:
    assert body_scale(upright(80), ACTION13)[0] == pytest.approx(80)


def test_a_trunk_that_points_at_the_camera_does_not_shrink_the_body() -> None:
    body = upright(80)
    for joint in ("right_shoulder", "left_shoulder"):
        body[..., ACTION13.index(joint), 1] = 70
    assert body_scale(body, ACTION13)[0] == pytest.approx(80, rel=0.02)


def test_shoulders_tell_the_size_of_a_body_that_points_at_the_camera() -> None:
    body = upright(80)
    for name in ("hip", "knee", "ankle"):
        for side in ("right", "left"):
            body[..., ACTION13.index(f"{side}_{name}"), 1] *= 0.2
    assert 0.8 * 80 < body_scale(body, ACTION13)[0] < 80


def test_nobody_has_no_scale() -> None:
    assert np.isnan(body_scale(np.full((1, 3, 13, 2), np.nan), ACTION13)).all()


def test_one_side_stands_for_a_hidden_one() -> None:
    body = upright(80)
    body[..., ACTION13.index("left_hip"), :] = np.nan
    assert middle(body, ACTION13, "hip").ravel().tolist() == [-30, 80]


def test_quantiles_are_numpys_without_the_missing() -> None:
    values = np.array([[3.0, np.nan, 1.0, 2.0, np.nan, 7.0], [np.nan] * 6])
    found = quantile(values, 0.85)
    assert found[0] == pytest.approx(np.quantile([3, 1, 2, 7], 0.85))
    assert np.isnan(found[1])
